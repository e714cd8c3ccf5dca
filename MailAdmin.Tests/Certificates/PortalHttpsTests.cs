using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web;
using MailAdmin.Web.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Certificates;

/// <summary>The portal's own HTTPS with a managed certificate, in one process: what it shows changes, and nothing is cut.</summary>
public sealed class PortalHttpsTests
{
    private const string Name = "mail.example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Https_VersionGoesLive_IsShownAtTheNextHandshakeWithoutARestart()
    {
        var data = Directory.CreateTempSubdirectory("ma-").FullName;
        var port = FreePorts.Of(1)[0];
        using var authority = new TestAuthority();
        try
        {
            await using var app = await Portal.BuildAsync(new PortalSettings(data, IPAddress.Loopback, 0) { HttpsPort = port, HttpsCertificate = Name }, builder =>
            {
                builder.Configuration["Certificates:HttpPort"] = "0";
                builder.Configuration["Probes:Enabled"] = "false";
            });
            await app.StartAsync(Ct);
            var standIn = await AskAsync(port);
            Assert.NotEqual("", standIn);

            var first = await GoLiveAsync(app.Services, authority);
            using var open = Client(out var shownToOpen);
            Assert.Equal(HttpStatusCode.OK, (await open.GetAsync($"https://127.0.0.1:{port}/health/ready", Ct)).StatusCode);
            Assert.Equal(TestAuthority.Fingerprint(first), Assert.Single(shownToOpen));

            var second = await GoLiveAsync(app.Services, authority);
            Assert.Equal(TestAuthority.Fingerprint(second), await AskAsync(port));
            // The connection from before goes on as it began: no further handshake.
            Assert.Equal(HttpStatusCode.OK, (await open.GetAsync($"https://127.0.0.1:{port}/health/ready", Ct)).StatusCode);
            Assert.Single(shownToOpen);
            Assert.Equal(3, new[] { standIn, TestAuthority.Fingerprint(first), TestAuthority.Fingerprint(second) }.Distinct().Count());
            await app.StopAsync(Ct);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    // As a deploy stores it when every port was seen to serve it; the portal's loop then looks.
    private static async Task<CertificateMaterial> GoLiveAsync(IServiceProvider services, TestAuthority authority)
    {
        var material = authority.Issue(Name);
        await using var db = await services.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync(Ct);
        if (!await db.Hosts.AnyAsync(Ct))
        {
            db.Hosts.Add(new Host { Name = Name, Kind = HostKind.Lab });
            await db.SaveChangesAsync(Ct);
            db.Certificates.Add(new Certificate { HostId = 1, Name = Name, Names = [Name], Source = CertificateSource.Upload, IsPrivate = true, AskedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Ct);
        }
        var version = Expect.Accepted(await services.GetRequiredService<CertificateStore>().AddVersionAsync(1, material, CertificateLab.Root, Ct));
        await db.Certificates.ExecuteUpdateAsync(set => set.SetProperty(c => c.LiveVersion, version.Number), Ct);
        await services.GetRequiredService<PortalCertificate>().LookAsync(Ct);
        return material;
    }

    private static async Task<string> AskAsync(int port)
    {
        using var client = Client(out var shown);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"https://127.0.0.1:{port}/health/ready", Ct)).StatusCode);
        return Assert.Single(shown);
    }

    private static HttpClient Client(out List<string> shown)
    {
        var seen = shown = [];
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen.Add(Convert.ToHexStringLower(SHA256.HashData(certificate!.GetRawCertData())));
                    return true;
                },
            },
        });
    }
}
