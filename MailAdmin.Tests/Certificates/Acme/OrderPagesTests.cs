using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>The order assistant in a real browser, against a real Pebble; the portal's loop works and its listener answers.</summary>
public sealed class OrderPagesTests
{
    [Fact]
    public async Task Assistant_FromNamesToServed_ShowsTermsChecksAndLiveSteps()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        var issued = new Ordering.StandIn();
        var dns = new DnsRecords { ["A mail.example.test"] = "127.0.0.1", ["A imap.example.test"] = "127.0.0.1" };
        await using var portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Configuration["Certificates:HttpPort"] = $"{authority.HttpPort}";
            builder.Services.AddSingleton<IDnsLookup>(dns).AddSingleton<IDnsServers>(dns).AddSingleton<IIssued>(issued);
        });
        await using (var db = await portal.OpenAsync())
        {
            var host = new Host { Name = "mail.example.test", Kind = HostKind.Lab, Revision = 1 };
            db.Hosts.Add(host);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            var certificate = new Certificate { HostId = host.Id, Name = "mail.example.test", Names = ["mail.example.test"], Source = CertificateSource.Acme, Revision = 1 };
            db.Certificates.Add(certificate);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            issued.CertificateId = certificate.Id;
        }
        await using var browser = await Browser.StartAsync();
        var tab = await browser.SignInAsync(portal);
        var page = tab.Page;
        await tab.OpenAsync("/certificates/orders");
        await Expect(page.GetByText("Nothing ordered yet")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Order a certificate" }).First.ClickAsync();

        // The only host's name is there already.
        var names = page.GetByLabel("DNS names");
        await Expect(names).ToHaveValueAsync("mail.example.test");
        await names.FillAsync("mail.example.test\nimap.example.test");
        await page.Locator("#order-authority").SelectOptionAsync("own");
        await page.GetByLabel("Address of its directory").FillAsync(authority.Directory);
        await page.GetByLabel("Its root certificate").FillAsync(authority.RootPem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show its terms" }).ClickAsync();
        await Expect(page.GetByText("Its terms:")).ToBeVisibleAsync();
        await Picture(page, "assistant");

        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The authority asks to agree to its terms")).ToBeVisibleAsync();
        await page.GetByLabel("I have read the terms and agree").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("Nothing stands against it.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByText($"Port {authority.HttpPort} of this machine answers challenges.")).ToBeVisibleAsync();
        await Picture(page, "checked");

        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/certificates/orders/*", new() { WaitUntil = WaitUntilState.Commit });
        await Expect(page.GetByText("Every port serves it.").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator(".stations li.done")).ToHaveCountAsync(5);
        await Expect(page.GetByText("The authority saw the proof of imap.example.test.")).ToBeVisibleAsync();
        await Picture(page, "order");
        Assert.Equal(1, issued.Deployed);

        // One that fails says why, and can be tried again from there.
        issued.Serves = Core.Provisioning.Applying.ServedState.Failed;
        await tab.OpenAsync("/certificates/order");
        await page.Locator("#order-authority").SelectOptionAsync("own");
        await page.GetByLabel("Address of its directory").FillAsync(authority.Directory);
        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Port 993 serves the former one").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Picture(page, "failed");
        issued.Serves = Core.Provisioning.Applying.ServedState.Live;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again now" }).ClickAsync();
        await Expect(page.Locator(".stations li.done")).ToHaveCountAsync(5, new() { Timeout = 30_000 });

        await tab.OpenAsync("/certificates/accounts");
        await Expect(page.GetByText("In use")).ToBeVisibleAsync();
        await Picture(page, "accounts");
        await tab.OpenAsync("/certificates/orders");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Picture(page, "orders");
    }

    // Only where somebody wants to look: MAILADMIN_PICTURES names a folder.
    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MAILADMIN_PICTURES") is not { Length: > 0 } folder) return;
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.ScreenshotAsync(new() { Path = $"{folder}/{name}-{width}-{scheme}.png", FullPage = true });
        }
        await page.SetViewportSizeAsync(1280, 900);
    }
}
