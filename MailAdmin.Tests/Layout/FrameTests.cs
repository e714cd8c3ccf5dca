using Deque.AxeCore.Playwright;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Layout;

[Collection(nameof(Pages))]
public sealed class FrameTests(PagesFixture pages)
{
    public static TheoryData<string> Paths => ["/domains", "/domains/example.test", "/mailboxes", "/mailboxes?new=true", "/mailboxes?open=alice%40example.test", "/mailboxes/alice%40example.test", "/aliases", "/aliases?edit=sales%40example.test", "/client-setup", "/client-setup?address=alice%40example.test", "/client-setup?address=alice%40example.test&view=apple", "/client-setup?address=alice%40example.test&view=dns", "/client-setup?address=alice%40example.test&view=link"];

    [Theory, MemberData(nameof(Paths))]
    public async Task Page_WideLightAndNarrowDark_HasNoSeriousAccessibilityProblemNoComplaintAndFits(string path)
    {
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            var tab = await pages.Browser.LookAsync(pages.Portal, width, scheme);
            await tab.OpenAsync(path);
            var result = await tab.Page.RunAxe();
            Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{scheme} {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
            Assert.Empty(tab.Complaints);
            Assert.Equal(width, await tab.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }
    }

    [Fact]
    public async Task Theme_Chosen_HoldsFromTheFirstPaintOfTheNextPage()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes");
        await tab.Page.GetByLabel("Theme").First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        var html = await (await tab.Page.APIRequest.GetAsync("/mailboxes")).TextAsync();
        Assert.Contains("data-theme=\"dark\"", html);
    }

    [Fact]
    public async Task Palette_PartOfAnAddress_FindsItAndGoesThere()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/domains");
        await tab.Page.Keyboard.PressAsync("Control+k");
        await Expect(tab.Page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("liddell");
        await Expect(tab.Page.GetByRole(AriaRole.Option, new() { Name = "alice@example.test" })).ToHaveAttributeAsync("aria-selected", "true");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.AddressAsync(@"/mailboxes/alice%40example\.test$");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("alice@example.test");
    }

    [Fact]
    public async Task Palette_Escape_ClosesAndGivesTheFocusBack()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/mailboxes");
        var search = tab.Page.GetByLabel("Search mailboxes");
        await search.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Control+k");
        await Expect(tab.Page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.GetByRole(AriaRole.Combobox)).ToHaveCountAsync(0);
        await Expect(search).ToBeFocusedAsync();
    }

    [Fact]
    public async Task UnknownAddress_IsAnswered404WithAWayOn()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        var answer = await tab.Page.GotoAsync("/no-such-page");
        Assert.Equal(404, answer!.Status);
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is no such page");
    }

    [Fact]
    public async Task Navigation_DomainAdministrator_ShowsAccountsOnly()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal, Role.DomainAdministrator, ["example.test"]);
        await tab.OpenAsync("/mailboxes");
        var nav = tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await Expect(nav.GetByRole(AriaRole.Link, new() { Name = "Aliases" })).ToBeVisibleAsync();
        await Expect(nav.GetByRole(AriaRole.Link, new() { Name = "Administrators" })).ToHaveCountAsync(0);
        await Expect(nav.GetByRole(AriaRole.Link, new() { Name = "Hosts" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Drawer_OnAPhone_OpensAndClosesAfterChoosing()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal, width: 390, height: 844);
        await tab.OpenAsync("/mailboxes");
        var link = tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Aliases" });
        await Expect(link).ToBeHiddenAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Open the navigation" }).ClickAsync();
        await link.ClickAsync();
        await tab.Page.AddressAsync("/aliases$");
        await Expect(link).ToBeHiddenAsync();
    }
}
