using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>The order assistant in a real browser, against a real Pebble and a private Postfix and Dovecot; the portal's loop works and its listener answers.</summary>
[Collection(MailLabCollection.Name)]
public sealed class OrderPagesTests(MailLabFixture lab)
{
    [Fact]
    public async Task Assistant_FromNamesToFourGreenPorts_ShowsTermsChecksAndLiveSteps()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        var dns = new DnsRecords { ["A mail.example.test"] = "127.0.0.1", ["A imap.example.test"] = "127.0.0.1" };
        await using var portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Configuration["Certificates:HttpPort"] = $"{authority.HttpPort}";
            builder.Services.AddSingleton<IDnsLookup>(dns).AddSingleton<IDnsServers>(dns).AddSingleton<IssuedCertificates>().AddSingleton<IIssued, FailingAtWill>();
        });
        var started = new StringWriter();
        Assert.True(await CommandLine.RunAsync(["--data", portal.Directory, "lab", "start", lab.Directory], new Terminal(TextReader.Null, started, started), TestContext.Current.CancellationToken) == ExitCode.Done, started.ToString());
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
        await Pictures.TakeAsync(page, "assistant");

        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The authority asks to agree to its terms")).ToBeVisibleAsync();
        await page.GetByLabel("I have read the terms and agree").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(page.GetByText("Nothing stands against it.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByText($"Port {authority.HttpPort} of this machine answers challenges.")).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "checked");

        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await page.AddressAsync("/certificates/orders/");
        await Expect(page.Locator(".stations li.done")).ToHaveCountAsync(5, new() { Timeout = 60_000 });
        await Expect(page.GetByText("The authority saw the proof of imap.example.test.")).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "order");

        // All four ports are green, under both names, and a client that knows nothing of the portal sees the same.
        await tab.OpenAsync("/certificates");
        await Pictures.TakeAsync(page, "list");
        await tab.OpenAsync("/certificates/mail.example.test");
        await Expect(page.Locator(".proof td.state").GetByText("Served", new() { Exact = true })).ToHaveCountAsync(8);
        await Expect(page.GetByText("Served on every port")).ToBeVisibleAsync();
        foreach (var port in new[] { lab.Host.Ports.Smtp, lab.Host.Ports.Submission, lab.Host.Ports.Submissions, lab.Host.Ports.Imaps })
        {
            await Expect(page.Locator(".proof").GetByText($"{port}", new() { Exact = true })).ToHaveCountAsync(2);
            var shown = await ServedFrom.AskAsync(port, "imap.example.test", startTls: port == lab.Host.Ports.Smtp || port == lab.Host.Ports.Submission);
            await Expect(page.Locator(".proof").GetByText($"{shown[..16]}…").First).ToBeVisibleAsync();
        }
        await page.GetByLabel("Renewals keep the private key").CheckAsync();
        await Expect(page.GetByText(", kept at renewals")).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "certificate");
        await tab.OpenAsync("/certificates/calendar");
        await Expect(page.GetByText("mail.example.test").First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "calendar");

        // One that fails says why, and can be tried again from there.
        ((FailingAtWill)portal.Get<IIssued>()).Fails = true;
        await tab.OpenAsync("/certificates/order");
        await page.Locator("#order-authority").SelectOptionAsync("own");
        await page.GetByLabel("Address of its directory").FillAsync(authority.Directory);
        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Port 993 serves the former one").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Pictures.TakeAsync(page, "failed");
        ((FailingAtWill)portal.Get<IIssued>()).Fails = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again now" }).ClickAsync();
        await Expect(page.Locator(".stations li.done")).ToHaveCountAsync(5, new() { Timeout = 30_000 });

        await tab.OpenAsync("/certificates/accounts");
        await Expect(page.GetByText("In use")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a DNS server" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("ns1");
        await page.GetByLabel("Server", new() { Exact = true }).FillAsync("nowhere");
        await page.GetByLabel("Key name").FillAsync("mailadmin-key");
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync("c2VjcmV0IHRoYXQgaXMgbm90IHNob3du");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the server" }).ClickAsync();
        await Expect(page.GetByText("'nowhere' is not an IP address.")).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "dns-server");
        await page.GetByLabel("Server", new() { Exact = true }).FillAsync("192.0.2.53");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the server" }).ClickAsync();
        await Expect(page.GetByText("any zone it has, key mailadmin-key")).ToBeVisibleAsync();
        Assert.DoesNotContain("c2VjcmV0", await page.ContentAsync());
        await Pictures.TakeAsync(page, "accounts");
        await tab.OpenAsync("/certificates/orders");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Pictures.TakeAsync(page, "orders");
    }

    [Fact]
    public async Task Assistant_AuthorityThatKnowsItsCustomers_TakesKeyIdAndMacKeyAndNeverShowsThemAgain()
    {
        const string Mac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
        await using var authority = await CertificateAuthority.StartAsync(bindings: new Dictionary<string, string> { ["kid-1"] = Mac });
        var (issued, dns) = (new Ordering.StandIn(), new DnsRecords { ["A mail.example.test"] = "127.0.0.1" });
        await using var portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Configuration["Certificates:HttpPort"] = $"{authority.HttpPort}";
            builder.Services.AddSingleton<IDnsLookup>(dns).AddSingleton<IDnsServers>(dns).AddSingleton<IIssued>(issued);
        });
        await using (var db = await portal.OpenAsync())
        {
            db.Hosts.Add(new Core.Hosts.Host { Name = "mail.example.test", Kind = Core.Hosts.HostKind.Lab, Revision = 1 });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            var certificate = new Certificate { HostId = 1, Name = "mail.example.test", Names = ["mail.example.test"], Source = CertificateSource.Acme, Revision = 1 };
            db.Certificates.Add(certificate);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            issued.CertificateId = certificate.Id;
        }
        await using var browser = await Browser.StartAsync();
        var tab = await browser.SignInAsync(portal);
        var page = tab.Page;
        await tab.OpenAsync("/certificates/order");
        await page.Locator("#order-authority").SelectOptionAsync("own");
        await page.GetByLabel("Address of its directory").FillAsync(authority.Directory);
        await page.GetByLabel("Its root certificate").FillAsync(authority.RootPem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show its terms" }).ClickAsync();
        await page.GetByLabel("Key id").FillAsync("kid-1");
        await page.GetByLabel("I have read the terms and agree").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The MAC key is not base64url.")).ToBeVisibleAsync();
        await page.GetByLabel("MAC key").FillAsync(Mac);
        await Pictures.TakeAsync(page, "binding");
        await page.GetByRole(AriaRole.Button, new() { Name = "Order", Exact = true }).ClickAsync();
        await Expect(page.Locator(".stations li.done")).ToHaveCountAsync(5, new() { Timeout = 60_000 });
        await tab.OpenAsync("/certificates/accounts");
        await Expect(page.GetByText("In use")).ToBeVisibleAsync();
        Assert.DoesNotContain(Mac, await page.ContentAsync());
    }

    /// <summary>The real store and deploy; at will a deploy ends as when a port went on serving the former one.</summary>
    private sealed class FailingAtWill(IssuedCertificates real) : IIssued
    {
        public bool Fails { get; set; }

        public Task<Outcome<int>> StoreAsync(AcmeOrder order, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct) => real.StoreAsync(order, material, actor, ct);

        public Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct) =>
            Fails ? Task.FromResult<Outcome<Served>>(new Outcome<Served>.Accepted(new Served(ServedState.Failed, null, "Port 993 serves the former one; it is back.", []), null)) : real.DeployAsync(certificateId, actor, ct);
    }
}
