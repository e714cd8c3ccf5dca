using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Domains;

[Collection(nameof(Pages))]
public sealed class DomainsPageTests(PagesFixture pages)
{
    [Fact]
    public async Task Trash_ThenUndo_ServesTheDomainAgain()
    {
        await pages.DomainAsync("undo.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains/undo.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Move to trash" }).ClickAsync();
        await Expect(tab.Page.GetByText("Nothing in it is served.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(tab.Page.GetByText("Mail for its addresses is taken here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Add_UnicodeName_ShowsWhatIsStored()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains?new=true");
        await tab.Page.GetByLabel("Domain", new() { Exact = true }).FillAsync("bücher.test");
        await Expect(tab.Page.GetByText("Stored as xn--bcher-kva.test.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "bücher.test" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Limits_NotANumberAndTaken_AreSaidAtTheirFields()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains?new=true");
        await tab.Page.GetByLabel("Domain", new() { Exact = true }).FillAsync("example.test");
        await Expect(tab.Page.GetByText("The domain example.test exists already.")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Mailbox limit").FillAsync("many");
        await Expect(tab.Page.GetByText("“many” is not a whole number.")).ToBeVisibleAsync();
    }
}
