using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>The whole way on a private Postfix and Dovecot: ordered, issued by a real Pebble, deployed, served.</summary>
[Collection(MailLabCollection.Name)]
public sealed class OrderInTheLabTests(MailLabFixture lab)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CertOrder_BesideTheRunningPortal_EveryPortServesIt()
    {
        await InAsync(async (authority, data) =>
        {
            var name = lab.Host.Name;
            await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Certificates:HttpPort"] = $"{authority.HttpPort}", data);
            await DoneAsync(data, "lab", "start", lab.Directory);
            using var order = JsonDocument.Parse(await DoneAsync(data, "cert", "order", name, "--ca", authority.Directory, "--ca-root", authority.RootFile, "--accept-terms", "--json"));
            Assert.Equal(("deployed", "done"), (order.RootElement.GetProperty("state").GetString(), order.RootElement.GetProperty("standing").GetString()));
            using var leaf = await ServedAsync(lab.Host.Ports.Imaps, name);
            Assert.Contains("Pebble", leaf.Issuer);
            using var submissions = await ServedAsync(lab.Host.Ports.Submissions, name);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(leaf.RawData)), Convert.ToHexString(SHA256.HashData(submissions.RawData)));
        });
    }

    [Fact]
    public async Task CertVerbs_WithoutThePortal_EndWithTheirExitCodesAndJson()
    {
        using var own = new TestAuthority();
        await InAsync(async (authority, data) =>
        {
            var name = lab.Host.Name;
            await DoneAsync(data, "lab", "start", lab.Directory);
            // Import, list, verify.
            var (first, other) = (own.Issue(name), own.Issue(name));
            var (cert, key) = (await FileAsync(data, "fullchain.pem", first.ChainPem), await FileAsync(data, "privkey.pem", first.KeyPem));
            Assert.Equal("live", Json(await DoneAsync(data, "cert", "import", name, "--cert", cert, "--key", key, "--private", "--json")).GetProperty("state").GetString());
            Assert.Equal((name, "good"), (Json(await DoneAsync(data, "cert", "list", "--json")).GetProperty("items")[0] is var row ? row.GetProperty("name").GetString() : null, row.GetProperty("state").GetString()));
            Assert.True(Json(await DoneAsync(data, "cert", "verify", name, "--json")).GetProperty("served").GetBoolean());
            // What is refused changes nothing.
            await EndsAsync(ExitCode.Refused, "The private key is not the one of", data, "cert", "import", name, "--cert", cert, "--key", await FileAsync(data, "other.pem", other.KeyPem), "--private");
            await EndsAsync(ExitCode.Usage, "cannot be read", data, "cert", "import", name, "--cert", $"{data}/nothing.pem");
            await EndsAsync(ExitCode.Refused, "was uploaded: nothing here can renew it", data, "cert", "renew", name);
            await EndsAsync(ExitCode.Refused, "was not ordered here", data, "cert", "revoke", name);
            await EndsAsync(ExitCode.Refused, "There is no certificate", data, "cert", "verify", "nobody.example.test");
            await EndsAsync(ExitCode.Refused, "is not an absolute path", data, "cert", "order", name, "--challenge", "webroot", "--webroot", "here");
            await EndsAsync(ExitCode.Usage, "There is no kind of key", data, "cert", "order", name, "--key", "dsa");
            await DoneAsync(data, "cert", "verify", name);
            // Something else is served: every port says so.
            await lab.Reach.WriteAsync([new HostFileWrite(BaselineLayout.Certificate(lab.Host), other.ToFile(), UnixFileMode.UserRead | UnixFileMode.UserWrite, "root", "root")], Ct);
            await new Daemons(lab.Reach, lab.Host).ReloadAsync(Ct);
            var found = await RunAsync(data, "cert", "verify", name, "--json");
            for (var until = TimeProvider.System.GetUtcNow().AddSeconds(20); Json(found.Out).GetProperty("ports").EnumerateArray().Any(p => p.GetProperty("isServed").GetBoolean()) && TimeProvider.System.GetUtcNow() < until;) found = await RunAsync(data, "cert", "verify", name, "--json");
            Assert.Equal((ExitCode.Failed, false), (found.Code, Json(found.Out).GetProperty("served").GetBoolean()));
            Assert.Contains("4 of 4 do not serve it", (await RunAsync(data, "cert", "verify", name)).Out);
            // Deploy: preview, a version that is not there, the one that is.
            Assert.Contains("Put", await DoneAsync(data, "cert", "deploy", name, "--preview", "--json"));
            await EndsAsync(ExitCode.Refused, "has no version 99", data, "cert", "deploy", name, "--version", "99");
            Assert.Equal("live", Json(await DoneAsync(data, "cert", "deploy", name, "--json")).GetProperty("state").GetString());
            // A folder that something else renews.
            var folder = Directory.CreateDirectory($"{data}/live").FullName;
            var watched = own.Issue(name);
            await FileAsync(folder, "fullchain.pem", watched.ChainPem);
            await FileAsync(folder, "privkey.pem", watched.KeyPem);
            await EndsAsync(ExitCode.Refused, "holds no key with its certificate", data, "cert", "watch", name, "--folder", Directory.CreateDirectory($"{data}/empty").FullName, "--private");
            Assert.Equal("live", Json(await DoneAsync(data, "cert", "watch", name, "--folder", folder, "--private", "--json")).GetProperty("state").GetString());
            await DoneAsync(data, "cert", "renew", name);
            // Order with the key that is live; renew with it; revoke.
            string[] at = ["--ca", authority.Directory, "--ca-root", authority.RootFile, "--accept-terms", "--json"];
            Assert.True(Json(await DoneAsync(data, ["cert", "order", name, .. at, "--check"])).GetProperty("mayOrder").GetBoolean());
            await EndsAsync(ExitCode.Refused, "agree to its terms", data, "cert", "order", name, "--ca", authority.Directory, "--ca-root", authority.RootFile);
            Assert.Equal("done", Json(await DoneAsync(data, ["cert", "order", name, .. at, "--keep-key"])).GetProperty("standing").GetString());
            using var ordered = await ServedAsync(lab.Host.Ports.Imaps, name);
            Assert.Contains("Pebble", ordered.Issuer);
            Assert.Equal(TestAuthority.PublicKey(watched), Convert.ToHexStringLower(ordered.PublicKey.ExportSubjectPublicKeyInfo()));
            Assert.Contains("is not due before", await DoneAsync(data, "cert", "renew", name));
            await DoneAsync(data, "cert", "renew", name, "--force", "--json");
            using var renewed = await ServedAsync(lab.Host.Ports.Imaps, name);
            Assert.NotEqual(ordered.SerialNumber, renewed.SerialNumber);
            Assert.Equal(TestAuthority.PublicKey(watched), Convert.ToHexStringLower(renewed.PublicKey.ExportSubjectPublicKeyInfo()));
            // One that waits for a record is given up.
            var (code, waits, error) = await RunAsync(data, ["cert", "order", "waits.example.test", .. at, "--challenge", "manual", "--no-wait"]);
            Assert.True(code == ExitCode.NotLive, $"{code}\n{waits}\n{error}");
            var number = $"{Json(waits).GetProperty("id").GetInt32()}";
            Assert.Equal("cancelled", Json(await DoneAsync(data, "cert", "cancel", number, "--json")).GetProperty("standing").GetString());
            await EndsAsync(ExitCode.Refused, "has ended already", data, "cert", "cancel", number);
            Assert.False(Json(await DoneAsync(data, "cert", "change", name, "--keep-key", "no", "--json")).GetProperty("keepKey").GetBoolean());
            Assert.Equal(name, Json(await DoneAsync(data, "cert", "revoke", name, "--reason", "superseded", "--json")).GetProperty("name").GetString());
            Assert.Equal("Revoked", await authority.StatusAsync(renewed));
            await EndsAsync(ExitCode.Refused, "alreadyRevoked", data, "cert", "revoke", name);
            await DoneAsync(data, "cert", "verify", name);
        });
    }

    private static async Task InAsync(Func<CertificateAuthority, string, Task> act)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        var data = Directory.CreateTempSubdirectory("ma-").FullName;
        try
        {
            await File.WriteAllTextAsync($"{data}/settings.json", JsonSerializer.Serialize(new { Certificates = new { authority.HttpPort } }), Ct);
            await act(authority, data);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task<string> DoneAsync(string data, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(data, arguments);
        Assert.True(code == ExitCode.Done, $"{string.Join(' ', arguments)}: {code}\n{output}\n{error}\n{lab.Log()}");
        return output;
    }

    private static async Task EndsAsync(int expected, string word, string data, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(data, arguments);
        Assert.True(code == expected, $"{string.Join(' ', arguments)}: {code}\n{output}\n{error}");
        Assert.Contains(word, output + error);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    private static async Task<string> FileAsync(string folder, string name, byte[] content)
    {
        await File.WriteAllBytesAsync($"{folder}/{name}", content, Ct);
        return $"{folder}/{name}";
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
