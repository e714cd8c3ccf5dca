using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Provisioning;

[Collection(nameof(ServerPages))]
public sealed class ChangesPageTests(ServerPagesFixture pages)
{
    private const string Aliases = "/etc/mailadmin/postfix/virtual_alias_maps";

    [Fact]
    public async Task HandEdit_IsReplacedOnlyAfterATickAndAReason()
    {
        var written = pages.Files.Files[Aliases];
        pages.Files.With(Aliases, pages.Files.Text(Aliases) + "eve@example.test\teve@elsewhere.test\n", written.Info.Mode);
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/changes");
        await Expect(tab.Page.GetByText("Somebody edited files by hand")).ToBeVisibleAsync();

        var apply = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Apply to mail.example.test" });
        await apply.ClickAsync();
        await Expect(tab.Page.GetByText("The hand edits would be lost.")).ToBeVisibleAsync();
        Assert.Contains("eve@elsewhere.test", pages.Files.Text(Aliases), StringComparison.Ordinal);

        await tab.Page.GetByLabel("Replace the hand edits").CheckAsync();
        await tab.Page.GetByLabel("Why").FillAsync("eve has left");
        await apply.ClickAsync();
        await Expect(tab.Page.Locator(".served.good")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(tab.Page.GetByText("Nothing differs.").First).ToBeVisibleAsync();
        Assert.DoesNotContain("eve@elsewhere.test", pages.Files.Text(Aliases), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunThatWaits_IsApprovedInOnePlace_AndItsStepsAreToldOnce()
    {
        await ApprovalAsync(true);
        try
        {
            var alias = await pages.Portal.Get<AliasService>().AddAsync(new NewAlias("waits@example.test", ["alice@example.test"]), Actor.Portal, ChangeOptions.Default, TestContext.Current.CancellationToken);
            var accepted = Assert.IsType<Outcome<AliasView>.Accepted>(alias);
            var asked = await pages.Portal.Get<ApplyService>().ServeAsync(accepted.Revision!.Value, Actor.Portal, TestContext.Current.CancellationToken);
            Assert.Equal(ServedState.WaitsForApproval, asked.State);
            var tab = await pages.Browser.SignInAsync(pages.Portal);
            await tab.OpenAsync("/changes");
            await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeVisibleAsync();
            await Expect(tab.Page.GetByText("waits@example.test").First).ToBeVisibleAsync();
            await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Apply to mail.example.test" })).ToHaveCountAsync(0);

            await tab.OpenAsync($"/changes/{asked.GenerationId}");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
            await Expect(tab.Page.Locator(".served.good")).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await Expect(tab.Page.Locator(".served.good li")).ToHaveCountAsync(0);
            await Expect(tab.Page.GetByRole(AriaRole.Region, new() { Name = "What was done" }).Locator("li").First).ToBeVisibleAsync();
        }
        finally
        {
            await ApprovalAsync(false);
        }
    }

    private async Task ApprovalAsync(bool isRequired)
    {
        await using var db = await pages.Portal.OpenAsync();
        await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(h => h.RequiresApproval, isRequired), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RollBack_ShowsWhatWouldChangeAndThenDoesIt()
    {
        var before = await pages.AliasAsync("keep@example.test");
        await pages.AliasAsync("later@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync($"/changes/{before}");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to here" }).ClickAsync();
        var preview = tab.Page.GetByRole(AriaRole.Region, new() { Name = $"Roll back to #{before}" });
        await Expect(preview).ToContainTextAsync("later@example.test");
        Assert.Contains("later@example.test", pages.Files.Text(Aliases), StringComparison.Ordinal);

        await preview.GetByRole(AriaRole.Button, new() { Name = $"Roll back to #{before}" }).ClickAsync();
        await Expect(tab.Page.Locator(".served.good")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        var live = pages.Files.Text(Aliases)!;
        Assert.Contains("keep@example.test", live, StringComparison.Ordinal);
        Assert.DoesNotContain("later@example.test", live, StringComparison.Ordinal);
        await using var db = await pages.Portal.OpenAsync();
        Assert.False(await db.Aliases.AnyAsync(a => a.Address == "later@example.test" && a.TrashedUntil == null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RollBack_PressedInTwoTabsAtOnce_EndsInOneStateAndBothAreTold()
    {
        var before = await pages.AliasAsync("stays@example.test");
        await pages.AliasAsync("goes@example.test");
        var tabs = new[] { await pages.Browser.SignInAsync(pages.Portal), await pages.Browser.SignInAsync(pages.Portal) };
        var buttons = new List<ILocator>();
        foreach (var tab in tabs)
        {
            await tab.OpenAsync($"/changes/{before}");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to here" }).ClickAsync();
            var preview = tab.Page.GetByRole(AriaRole.Region, new() { Name = $"Roll back to #{before}" });
            await Expect(preview).ToContainTextAsync("goes@example.test");
            buttons.Add(preview.GetByRole(AriaRole.Button, new() { Name = $"Roll back to #{before}" }));
        }
        await Task.WhenAll(buttons.Select(button => button.ClickAsync()));
        foreach (var tab in tabs) await Expect(tab.Page.Locator(".served.good")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        var live = pages.Files.Text(Aliases)!;
        Assert.Contains("stays@example.test", live, StringComparison.Ordinal);
        Assert.DoesNotContain("goes@example.test", live, StringComparison.Ordinal);
        await using var db = await pages.Portal.OpenAsync();
        Assert.False(await db.Aliases.AnyAsync(a => a.Address == "goes@example.test", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task History_SearchIsKeptInTheAddressAndARunOpens()
    {
        var run = await pages.AliasAsync("sought@example.test");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/changes/history");
        await tab.Page.GetByLabel("Search the history").FillAsync("sought@");
        await tab.Page.AddressAsync("search=sought");
        await tab.OpenAsync(tab.Page.Url);
        await Expect(tab.Page.GetByLabel("Search the history")).ToHaveValueAsync("sought@");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"Run {run}", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Run #{run}");
        await Expect(tab.Page.GetByText("sought@example.test").First).ToBeVisibleAsync();
    }
}
