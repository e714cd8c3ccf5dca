using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Mailboxes;

[Collection(nameof(Pages))]
public sealed class MailboxesPageTests(PagesFixture pages)
{
    private static ILocator Row(Tab tab, string address) => tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = address });

    [Fact]
    public async Task Add_DomainMailboxAliasThroughThePages_AreStoredAndLinked()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains");
        await tab.Page.Keyboard.PressAsync("n");
        await Expect(tab.Page.GetByLabel("Domain", new() { Exact = true })).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("walk.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        await Expect(tab.Page.GetByText("walk.test was added.")).ToBeVisibleAsync();
        await Expect(Row(tab, "walk.test")).ToBeVisibleAsync();

        await tab.OpenAsync("/mailboxes?domain=walk.test&new=true");
        await tab.Page.GetByLabel("Address", new() { Exact = true }).FillAsync("wanda@walk.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add mailbox" }).ClickAsync();
        var secret = tab.Page.GetByRole(AriaRole.Group, new() { Name = "Generated password" });
        await Expect(secret).ToContainTextAsync(new System.Text.RegularExpressions.Regex("[a-z0-9]{6}-[a-z0-9]{6}-[a-z0-9]{6}"));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Row(tab, "wanda@walk.test")).ToContainTextAsync("Active");
        await Expect(secret).ToHaveCountAsync(0);

        await tab.OpenAsync("/aliases?new=true");
        await tab.Page.GetByLabel("Alias", new() { Exact = true }).FillAsync("team@walk.test");
        await tab.Page.GetByLabel("Leads to").FillAsync("wanda@walk.test");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove wanda@walk.test" })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add alias" }).ClickAsync();
        await Expect(Row(tab, "team@walk.test")).ToContainTextAsync("wanda@walk.test");

        await tab.OpenAsync("/mailboxes/wanda%40walk.test");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "team@walk.test" })).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        var stored = await db.Mailboxes.SingleAsync(m => m.Address == "wanda@walk.test", TestContext.Current.CancellationToken);
        Assert.StartsWith("{SHA512-CRYPT}$6$", stored.PasswordHash);
    }

    [Theory]
    [InlineData("alice@example.test", "alice@example.test")]
    [InlineData("nobody@elsewhere.test", "not managed here")]
    [InlineData("two@at@example.test", "more than one @")]
    public async Task NewMailbox_AddressThatCannotBe_SaysSoAtTheFieldWhileTyping(string typed, string word)
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?new=true");
        var field = tab.Page.GetByLabel("Address", new() { Exact = true });
        await field.FillAsync(typed);
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(tab.Page.Locator($"#{await field.GetAttributeAsync("aria-describedby")}")).ToContainTextAsync(word);
        await field.FillAsync("fresh.one@example.test");
        await Expect(field).Not.ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task NewMailbox_ShortPassword_IsRefusedAndNothingIsStored()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?new=true");
        await tab.Page.GetByLabel("Address", new() { Exact = true }).FillAsync("short@example.test");
        await tab.Page.GetByLabel("Type one").CheckAsync();
        await tab.Page.GetByLabel("Password", new() { Exact = true }).And(tab.Page.Locator("input")).FillAsync("abc");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add mailbox" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "characters" })).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.False(await db.Mailboxes.AnyAsync(m => m.Address == "short@example.test", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bulk_TrashThenUndo_BringsAllBack()
    {
        await pages.DomainAsync("bulk.test");
        foreach (var name in new[] { "one", "two", "three" }) await pages.MailboxAsync($"{name}@bulk.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?domain=bulk.test");
        await tab.Page.GetByLabel("Select all on this page").CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Move to trash" }).ClickAsync();
        await Expect(tab.Page.GetByText("3 mailboxes moved to trash.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("No mailbox fits")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Row(tab, "two@bulk.test")).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal(3, await db.Mailboxes.CountAsync(m => m.Address.EndsWith("@bulk.test") && m.TrashedUntil == null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bulk_SuspendThenUndo_GivesEachItsFormerState()
    {
        await pages.DomainAsync("states.test");
        foreach (var name in new[] { "one", "two" }) await pages.MailboxAsync($"{name}@states.test");
        await pages.Portal.Get<MailboxService>().ChangeAsync("two@states.test", new MailboxEdit { State = MailboxState.ReceiveOnly }, Actor.Portal, Core.Data.ChangeOptions.Default, TestContext.Current.CancellationToken);
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?domain=states.test");
        await tab.Page.GetByLabel("Select all on this page").CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend", Exact = true }).ClickAsync();
        await Expect(Row(tab, "one@states.test")).ToContainTextAsync("Suspended");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Row(tab, "one@states.test")).ToContainTextAsync("Active");
        await Expect(Row(tab, "two@states.test")).ToContainTextAsync("Receive only");
    }

    [Fact]
    public async Task Keyboard_ArrowsEnterEscape_OpenAndCloseThePanelAndKeepThePlace()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?domain=example.test");
        await tab.Page.Keyboard.PressAsync("/");
        await Expect(tab.Page.GetByLabel("Search mailboxes")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("ArrowDown");
        await tab.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Row(tab, "bob@example.test")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "bob@example.test" })).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Row(tab, "bob@example.test")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task DeepLink_SearchSortAndPanel_SurviveAReload()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes?domain=example.test");
        await tab.Page.GetByLabel("Search mailboxes").FillAsync("da");
        await tab.Page.AddressAsync("search=da");
        await tab.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" }).GetByRole(AriaRole.Link).ClickAsync();
        await tab.Page.AddressAsync("sort=displayName");
        await Row(tab, "dana@example.test").ClickAsync();
        await tab.Page.AddressAsync("open=dana");
        await tab.OpenAsync(tab.Page.Url);
        await Expect(tab.Page.GetByLabel("Search mailboxes")).ToHaveValueAsync("da");
        await Expect(tab.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" })).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "dana@example.test" })).ToBeVisibleAsync();
        await Expect(Row(tab, "alice@example.test")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Auditor_SeesRowsButNoActs()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal, Role.Auditor);
        await tab.OpenAsync("/mailboxes?open=alice%40example.test");
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Logs in, sends, receives.");
        await Expect(tab.Page.GetByText("New mailbox")).ToHaveCountAsync(0);
        await Expect(tab.Page.GetByText("Move to trash")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Page_FiftyRows_StaysBelow60Kilobytes()
    {
        const string domain = "a-rather-long-department-name.example.test";
        await pages.DomainAsync(domain);
        for (var i = 0; i < 60; i++) await pages.MailboxAsync($"somebody.with.a.name{i}@{domain}", $"Somebody With A Name {i}");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        var body = await (await tab.Page.APIRequest.GetAsync($"/mailboxes?domain={domain}")).BodyAsync();
        Assert.InRange(body.Length, 20_000, 60 * 1024);
        await tab.OpenAsync($"/mailboxes?domain={domain}");
        await Expect(tab.Page.GetByText("1–50 of 60")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Next page").ClickAsync();
        await Expect(tab.Page.GetByText("51–60 of 60")).ToBeVisibleAsync();
    }
}
