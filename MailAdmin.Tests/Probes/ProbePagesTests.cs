using Deque.AxeCore.Playwright;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Probes;

/// <summary>The pages as a person uses them, over a real mail host.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class ProbePagesTests(ProbeLab lab) : IAsyncLifetime
{
    private const float Patience = 60_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Browser _browser = null!;

    public async ValueTask InitializeAsync() => _browser = await Browser.StartAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Probes_RunNow_ShowsEveryCheckAndItsConversation()
    {
        var tab = await _browser.SignInAsync(lab.Portal);
        tab.Page.SetDefaultTimeout(Patience);
        await tab.OpenAsync("/probes");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("checks", new() { Timeout = Patience });
        await Expect(tab.Page.Locator(".lamp")).ToHaveCountAsync(lab.Portal.Get<ProbeRunner>().Kinds.Count, new() { Timeout = Patience });
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "refuses mail from strangers" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("RCPT TO:<stranger@relay.mailadmin.invalid>");
        await CleanAsync(tab);
    }

    [Fact]
    public async Task RoundTrip_FromTheForm_LightsUpAndStaysInTheUrl()
    {
        var tab = await _browser.SignInAsync(lab.Portal);
        tab.Page.SetDefaultTimeout(Patience);
        await tab.OpenAsync("/round-trip");
        await tab.Page.GetByLabel("From").FillAsync("alice@example.test");
        await tab.Page.GetByLabel("Sender's password").FillAsync(ProbeLab.Password);
        await tab.Page.GetByLabel("To", new() { Exact = true }).FillAsync("bob@example.test");
        await tab.Page.GetByLabel("Recipient's password").FillAsync(ProbeLab.Password);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send and watch" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Arrived in", new() { Timeout = Patience });
        await Expect(tab.Page.Locator(".steps li.done")).ToHaveCountAsync(10);
        Assert.Contains("open=", tab.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(ProbeLab.Password, await tab.Page.ContentAsync(), StringComparison.Ordinal);
        await CleanAsync(tab);

        await tab.OpenAsync("/round-trip");
        await tab.Page.GetByLabel("From").FillAsync("alice@example.test");
        await tab.Page.GetByLabel("Sender's password").FillAsync("nonsense-nonsense");
        await tab.Page.GetByLabel("To", new() { Exact = true }).FillAsync("bob@example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send and watch" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("could not sign in", new() { Timeout = Patience });
        await Expect(tab.Page.Locator(".steps li.failed")).ToHaveCountAsync(1);
        await CleanAsync(tab, "round-trip-failed");
    }

    [Fact]
    public async Task ClientSetup_AfterAProbeRound_SaysThatTheDoorsWereSeenOpen()
    {
        await lab.RunAsync();
        var tab = await _browser.SignInAsync(lab.Portal);
        await tab.OpenAsync("/client-setup?address=alice@example.test");
        await Expect(tab.Page.GetByText("were seen open")).ToBeVisibleAsync(new() { Timeout = Patience });
        await CleanAsync(tab, "client-setup");
    }

    [Fact]
    public async Task Pages_OfANewPortal_SayWhatComesFirst()
    {
        await using var portal = await PortalFixture.StartAsync(builder => builder.WebHost.UseStaticWebAssets());
        var tab = await _browser.SignInAsync(portal);
        tab.Page.SetDefaultTimeout(Patience);
        foreach (var (path, words) in new[] { ("/probes", "No host to look at"), ("/round-trip", "Send and watch"), ("/alerts", "Nobody is told of anything yet") })
        {
            await tab.OpenAsync(path);
            await Expect(tab.Page.GetByText(words).First).ToBeVisibleAsync(new() { Timeout = Patience });
            await CleanAsync(tab, "empty" + path.Replace('/', '-'));
        }
    }

    [Fact]
    public async Task Alerts_Acknowledge_IsSeenByTheNextReader()
    {
        await lab.Portal.Get<IAlarms>().RaiseAsync(new Alarm("queue/test", Severity.Warning, "Mail waits.", "See the queue."), Ct);
        var tab = await _browser.SignInAsync(lab.Portal);
        await tab.OpenAsync("/alerts");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge: Mail waits." }).ClickAsync();
        await Expect(tab.Page.GetByText("seen by")).ToBeVisibleAsync();
        await CleanAsync(tab);
        await lab.Portal.Get<IAlarms>().ClearAsync("queue/test", "It went.", Ct);
        await Expect(tab.Page.GetByText("Mail waits.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Alerts_SetUpInTheForm_IsUsedByTheTestButton_AndShowsNoSecretAgain()
    {
        await using var hook = TinyServer.Http(_ => (200, "", "ok"));
        var tab = await _browser.SignInAsync(lab.Portal);
        tab.Page.SetDefaultTimeout(Patience);
        await tab.OpenAsync("/alerts");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Set up" }).ClickAsync();
        var form = tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Set up alerts" });
        await form.GetByLabel("Address").First.FillAsync("ftp://nonsense");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("http or https");
        await CleanAsync(tab, "alerts-form");
        await form.GetByLabel("Address").First.FillAsync($"http://127.0.0.1:{hook.Port}/hook");
        await form.GetByLabel("Signing key").FillAsync("a-key-nobody-sees");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form).ToHaveCountAsync(0);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Test Webhook" }).ClickAsync();
        // This portal may not ask that port: the channel is red, and says so.
        await Expect(tab.Page.GetByText("was not reached")).ToBeVisibleAsync();
        Assert.DoesNotContain("a-key-nobody-sees", await tab.Page.ContentAsync(), StringComparison.Ordinal);
        await CleanAsync(tab, "alerts-failed");
        await lab.Portal.Get<AlertService>().SetUpAsync(new AlertSetupEdit(), Actor.Portal, Ct);
    }

    [Fact]
    public async Task Pages_ForAnAuditor_ShowAndOfferNoActs()
    {
        var tab = await _browser.SignInAsync(lab.Portal, Role.Auditor, width: 390, height: 844);
        foreach (var path in new[] { "/probes", "/round-trip", "/alerts" })
        {
            await tab.OpenAsync(path);
            await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(tab.Page.Locator("main").GetByRole(AriaRole.Button, new() { NameRegex = new("Run now|Send|Silence|Acknowledge") })).ToHaveCountAsync(0);
            Assert.Equal(390, await tab.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }
        Assert.Empty(tab.Complaints);
    }

    private static async Task CleanAsync(Tab tab, string? name = null)
    {
        if (Environment.GetEnvironmentVariable("MAILADMIN_PICTURES") is { Length: > 0 } folder)
            foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 390), (ColorScheme.Dark, 390) })
            {
                await tab.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await tab.Page.SetViewportSizeAsync(width, 900);
                await tab.Page.ScreenshotAsync(new() { Path = $"{folder}/{name ?? new Uri(tab.Page.Url).AbsolutePath.Trim('/')}-{width}-{scheme}.png", FullPage = true });
            }
        await tab.Page.SetViewportSizeAsync(1280, 800);
        var result = await tab.Page.RunAxe();
        Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
        Assert.Empty(tab.Complaints);
    }
}
