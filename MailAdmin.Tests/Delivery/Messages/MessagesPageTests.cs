using Deque.AxeCore.Playwright;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Delivery.Messages;

[Collection(nameof(MailPages))]
public sealed class MessagesPageTests
{
    private const string Hostile = "<script>window.hit=1</script>\u202Egnp.exe";

    private static readonly DateTimeOffset At = new(2026, 11, 26, 9, 40, 11, TimeSpan.Zero);

    private readonly MailPagesFixture _pages;

    public MessagesPageTests(MailPagesFixture pages)
    {
        _pages = pages;
        pages.Store.Exists = true;
        pages.Store.Hits.Clear();
        pages.Store.Hits.AddRange(Enumerable.Range(1, 120).Select(i => new TraceHit
        {
            Id = i, Kind = TraceKind.Message, FirstSeen = At.AddSeconds(i), LastSeen = At.AddSeconds(i + 1), Host = MailPagesFixture.Host, QueueId = $"4jXXK539kpz{i:00000}", From = i % 10 == 0 ? "" : $"sender{i}@example.test", To = i == 118 ? Hostile : $"to{i}@example.test",
            Recipients = 1, State = i % 4 == 0 ? RecipientState.Deferred : RecipientState.Delivered, Cause = i % 4 == 0 ? "Greylisted" : null, Dsn = i % 4 == 0 ? "4.2.0" : "2.0.0", DelaySeconds = 0.6,
        }));
        var trace = new Trace { QueueId = "4jXXK539kpz00120", Host = "mail", From = "alice@example.test", FirstSeen = At.UtcDateTime, LastSeen = At.UtcDateTime.AddSeconds(1), MessageId = "x@y" };
        var delivered = trace.Recipient("bob@example.test", "sales@example.test");
        (delivered.State, delivered.Folder, delivered.Relay, delivered.DelaySeconds, delivered.Delays, delivered.Dsn, delivered.Text, delivered.Tries) = (RecipientState.Delivered, "INBOX", "mail[private/lmtp]", 0.6, "0.1/0/0.2/0.3", "2.0.0", Hostile, 1);
        var deferred = trace.Recipient("carol@outlook.test", null);
        (deferred.State, deferred.Relay, deferred.Dsn, deferred.Text, deferred.Tries, deferred.DelaySeconds) = (RecipientState.Deferred, "mx.outlook.test[192.0.2.1]", "4.7.0", "451 4.7.0 Too many messages, throttled", 3, 300);
        pages.Store.Details[120] = new TraceDetail(pages.Store.Hits[119] with { From = "alice@example.test", To = "bob@example.test", OriginalTo = "sales@example.test", Recipients = 2, MessageId = "x@y" }, trace, null,
        [
            new TimelineEntry(At, false, "mail", EventKind.Opened, "Submitted on 587 by alice@example.test", null, null) { Tls = "TLSv1.3" },
            new TimelineEntry(At.AddMilliseconds(600), false, "mail", EventKind.Tried, "LMTP: stored in INBOX", 0, null) { Text = Hostile, Delays = "0.1/0/0.2/0.3", Relay = "mail[private/lmtp]" },
        ], [null, Cause.Explain("4.7.0", "Too many messages, throttled", true)], [new RelatedTrace(TraceRelation.Notification, pages.Store.Hits[0])]);
    }

    [Fact]
    public async Task List_NewestFirst_GoesOnByKeysAndFilters()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages");
        await Expect(tab.Page.Locator("tbody tr").First).ToContainTextAsync("to120@example.test");
        await Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(50);
        await Expect(tab.Page.GetByText("\\u{202E}gnp.exe")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await tab.Page.AddressAsync("before=71");
        await Expect(tab.Page.Locator("tbody tr").First).ToContainTextAsync("to70@example.test");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Newest", Exact = true }).ClickAsync();
        await tab.Page.GetByLabel("State").SelectOptionAsync("deferred");
        await tab.Page.AddressAsync("state=deferred");
        await Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(30);
        await Expect(tab.Page.Locator("tbody tr").First).ToContainTextAsync("Greylisted, 4.2.0");
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
    }

