using Microsoft.Playwright;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Chromium as people use it, without any request of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;
    private readonly List<IBrowserContext> _contexts = [];

    private Browser(IPlaywright playwright, IBrowser chromium) => (_playwright, _chromium) = (playwright, chromium);

    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"],
            }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A tab in which a person has signed in by the form; the person is added when not there yet.</summary>
    public async Task<Tab> SignInAsync(PortalFixture portal, MailAdmin.Core.Administrators.Role role = MailAdmin.Core.Administrators.Role.Owner, string[]? domains = null, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var userName = $"olga.{role}".ToLowerInvariant();
        await using (var db = await portal.OpenAsync())
        {
            if (!db.Users.Any(u => u.UserName == userName)) await portal.AddPersonAsync(userName, role, domains ?? []);
        }
        var tab = await OpenAsync(portal, width, height, scheme);
        var page = tab.Page;
        await page.GotoAsync("/sign-in?returnUrl=%2Fdomains");
        await page.GetByLabel("User name").FillAsync(userName);
        await page.GetByLabel("Password").FillAsync(PortalFixture.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in"), new() { WaitUntil = WaitUntilState.Commit });
        return tab;
    }

    /// <summary>A tab of a browser that was never here before.</summary>
    public async Task<Tab> OpenAsync(PortalFixture portal, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _chromium.NewContextAsync(new BrowserNewContextOptions { BaseURL = portal.Address.ToString(), ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        _contexts.Add(context);
        return new Tab(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts) await context.DisposeAsync();
        await _chromium.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>One tab, and what the browser complained about in it.</summary>
public sealed class Tab
{
    private readonly List<string> _complaints = [];

    public Tab(IPage page)
    {
        Page = page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") lock (_complaints) _complaints.Add(message.Text); };
        page.PageError += (_, error) => { lock (_complaints) _complaints.Add(error); };
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, broken scripts, violations of the content security policy.</summary>
    public IReadOnlyList<string> Complaints { get { lock (_complaints) return [.. _complaints]; } }

    /// <summary>Opens a page and waits until it answers to clicks.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await InteractiveAsync();
    }

    /// <summary>Waits until the circuit of the page is there.</summary>
    public Task InteractiveAsync() => Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
}
