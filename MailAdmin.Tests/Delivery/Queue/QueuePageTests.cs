using Deque.AxeCore.Playwright;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Delivery.Queue;

[Collection(nameof(MailPages))]
public sealed class QueuePageTests
{
    private const string Throttled = "host mx.outlook.test[192.0.2.1] said: 451 4.7.0 Too many messages, throttled";
    private const string Hostile = "<img src=x onerror=\"window.hit=1\">\u202Egnp.exe";

    private readonly MailPagesFixture _pages;
    private readonly FakeQueue _queue;

    public QueuePageTests(MailPagesFixture pages)
    {
        (_pages, _queue) = (pages, pages.Queue);
        _queue.Messages.Clear();
        _queue.Flushed.Clear();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        _queue.Add(214, "alice@outlook.test", Throttled, arrival: now - 7200);
        _queue.Add(3, "carol@gmail.test", Hostile, sender: "", first: 1000, arrival: now - 600);
        _queue.Add(1, "dan@here.test", null, queue: "active", first: 2000, arrival: now);
    }

    [Fact]
    public async Task Groups_LargestFirst_AnswerAndNarrowTheList()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/queue");
        await Expect(tab.Page.Locator(".answer strong")).ToContainTextAsync("214 messages wait for outlook.test since");
        await Expect(tab.Page.Locator(".answer strong")).ToContainTextAsync("Too much at once, 4.7.0");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "3 messages" }).ClickAsync();
        await tab.Page.AddressAsync(@"to=gmail\.test");
        await Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Expect(tab.Page.GetByText("\\u{202E}gnp.exe").First).ToBeVisibleAsync();
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
    }

    [Fact]
    public async Task AllThatFit_Deleted_OnlyAfterTheNumberWasTyped()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/queue?to=outlook.test");
        await tab.Page.GetByText("All 214 that fit").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete …" }).ClickAsync();
        var panel = tab.Page.GetByRole(AriaRole.Dialog);
        await panel.GetByLabel("type how many").FillAsync("21");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Delete 214 messages" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("not 21");
        Assert.Equal(218, _queue.Messages.Count);
        await panel.GetByLabel("type how many").FillAsync("214");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Delete 214 messages" }).ClickAsync();
        await Expect(tab.Page.GetByText("214 messages deleted.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("No message fits")).ToBeVisibleAsync();
        Assert.Equal(4, _queue.Messages.Count);
    }

    [Fact]
    public async Task Selected_Held_AndOneReleasedInThePanel()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/queue?to=gmail.test");
        await tab.Page.GetByLabel("Select all on this page").CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Hold", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByText("3 messages put on hold.")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("tbody").GetByText("Held")).ToHaveCountAsync(3);
        await tab.Page.Locator("tbody tr").First.GetByRole(AriaRole.Link).ClickAsync();
        var panel = tab.Page.GetByRole(AriaRole.Dialog);
        await Expect(panel).ToContainTextAsync("carol@gmail.test");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(tab.Page.GetByText("1 message released.")).ToBeVisibleAsync();
        Assert.Equal(2, _queue.Messages.Count(m => m.Queue == "hold"));
    }

    [Fact]
    public async Task Content_OfAHostileMessage_IsTextAndNothingElse()
    {
        _queue.Content = "Subject: <script>window.hit=1</script>\r\nX: \u202Eevil\r\n\r\n<img src=x onerror='window.hit=1'>\u0007\n";
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync($"/queue?open={_queue.Messages[0].Id}");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show headers and text" }).ClickAsync();
        await Expect(tab.Page.GetByLabel("Text", new() { Exact = true })).ToContainTextAsync("<img src=x onerror='window.hit=1'>\\u{0007}");
        await Expect(tab.Page.GetByLabel("Headers")).ToContainTextAsync("X: \\u{202E}evil");
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Auditor_SeesTheQueueAndNoAct()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal, Role.Auditor);
        await tab.OpenAsync("/queue");
        await Expect(tab.Page.Locator(".answer")).ToContainTextAsync("outlook.test");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try" })).ToHaveCountAsync(0);
        await Expect(tab.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/queue")]
    [InlineData("/queue?to=gmail.test&in=deferred")]
    [InlineData("/queue?open=0000000001")]
    public async Task Page_InLightAndDarkAndNarrow_IsAccessibleAndFits(string path)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var tab = await _pages.Browser.SignInAsync(_pages.Portal, scheme: scheme);
            await tab.OpenAsync(path);
            var result = await tab.Page.RunAxe();
            Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{scheme} {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
            Assert.Empty(tab.Complaints);
        }
        var phone = await _pages.Browser.SignInAsync(_pages.Portal, width: 390, height: 844);
        await phone.OpenAsync(path);
        Assert.Equal(390, await phone.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }
}
