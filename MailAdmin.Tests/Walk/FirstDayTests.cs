using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Walk;

/// <summary>The whole way of a new owner in the browser, each step judged by what the mail server then does.</summary>
[Collection(MailLabCollection.Name)]
public sealed class FirstDayTests(MailLabFixture lab) : IAsyncLifetime
{
    private const string Wanda = "wanda@walk.test", Team = "team@walk.test";

    // Chromium, portal, Postfix and Dovecot share one small machine.
    private const float Patience = 90_000;

    private PortalFixture _portal = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
        _portal = await PortalFixture.StartAsync(builder => builder.WebHost.UseStaticWebAssets());
        await using (var db = await _portal.OpenAsync())
        {
            db.Hosts.Add(await lab.Lab.HostAsync(lab.Directory, default));
            await db.SaveChangesAsync();
        }
        _browser = await Browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _portal.DisposeAsync();
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
    }

    [Fact]
    public async Task Owner_FromTheSetUpLinkToSignOut_SeesWhatTheServerDoes()
    {
        var mail = new MailProgram(lab.Host);
        var link = $"/setup?token={await _portal.Get<FirstRun>().TokenAsync(TestContext.Current.CancellationToken)}";
        var tab = await _browser.OpenAsync(_portal);
        var page = tab.Page;
        page.SetDefaultTimeout(Patience);

        await BecomeOwnerAsync(tab, link);
        await AddDomainAsync(tab);
        var password = await AddMailboxAsync(tab);
        Assert.True(await mail.LogsInAsync(Wanda, password), lab.Log());
        var beforeAlias = await NewestRunAsync(tab);
        Assert.StartsWith("550", await mail.DeliverAsync(Team), StringComparison.Ordinal);

        await AddAliasAsync(tab);
        var message = await mail.SendAndReadAsync(Wanda, password, Team, "To the team");
        Assert.Equal(("To the team", Wanda, Team), (message.Subject, message.From.Mailboxes.Single().Address, message.To.Mailboxes.Single().Address));

        await tab.OpenAsync("/mailboxes/wanda%40walk.test");
        Assert.DoesNotContain(password, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await SeesAsync(page.GetByText("mail to it is refused (5.2.1)"));
        await LiveAsync(tab);
        Assert.False(await mail.LogsInAsync(Wanda, password));
        Assert.Contains("5.2.1", await mail.DeliverAsync(Wanda), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await SeesAsync(page.GetByText("Logs in, sends, receives."));
        await LiveAsync(tab);
        Assert.True(await mail.LogsInAsync(Wanda, password));
        Assert.Equal("250", await mail.DeliverAsync(Wanda));

        await RollBackAsync(tab, beforeAlias);
        Assert.StartsWith("550", await mail.DeliverAsync(Team), StringComparison.Ordinal);
        Assert.Equal("250", await mail.DeliverAsync(Wanda));
        Assert.True(await mail.LogsInAsync(Wanda, password));
        await tab.OpenAsync("/changes");
        await SeesAsync(page.GetByText("Nothing differs."));
        Assert.Empty(tab.Complaints);

        await page.GetByLabel("Account of olga").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await SeesAsync(page.GetByRole(AriaRole.Heading, new() { Name = "Signed out" }));
        await page.GotoAsync("/mailboxes");
        await SeesAsync(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
        var again = await page.GotoAsync(link);
        Assert.Equal(404, again!.Status);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Become the owner" })).ToHaveCountAsync(0);
    }

    private static async Task BecomeOwnerAsync(Tab tab, string link)
    {
        var page = tab.Page;
        await page.GotoAsync(link);
        await page.GetByLabel("User name").FillAsync("olga");
        await page.GetByLabel("Your name").FillAsync("Olga");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PortalFixture.Password);
        await page.GetByLabel("The password again").FillAsync(PortalFixture.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Become the owner" }).ClickAsync();
        await SeesAsync(page.GetByRole(AriaRole.Heading, new() { Name = "The first ten minutes" }));
    }

    private static async Task AddDomainAsync(Tab tab)
    {
        await tab.OpenAsync("/domains?new=true");
        await tab.Page.GetByLabel("Domain", new() { Exact = true }).FillAsync("walk.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        await SeesAsync(tab.Page.GetByText("walk.test was added."));
        await LiveAsync(tab);
    }

    // The password is read where a person reads it; it is shown this once only.
    private static async Task<string> AddMailboxAsync(Tab tab)
    {
        await tab.OpenAsync("/mailboxes?domain=walk.test&new=true");
        await tab.Page.GetByLabel("Address", new() { Exact = true }).FillAsync(Wanda);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add mailbox" }).ClickAsync();
        var secret = tab.Page.GetByRole(AriaRole.Group, new() { Name = "Generated password" });
        var password = await secret.Locator("code").InnerTextAsync();
        Assert.Matches("^[a-z0-9]{6}(-[a-z0-9]{6})+$", password);
        await LiveAsync(tab);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(secret).ToHaveCountAsync(0, new() { Timeout = Patience });
        return password;
    }

    private static async Task AddAliasAsync(Tab tab)
    {
        await tab.OpenAsync("/aliases?new=true");
        await tab.Page.GetByLabel("Alias", new() { Exact = true }).FillAsync(Team);
        await tab.Page.GetByLabel("Leads to").FillAsync(Wanda);
        await tab.Page.Keyboard.PressAsync("Enter");
        await SeesAsync(tab.Page.GetByRole(AriaRole.Button, new() { Name = $"Remove {Wanda}" }));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add alias" }).ClickAsync();
        await LiveAsync(tab);
    }

    private static async Task<string> NewestRunAsync(Tab tab)
    {
        await tab.OpenAsync("/changes/history");
        return (await tab.Page.Locator("table.rows tbody td.run a").First.InnerTextAsync()).TrimStart('#');
    }

    private static async Task RollBackAsync(Tab tab, string run)
    {
        await tab.OpenAsync($"/changes/{run}");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to here" }).ClickAsync();
        var preview = tab.Page.GetByRole(AriaRole.Region, new() { Name = $"Roll back to #{run}" });
        await Expect(preview).ToContainTextAsync(Team, new() { Timeout = Patience });
        await preview.GetByRole(AriaRole.Button, new() { Name = $"Roll back to #{run}" }).ClickAsync();
        await SeesAsync(tab.Page.Locator(".served.good"));
        await tab.OpenAsync("/aliases");
        await SeesAsync(tab.Page.GetByText("No aliases yet"));
    }

    private static Task LiveAsync(Tab tab) => Expect(tab.Page.GetByRole(AriaRole.Region, new() { Name = "Saved changes" })).ToContainTextAsync("live after", new() { Timeout = Patience });

    private static Task SeesAsync(ILocator what) => Expect(what.First).ToBeVisibleAsync(new() { Timeout = Patience });
}
