using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.ClientSetup;

[Collection(nameof(Pages))]
public sealed class ClientSetupPageTests(PagesFixture pages)
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Page_OfAnAddress_ShowsWhatEachProgramIsTold()
    {
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        tab.Page.SetDefaultTimeout(Patience);
        await tab.OpenAsync("/client-setup");
        await tab.Page.GetByLabel("Address", new() { Exact = true }).FillAsync("alice@example.test");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show settings" }).ClickAsync();
        await SeesAsync(tab.Page.GetByRole(AriaRole.Region, new() { Name = "config-v1.1.xml" }), "%EMAILADDRESS%");
        await OpenAsync("Outlook", "Answer to Autodiscover", "<Type>IMAP</Type>");
        await OpenAsync("Manual", "To send on", "SSL/TLS");
        await OpenAsync("DNS records", "As zone lines", "_imaps._tcp.example.test. IN SRV 0 1 993 mail.example.test.");
        await OpenAsync("Apple", "Profile", "EmailTypeIMAP");
        // The picture was drawn, not refused by the content policy.
        await Expect(tab.Page.GetByAltText("QR code of the profile's address")).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.querySelector('img[alt^=QR]').decode().then(() => document.querySelector('img[alt^=QR]').naturalWidth > 0)"));
        Assert.Contains("view=apple", tab.Page.Url);
        await tab.OpenAsync("/client-setup?address=nobody@elsewhere.test");
        await Expect(tab.Page.GetByText("elsewhere.test is not a domain that is served here.")).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.Empty(tab.Complaints);

        async Task OpenAsync(string name, string file, string words)
        {
            await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Mail programs" }).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await SeesAsync(tab.Page.GetByRole(AriaRole.Region, new() { Name = file, Exact = true }), words);
        }
    }

    [Fact]
    public async Task SetupLink_OpenedInAnotherBrowser_FillsInItsCodeAndLeavesNoTrace()
    {
        await pages.MailboxAsync("linda@example.test", "Linda");
        var tab = await pages.Browser.SignInAsync(pages.Portal);
        tab.Page.SetDefaultTimeout(Patience);
        await tab.OpenAsync("/client-setup?address=linda@example.test&view=link");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make a set-up link" }).ClickAsync();
        var link = await tab.Page.GetByRole(AriaRole.Group, new() { Name = "Set-up link" }).Locator("code").InnerTextAsync();
        Assert.Matches("^http://127.0.0.1:[0-9]+/choose-password#[A-Za-z0-9_-]{43}$", link);
        Assert.Empty(tab.Complaints);

        var person = await pages.Browser.OpenAsync(pages.Portal, width: 390);
        person.Page.SetDefaultTimeout(Patience);
        var asked = new List<string>();
        person.Page.Request += (_, request) => asked.Add($"{request.Url} {request.Headers.GetValueOrDefault("referer")}");
        await person.Page.GotoAsync(link);
        await SeesAsync(person.Page.Locator("main"), "linda@example.test");
        await person.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("quartz lantern 47 otter");
        await person.Page.GetByLabel("The password again").FillAsync("quartz lantern 47 otter");
        Assert.DoesNotContain(link.Split('#')[1], person.Page.Url);
        Assert.DoesNotContain(asked.Skip(1), a => a.Contains(link.Split('#')[1], StringComparison.Ordinal));
        Assert.Empty(person.Complaints);
    }

    private static Task SeesAsync(ILocator where, string words) => Expect(where).ToContainTextAsync(words, new() { Timeout = Patience });
}
