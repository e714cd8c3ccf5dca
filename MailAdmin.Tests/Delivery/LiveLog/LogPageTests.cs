using Deque.AxeCore.Playwright;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Delivery.LiveLog;

[Collection(nameof(MailPages))]
public sealed class LogPageTests(MailPagesFixture pages)
{
    private const string Hostile = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script> \u202Egnp.exe \u0007\u001b[31m";

    [Fact]
    public async Task Line_Hostile_IsShownAsTextWithVisibleEscapes()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log?text=onerror");
        await WatchedAsync(tab);
        pages.Feed.Publish([Lines.Of(Hostile, level: LogLevel.Warning, user: "\u202Eevil<b>@example.test", queueId: "4jXXK539kpz1j3TN")]);
        var line = tab.Page.Locator(".line").First;
        await Expect(line).ToContainTextAsync("<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script> \\u{202E}gnp.exe \\u{0007}\\u{001B}[31m");
        await Expect(line).ToContainTextAsync("\\u{202E}evil<b>@example.test");
        await Expect(line).ToContainTextAsync("warning");
        await Expect(line.GetByRole(AriaRole.Link, new() { Name = "4jXXK539kpz1j3TN" })).ToHaveAttributeAsync("href", "/messages?search=4jXXK539kpz1j3TN");
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Filter_TypedOrChosen_StandsInTheUrlAndIsKeptByTheServer()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log");
        await tab.Page.GetByLabel("Text that lines hold").FillAsync("filterme");
        await tab.Page.AddressAsync("text=filterme");
        // The address changes before the server filters by it.
        pages.Feed.Publish([Lines.Of("other first"), Lines.Of("filterme first")]);
        await Expect(tab.Page.GetByText("filterme first")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(tab.Page.GetByText("other first")).ToHaveCountAsync(0);
        await tab.Page.GetByLabel("Level").SelectOptionAsync("warning");
        await tab.Page.AddressAsync("level=warning");
        pages.Feed.Publish([Lines.Of("filterme usual"), Lines.Of("other bad", level: LogLevel.Error), Lines.Of("filterme bad", level: LogLevel.Error)]);
        await Expect(tab.Page.GetByText("filterme bad")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("other bad")).ToHaveCountAsync(0);
        await Expect(tab.Page.GetByText("filterme usual")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pattern_Wrong_IsSaidBesideTheFieldAndNothingStops()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Take it as a regular expression" }).ClickAsync();
        await tab.Page.GetByLabel("Regular expression that lines match").FillAsync("(unclosed");
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("(unclosed");
        await tab.Page.GetByLabel("Regular expression that lines match").FillAsync("p[aeiou]ttern \\d+");
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await tab.Page.AddressAsync("pattern=.*d");
        pages.Feed.Publish([Lines.Of("pattern x"), Lines.Of("pattern 42")]);
        await Expect(tab.Page.GetByText("pattern 42")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator(".line")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pause_LinesComeMeanwhile_AreCountedAndShownOnGoingOn()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log?text=pausing");
        await WatchedAsync(tab);
        pages.Feed.Publish([Lines.Of("pausing first")]);
        await Expect(tab.Page.GetByText("pausing first")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(tab.Page.Locator(".pulse")).ToContainTextAsync("paused");
        pages.Feed.Publish([.. Enumerable.Range(0, 1204).Select(i => Lines.Of($"pausing {i}"))]);
        var goOn = tab.Page.GetByRole(AriaRole.Button, new() { Name = "1,204 new lines wait" });
        await Expect(goOn).ToBeVisibleAsync();
        await Expect(tab.Page.Locator(".line")).ToHaveCountAsync(1);
        await goOn.ClickAsync();
        await Expect(tab.Page.GetByText("pausing 1203")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reader_ScrollsUp_IsLeftWhereTheyAre()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log?text=scrolling");
        await WatchedAsync(tab);
        pages.Feed.Publish([.. Enumerable.Range(0, 300).Select(i => Lines.Of($"scrolling old {i}"))]);
        await Expect(tab.Page.GetByText("scrolling old 299")).ToBeVisibleAsync();
        await tab.Page.EvaluateAsync("() => { document.querySelector('[data-tail]').scrollTop = -800; }");
        await Expect(tab.Page.Locator(".pulse")).ToContainTextAsync("held while you read");
        var before = await tab.Page.EvaluateAsync<int>("() => document.querySelector('[data-tail]').scrollTop");
        pages.Feed.Publish([.. Enumerable.Range(0, 50).Select(i => Lines.Of($"scrolling new {i}"))]);
        await Expect(tab.Page.GetByText("50 new lines wait")).ToBeVisibleAsync();
        Assert.Equal(before, await tab.Page.EvaluateAsync<int>("() => document.querySelector('[data-tail]').scrollTop"));
        await tab.Page.GetByText("50 new lines wait").ClickAsync();
        await Expect(tab.Page.GetByText("scrolling new 49")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Browser_Stalls_SkipsAndIsToldHowMany()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log?text=flooding");
        await WatchedAsync(tab);
        pages.Feed.Publish([Lines.Of("flooding first")]);
        await Expect(tab.Page.GetByText("flooding first")).ToBeVisibleAsync();
        // The page is busy for a while and answers nothing.
        var busy = tab.Page.EvaluateAsync("() => { const until = performance.now() + 4000; while (performance.now() < until) { /* busy */ } }");
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
            for (var b = 0; b < 30 && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken); b++)
                pages.Feed.Publish([.. Enumerable.Range(0, 400).Select(i => Lines.Of($"flooding {b}.{i}"))]);
        await busy;
        await Expect(tab.Page.GetByText("flooding 29.399")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(tab.Page.Locator(".skipped")).ToContainTextAsync("lines for this browser");
    }

    [Fact]
    public async Task Understood_NotAll_IsSaidWithSamples()
    {
        pages.Portal.Get<FollowStatuses>().Write(new FollowStatus(true, [new SourceStatus(MailPagesFixture.Host, "/var/log/mail.log", SourceState.NotPermitted, "It may not be read. Add the portal's user to the group adm.") { Understood = 998, Unknown = 2 }], 2014, [new UnknownSample("something <b>new</b>", 2)]));
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/log");
        await Expect(tab.Page.GetByText("2,014 lines/s")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("It may not be read.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "99.8 % understood" }).ClickAsync();
        await Expect(tab.Page.GetByText("something <b>new</b>")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_InLightAndDarkAndNarrow_IsAccessibleAndFits()
    {
        pages.Feed.Publish([.. Enumerable.Range(0, 60).Select(i => Lines.Of($"a usual line {i}", level: i % 9 == 0 ? LogLevel.Warning : LogLevel.Information, kind: i % 3 == 0 ? EventKind.Saved : EventKind.Rejected, queueId: "4jXXK539kpz1j3TN"))]);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var tab = await pages.Browser.SignInAsync(pages.Portal, scheme: scheme);
            await tab.OpenAsync("/log?text=usual");
            await Expect(tab.Page.GetByText("a usual line 59")).ToBeVisibleAsync();
            var result = await tab.Page.RunAxe();
            Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{scheme} {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
            Assert.Empty(tab.Complaints);
        }
        var phone = await pages.Browser.SignInAsync(pages.Portal, width: 390, height: 844);
        await phone.OpenAsync("/log");
        Assert.Equal(390, await phone.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    // Subscribed: what is published from now on comes.
    private static Task WatchedAsync(Tab tab) => Expect(tab.Page.Locator(".none, .line").First).Not.ToHaveTextAsync("Reading …");
}