    [Fact]
    public async Task Search_Typed_IsAskedOfTheStoreAndOpensTheMessage()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages");
        await tab.Page.GetByLabel("Search messages").FillAsync("to120@");
        await tab.Page.AddressAsync("search=to120");
        await Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Equal("to120@", _pages.Store.Asked!.Search);
        await tab.Page.Locator("tbody tr a").First.ClickAsync();
        await tab.Page.AddressAsync("/messages/120$");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("alice@example.test → sales@example.test");
    }

    [Fact]
    public async Task List_MoreFilters_AreAskedOfTheStoreAndStayInTheAddress()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "More filters" }).ClickAsync();
        await tab.Page.GetByLabel("Given to").FillAsync("mx.outlook.test");
        await tab.Page.GetByLabel("Signed in as").FillAsync("alice@example.test");
        await tab.Page.GetByLabel("Code").FillAsync("4.7");
        await tab.Page.GetByLabel("Code").PressAsync("Enter");
        await tab.Page.AddressAsync(@"code=4\.7");
        var asked = await _pages.Store.AskedForAsync(query => query.Code is not null);
        Assert.Equal(("mx.outlook.test", "alice@example.test", "4.7"), (asked.Relay, asked.User, asked.Code));
        await tab.Page.GetByTitle("Remove this filter").Filter(new() { HasText = "by mx.outlook.test" }).ClickAsync();
        await tab.Page.AddressAsync("^(?!.*relay=)");
        Assert.Equal("4.7", (await _pages.Store.AskedForAsync(query => query.Relay is null)).Code);
    }

    [Fact]
    public async Task Message_TwoRecipients_HasStateCauseTimelineAndNothingThatRuns()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages/120");
        await Expect(tab.Page.Locator(".verdict")).ToContainTextAsync("1 delivered, 1 waiting");
        var recipients = tab.Page.Locator(".recipients li");
        await Expect(recipients.First).ToContainTextAsync("It lies in INBOX.");
        await Expect(recipients.First).ToContainTextAsync("sent to sales@example.test");
        await Expect(recipients.First).ToContainTextAsync("sending 0.3 s");
        await Expect(recipients.Last).ToContainTextAsync("The receiving server takes only so much in a time. We have to act.");
        await Expect(recipients.Last).ToContainTextAsync("It waits and is tried again; 3 tries so far.");
        await Expect(tab.Page.Locator(".timeline li").First).ToContainTextAsync("09:40:11");
        await Expect(tab.Page.Locator(".timeline li").Last).ToContainTextAsync("<script>window.hit=1</script>\\u{202E}gnp.exe");
        await Expect(tab.Page.Locator(".related li")).ToContainTextAsync("Tells the sender");
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Message_Unknown_SaysSo()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages/987654");
        await Expect(tab.Page.GetByText("There is no entry 987654.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task List_NoLogWasRead_SaysSoAndNotThatThereIsNoMail()
    {
        _pages.Store.Hits.Clear();
        _pages.Store.Exists = false;
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/messages");
        await Expect(tab.Page.GetByText("No log was read yet")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Traffic_Charts_HaveTablesAndLeadToTheMessages()
    {
        var tab = await _pages.Browser.SignInAsync(_pages.Portal);
        await tab.OpenAsync("/traffic?range=1h");
        await Expect(tab.Page.Locator("figure svg")).ToHaveCountAsync(4);
        await Expect(tab.Page.Locator(".answer")).ToContainTextAsync("Half arrived within");
        await tab.Page.GetByText("Show as a table").First.ClickAsync();
        await Expect(tab.Page.Locator("figure").First.Locator("tbody tr")).ToHaveCountAsync(12);
        await Expect(tab.Page.GetByText("first of Senders")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("<script>window.hit=1</script>\\u{202E}evil").First).ToBeVisibleAsync();
        await tab.Page.Locator("figure").First.Locator("tbody a").First.ClickAsync();
        await tab.Page.AddressAsync(@"/messages\?since=");
        Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
    }

    [Theory]
    [InlineData("/messages")]
    [InlineData("/messages/120")]
    [InlineData("/traffic")]
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
