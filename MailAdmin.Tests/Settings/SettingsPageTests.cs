using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Settings;

[Collection(nameof(ServerPages))]
public sealed class SettingsPageTests(ServerPagesFixture pages)
{
    [Fact]
    public async Task Page_ShowsWhereTheDataIsAndWhatOneLoginCosts()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/settings");
        await Expect(tab.Page.GetByText(pages.Portal.Directory, new() { Exact = true })).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "(default)" })).ToContainTextAsync("SHA512-CRYPT", new() { Timeout = 60_000 });
    }
}
