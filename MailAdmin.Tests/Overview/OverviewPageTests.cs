using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Overview;

[Collection(nameof(ServerPages))]
public sealed class OverviewPageTests(ServerPagesFixture pages)
{
    [Fact]
    public async Task Everything_IsServed_SaysSoAndLeadsToTheLastRun()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Every change is live.", new() { Timeout = 30_000 });
        await Expect(tab.Page.GetByText("the newest", new() { Exact = false }).First).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Mailboxes" }).ClickAsync();
        await tab.Page.AddressAsync("/mailboxes$");
    }

    [Fact]
    public async Task Navigation_Owner_LeadsToTheImport()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/");
        await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Import and export" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Import and export");
    }
}
