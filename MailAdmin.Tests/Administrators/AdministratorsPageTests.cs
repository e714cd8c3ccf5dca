using System.Net;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Administrators;

[Collection(nameof(ServerPages))]
public sealed class AdministratorsPageTests(ServerPagesFixture pages)
{
    [Fact]
    public async Task NewPerson_PasswordIsShownOnceAndWorks()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/administrators?new=true");
        await tab.Page.GetByLabel("User name", new() { Exact = true }).FillAsync("anna");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add and show a password" }).ClickAsync();
        var secret = tab.Page.GetByRole(AriaRole.Group, new() { Name = "New password" });
        var password = await secret.Locator("code").InnerTextAsync();

        await tab.OpenAsync("/administrators?person=anna");
        await Expect(tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "anna" })).ToBeVisibleAsync();
        await Expect(secret).ToHaveCountAsync(0);
        Assert.DoesNotContain(password, await tab.Page.ContentAsync(), StringComparison.Ordinal);
        using var browser = pages.Portal.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await PortalFixture.SubmitAsync(browser, "/sign-in", ("userName", "anna"), ("password", password))).StatusCode);
    }

    [Fact]
    public async Task Token_IsShownOnceWorksAndIsRevoked()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        await tab.OpenAsync("/administrators/tokens?new=true");
        await tab.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("deploy");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make and show the token" }).ClickAsync();
        var secret = tab.Page.GetByRole(AriaRole.Group, new() { Name = "Token", Exact = true });
        var token = await secret.Locator("code").InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(secret).ToHaveCountAsync(0);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "deploy" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "deploy" })).ToContainTextAsync("Revoked");
        Assert.DoesNotContain(token, await tab.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var program = new HttpClient { BaseAddress = pages.Portal.Address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        return (await program.GetAsync("/api/v1/domains", TestContext.Current.CancellationToken)).StatusCode;
    }
}
