using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Audit;

[Collection(nameof(ServerPages))]
public sealed class AuditPageTests(ServerPagesFixture pages)
{
    [Fact]
    public async Task Filter_IsKeptInTheAddressAndInTheExport()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/audit");
        await Expect(tab.Page.GetByText("Chain verified")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Subject").SelectOptionAsync("domain");
        await tab.Page.AddressAsync("act=domain");
        await tab.OpenAsync(tab.Page.Url);
        await Expect(tab.Page.GetByLabel("Subject")).ToHaveValueAsync("domain");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "domain.add" })).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "alias.add" })).ToHaveCountAsync(0);

        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Export CSV" }).ClickAsync());
        var text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Contains("domain.add", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alias.add", text, StringComparison.Ordinal);
    }
}
