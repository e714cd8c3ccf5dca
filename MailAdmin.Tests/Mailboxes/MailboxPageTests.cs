using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Mailboxes;

[Collection(nameof(Pages))]
public sealed class MailboxPageTests(PagesFixture pages)
{
    [Fact]
    public async Task States_SuspendThenUndo_AreShownAndStored()
    {
        await pages.MailboxAsync("stella@example.test", "Stella");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes/stella%40example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await Expect(tab.Page.GetByText("mail to it is refused (5.2.1)")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(tab.Page.GetByText("Logs in, sends, receives.")).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal(MailboxState.Active, (await db.Mailboxes.SingleAsync(m => m.Address == "stella@example.test", TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task Quota_NotASize_SaysSoAtTheField_AndASizeIsSaved()
    {
        await pages.MailboxAsync("quentin@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes/quentin%40example.test");
        var quota = tab.Page.GetByLabel("Quota");
        await quota.FillAsync("much");
        await Expect(tab.Page.GetByText("'much' is not a size.")).ToBeVisibleAsync();
        await quota.FillAsync("2 GB");
        await Expect(tab.Page.GetByText("2,147,483,648 bytes.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByText("quentin@example.test: details saved.")).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal(2L << 30, (await db.Mailboxes.SingleAsync(m => m.Address == "quentin@example.test", TestContext.Current.CancellationToken)).QuotaBytes);
    }

    [Fact]
    public async Task SenderRights_AddedAndRemoved_AreStored()
    {
        await pages.MailboxAsync("sender@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes/sender%40example.test");
        await tab.Page.GetByLabel("May also send as").FillAsync("sales@example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove sales@example.test" })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove sales@example.test" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove sales@example.test" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Changed_ByAnotherPersonMeanwhile_IsNotOverwritten()
    {
        await pages.MailboxAsync("shared@example.test", "Before");
        var (first, second) = (await pages.Browser.SignInAsync(pages.Portal), await pages.Browser.SignInAsync(pages.Portal));
        await first.OpenAsync("/mailboxes/shared%40example.test");
        await second.OpenAsync("/mailboxes/shared%40example.test");
        await first.Page.GetByRole(AriaRole.Textbox, new() { Name = "Name optional" }).FillAsync("First");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(first.Page.GetByText("details saved.")).ToBeVisibleAsync();
        await second.Page.GetByRole(AriaRole.Textbox, new() { Name = "Name optional" }).FillAsync("Second");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(second.Page.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal("First", (await db.Mailboxes.SingleAsync(m => m.Address == "shared@example.test", TestContext.Current.CancellationToken)).DisplayName);
    }

    [Fact]
    public async Task Undo_AfterAnotherPersonChangedIt_KeepsTheirsAndSaysSo()
    {
        await pages.MailboxAsync("raced@example.test");
        var (first, second) = (await pages.Browser.SignInAsync(pages.Portal), await pages.Browser.SignInAsync(pages.Portal));
        await first.OpenAsync("/mailboxes/raced%40example.test");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await Expect(first.Page.GetByText("mail to it is refused (5.2.1)")).ToBeVisibleAsync();
        await second.OpenAsync("/mailboxes/raced%40example.test");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Receive only" }).ClickAsync();
        await Expect(second.Page.GetByText("raced@example.test: receive only.")).ToBeVisibleAsync();

        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(first.Page.GetByText("raced@example.test: not taken back.")).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal(MailboxState.ReceiveOnly, (await db.Mailboxes.SingleAsync(m => m.Address == "raced@example.test", TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task Undo_PressedInTwoTabsAtOnce_TakesBackOnce()
    {
        await pages.MailboxAsync("twice@example.test");
        var (first, second) = (await pages.Browser.SignInAsync(pages.Portal), await pages.Browser.SignInAsync(pages.Portal));
        // Two changes, one after the other, each with its own way back.
        await first.OpenAsync("/mailboxes/twice%40example.test");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await Expect(first.Page.GetByText("mail to it is refused (5.2.1)")).ToBeVisibleAsync();
        await second.OpenAsync("/mailboxes/twice%40example.test");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Receive only" }).ClickAsync();
        await Expect(second.Page.GetByText("twice@example.test: receive only.")).ToBeVisibleAsync();

        await Task.WhenAll(first.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).DblClickAsync(), second.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).DblClickAsync());
        await Expect(second.Page.GetByText("twice@example.test: suspended again.")).ToBeVisibleAsync();
        await Expect(first.Page.GetByText("twice@example.test: not taken back.")).ToBeVisibleAsync();
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal(MailboxState.Suspended, (await db.Mailboxes.SingleAsync(m => m.Address == "twice@example.test", TestContext.Current.CancellationToken)).State);
        Assert.Equal(3, await db.AuditEntries.CountAsync(e => e.Object == "twice@example.test" && e.Action == "mailbox.change", TestContext.Current.CancellationToken));
    }
}
