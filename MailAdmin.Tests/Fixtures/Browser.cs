using Microsoft.Playwright;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Chromium as people use it, without any request of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;
    // Tests of one browser run one after the other: what an earlier one left open is nobody's, and would go on talking to the portal.
    private const int MostOpen = 6;

    private readonly List<IBrowserContext> _contexts = [];
    private readonly Dictionary<(Uri, string), string> _signedIn = [];
    private readonly Dictionary<(Uri, int, ColorScheme), Tab> _shared = [];

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

    /// <summary>A tab in which a person has signed in; the person is added when not there yet. The form is filled in once for each person, later tabs take the cookies over.</summary>
    public async Task<Tab> SignInAsync(PortalFixture portal, MailAdmin.Core.Administrators.Role role = MailAdmin.Core.Administrators.Role.Owner, string[]? domains = null, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var userName = $"olga.{role}".ToLowerInvariant();
        if (_signedIn.TryGetValue((portal.Address, userName), out var cookies)) return await OpenAsync(portal, width, height, scheme, cookies);
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
        await page.AddressAsync("^(?!.*sign-in)");
        _signedIn[(portal.Address, userName)] = await page.Context.StorageStateAsync();
        return tab;
    }

    /// <summary>A tab of an owner for tests that only look: always the same one for each width and scheme, with its files in the browser's cache.</summary>
    public async Task<Tab> LookAsync(PortalFixture portal, int width, ColorScheme scheme)
    {
        if (_shared.TryGetValue((portal.Address, width, scheme), out var shared))
        {
            shared.Forget();
            return shared;
        }
        var tab = await SignInAsync(portal, width: width, height: 844, scheme: scheme);
        _contexts.Remove(tab.Page.Context);
        return _shared[(portal.Address, width, scheme)] = tab;
    }

    /// <summary>A tab of a browser that was never here before.</summary>
    public async Task<Tab> OpenAsync(PortalFixture portal, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, string? cookies = null)
    {
        while (_contexts.Count >= MostOpen)
        {
            await _contexts[0].DisposeAsync();
            _contexts.RemoveAt(0);
        }
        var context = await _chromium.NewContextAsync(new BrowserNewContextOptions { StorageState = cookies, BaseURL = portal.Address.ToString(), ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        _contexts.Add(context);
        return new Tab(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts.Concat(_shared.Values.Select(tab => tab.Page.Context))) await context.DisposeAsync();
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

    /// <summary>Begins anew with the complaints.</summary>
    public void Forget() { lock (_complaints) _complaints.Clear(); }

    /// <summary>Opens a page and waits until it answers to clicks.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await InteractiveAsync();
    }

    /// <summary>Waits until the circuit of the page is there.</summary>
    public Task InteractiveAsync() => Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
}
