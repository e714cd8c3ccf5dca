using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Aliases;

[Collection(nameof(Pages))]
public sealed class AliasesPageTests(PagesFixture pages)
{
    [Fact]
    public async Task Targets_LoopAndDeadEnd_AreSaidAtTheField()
    {
        await pages.AliasAsync("ring@example.test", "alice@example.test");
        await pages.AliasAsync("rang@example.test", "ring@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/aliases?edit=ring%40example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove alice@example.test" }).ClickAsync();
        await tab.Page.GetByLabel("Leads to").FillAsync("rang@example.test");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.GetByText("Mail would go in circles")).ToContainTextAsync("ring@example.test → rang@example.test → ring@example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove rang@example.test" }).ClickAsync();
        await tab.Page.GetByLabel("Leads to").FillAsync("nobody.at.all@example.test,");
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nobody.at.all@example.test");
    }

    [Fact]
    public async Task Bulk_TrashThenUndo_BringsThemBack()
    {
        await pages.DomainAsync("aliases.test");
        await pages.AliasAsync("a@aliases.test", "alice@example.test");
        await pages.AliasAsync("b@aliases.test", "bob@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/aliases?domain=aliases.test");
        await tab.Page.GetByLabel("Select all on this page").CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Move to trash" }).ClickAsync();
        await Expect(tab.Page.GetByText("No alias fits")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "a@aliases.test" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task CatchAll_AddedOnTheDomainPage_IsShownAsSuch()
    {
        await pages.DomainAsync("catch.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains/catch.test");
        await tab.Page.GetByLabel("Goes to").FillAsync("alice@example.test");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add catch-all" }).ClickAsync();
        await Expect(tab.Page.GetByText("Catch-all of catch.test saved.")).ToBeVisibleAsync();
        await tab.OpenAsync("/aliases?domain=catch.test");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Catch-all of catch.test" })).ToBeVisibleAsync();
    }
}
