using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>The whole way on a private Postfix and Dovecot: ordered, issued by a real Pebble, deployed, served.</summary>
[Collection(MailLabCollection.Name)]
public sealed class OrderInTheLabTests(MailLabFixture lab)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CertOrder_WithAndWithoutTheRunningPortal_EveryPortServesIt(bool withPortal)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        var data = Directory.CreateTempSubdirectory("ma-").FullName;
        try
        {
            await File.WriteAllTextAsync($"{data}/settings.json", JsonSerializer.Serialize(new { Certificates = new { authority.HttpPort } }), Ct);
            var name = lab.Host.Name;
            var registered = await RunAsync(data, "host", "list", "--json");
            Assert.Equal(ExitCode.Done, registered.Code);
            await using (var portal = withPortal ? await PortalFixture.StartAsync(b => b.Configuration["Certificates:HttpPort"] = $"{authority.HttpPort}", data) : null)
            {
                var started = await RunAsync(data, "lab", "start", lab.Directory);
                Assert.True(started.Code == ExitCode.Done, started.Error);
                var ordered = await RunAsync(data, "cert", "order", name, "--ca", authority.Directory, "--ca-root", authority.RootFile, "--accept-terms", "--json");
                Assert.True(ordered.Code == ExitCode.Done, $"{ordered.Code}\n{ordered.Out}\n{ordered.Error}\n{authority.Log}\n{lab.Log()}");
                using var order = JsonDocument.Parse(ordered.Out);
                Assert.Equal(("deployed", "done"), (order.RootElement.GetProperty("state").GetString(), order.RootElement.GetProperty("standing").GetString()));
            }
            using var leaf = await ServedAsync(lab.Host.Ports.Imaps, name);
            Assert.Contains("Pebble", leaf.Issuer);
            using var submissions = await ServedAsync(lab.Host.Ports.Submissions, name);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(leaf.RawData)), Convert.ToHexString(SHA256.HashData(submissions.RawData)));
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<X509Certificate2> ServedAsync(int port, string name)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, Ct);
        await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, Ct);
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string data, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(["--data", data, .. arguments], new Terminal(new StringReader(""), output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }
}
