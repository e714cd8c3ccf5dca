using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Hosts;

[Collection(nameof(ServerPages))]
public sealed class HostPageTests(ServerPagesFixture pages)
{
    [Fact]
    public async Task Rules_ChangedFromTheList_AreStored()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/hosts");
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = ServerPagesFixture.Host });
        await Expect(row).ToContainTextAsync("the newest");
        await Expect(row).ToContainTextAsync("3.7.11");
        await row.GetByRole(AriaRole.Link).ClickAsync();

        var field = tab.Page.GetByLabel("Mail to postmaster@ and abuse@ goes to");
        var save = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
        await field.FillAsync("not an address");
        await save.ClickAsync();
        await Expect(tab.Page.GetByText("not an address").First).ToBeVisibleAsync();
        await field.FillAsync("alice@example.test");
        await save.ClickAsync();
        await Expect(tab.Page.GetByText("Saved.", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await using var db = await pages.Portal.OpenAsync();
        Assert.Equal("alice@example.test", (await db.Hosts.SingleAsync(TestContext.Current.CancellationToken)).PostmasterAddress);
    }
}
