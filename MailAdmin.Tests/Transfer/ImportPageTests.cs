using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Transfer;

[Collection(nameof(ServerPages))]
public sealed class ImportPageTests(ServerPagesFixture pages)
{
    private const string Good = "kind,address,targets\nalias,one@example.test,alice@example.test\n";

    [Fact]
    public async Task File_WithABadRow_StoresNothing_AndTheCorrectedOneIsServed()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/import");

        await CheckAsync(tab, Good + "alias,two@@example.test,alice@example.test\n");
        await Expect(tab.Page.GetByText("1 of 2 rows are refused.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "two@@example.test" })).ToContainTextAsync("more than one @");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Import 2 rows" })).ToHaveCountAsync(0);
        Assert.False(await IsThereAsync("one@example.test"));

        await CheckAsync(tab, Good + "alias,two@example.test,alice@example.test\n");
        await Expect(tab.Page.GetByText("Every row can be stored.")).ToBeVisibleAsync();
        Assert.False(await IsThereAsync("one@example.test"));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Import 2 rows" }).ClickAsync();
        await Expect(tab.Page.Locator(".served.good")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(tab.Page.GetByText("Added 2, changed 0")).ToBeVisibleAsync();
        Assert.True(await IsThereAsync("one@example.test"));
        Assert.Contains("two@example.test", pages.Files.Text("/etc/mailadmin/postfix/virtual_alias_maps"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TabClosedMeanwhile_GoesOnAndIsFoundAgain_AndCanBeCancelledFromThere()
    {
        // Hashing these takes a while, so that the tab is gone before it has ended.
        var slow = "kind,address,password\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"mailbox,person{i}@example.test,quartz lantern {i} otter\n"));
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/import");
        await CheckAsync(tab, slow);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeVisibleAsync();
        await tab.Page.CloseAsync();

        var later = await pages.Browser.SignInAsync(pages.Portal);
        await later.OpenAsync("/mailboxes");
        await later.Page.GetByRole(AriaRole.Link, new() { Name = "Import" }).And(later.Page.Locator(".chip")).ClickAsync();
        await Expect(later.Page.GetByText("Every row can be stored.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(later.Page.GetByText("accounts.csv")).ToBeVisibleAsync();

        // While another change is being made the import cannot be stored: it is cancelled before.
        await using (await pages.Portal.Get<Changes>().BeginAsync(Actor.Portal, ChangeOptions.Default, TestContext.Current.CancellationToken))
        {
            await later.Page.GetByRole(AriaRole.Button, new() { Name = "Import 60 rows" }).ClickAsync();
            await later.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(later.Page.GetByText("Cancelling …").Or(later.Page.GetByText("Cancelled. Nothing was stored."))).ToBeVisibleAsync();
        }
        await Expect(later.Page.GetByText("Cancelled. Nothing was stored.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await using var db = await pages.Portal.OpenAsync();
        Assert.False(await db.Mailboxes.AnyAsync(m => m.Address == "person1@example.test", TestContext.Current.CancellationToken));
    }

    private static async Task CheckAsync(Tab tab, string csv)
    {
        await tab.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "accounts.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Check each row" }).ClickAsync();
    }

    private async Task<bool> IsThereAsync(string address)
    {
        await using var db = await pages.Portal.OpenAsync();
        return await db.Aliases.AnyAsync(a => a.Address == address, TestContext.Current.CancellationToken);
    }
}
