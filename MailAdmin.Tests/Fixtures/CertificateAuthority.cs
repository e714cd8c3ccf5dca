using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A real Pebble with its DNS server for tests: own ports, own HTTPS certificate under a root of its own, everything in a folder that goes with it.</summary>
public sealed class CertificateAuthority : IAsyncDisposable
{
    private readonly string _folder;
    private readonly List<Child> _children = [];
    private readonly HttpClient _manage;
    private readonly int _managementPort, _dnsManagementPort;

    private CertificateAuthority(string folder, int port, int managementPort, int httpPort, int dnsPort, int dnsManagementPort, string rootPem)
    {
        (_folder, _managementPort, _dnsManagementPort, HttpPort, DnsPort, RootPem) = (folder, managementPort, dnsManagementPort, httpPort, dnsPort, rootPem);
        Directory = $"https://localhost:{port}/dir";
        _manage = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
    }

    public string Directory { get; }

    /// <summary>The root of the HTTPS certificate, PEM; also as a file: <see cref="RootFile"/>.</summary>
    public string RootPem { get; }

    public string RootFile => $"{_folder}/root.pem";

    /// <summary>The port that it asks for http-01.</summary>
    public int HttpPort { get; }

    /// <summary>The port of its DNS server (UDP and TCP), when it has its own.</summary>
    public int DnsPort { get; }

    public string Log => string.Join("\n", _children.Select(c => c.Log));

    /// <param name="environment">Pebble's own switches, such as PEBBLE_WFE_NONCEREJECT.</param>
    /// <param name="dns">Another DNS server to ask, such as a real BIND; null for pebble-challtestsrv, which answers 127.0.0.1 to everything.</param>
    /// <param name="bindings">External account bindings that are asked for: key ids with their MAC keys.</param>
    /// <param name="httpPort">The port that it asks for http-01, such as another authority's; null for one of its own.</param>
    public static async Task<CertificateAuthority> StartAsync(IReadOnlyDictionary<string, string>? environment = null, IPEndPoint? dns = null, IReadOnlyDictionary<string, string>? bindings = null, int? httpPort = null)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("ma-ca-").FullName;
        var ports = FreePorts.Of(5);
        var root = MakeCertificates(folder);
        var authority = new CertificateAuthority(folder, ports[0], ports[1], httpPort ?? ports[2], ports[3], ports[4], root);
        try
        {
            if (dns is null)
            {
                authority._children.Add(await Child.StartAsync("/usr/bin/pebble-challtestsrv",
                    ["-http01", "", "-https01", "", "-tlsalpn01", "", "-dns01", $"127.0.0.1:{ports[3]}", "-management", $"127.0.0.1:{ports[4]}", "-defaultIPv6", "", "-defaultIPv4", "127.0.0.1"],
                    async () => (await authority._manage.PostAsync($"http://127.0.0.1:{ports[4]}/set-default-ipv4", new StringContent("""{"ip":"127.0.0.1"}"""))).IsSuccessStatusCode));
                dns = new IPEndPoint(IPAddress.Loopback, ports[3]);
            }
            var config = new
            {
                pebble = new
                {
                    listenAddress = $"127.0.0.1:{ports[0]}", managementListenAddress = $"127.0.0.1:{ports[1]}", certificate = $"{folder}/cert.pem", privateKey = $"{folder}/key.pem", httpPort = httpPort ?? ports[2], tlsPort = 1,
                    ocspResponderURL = "", externalAccountBindingRequired = bindings is not null, externalAccountMACKeys = bindings ?? new Dictionary<string, string>(),
                },
            };
            await File.WriteAllTextAsync($"{folder}/config.json", JsonSerializer.Serialize(config));
            var settings = new Dictionary<string, string> { ["PEBBLE_VA_NOSLEEP"] = "1", ["PEBBLE_AUTHZREUSE"] = "0" };
            foreach (var (name, value) in environment ?? new Dictionary<string, string>()) settings[name] = value;
            authority._children.Add(await Child.StartAsync("/usr/bin/pebble", ["-config", $"{folder}/config.json", "-dnsserver", dns.ToString()],
                async () => (await authority._manage.GetAsync(authority.Directory)).IsSuccessStatusCode, settings));
            return authority;
        }
        catch
        {
            await authority.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of its roots, PEM.</summary>
    public Task<string> RootAsync(int number = 0) => _manage.GetStringAsync($"https://127.0.0.1:{_managementPort}/roots/{number}");

    /// <summary>What it says about a certificate: <c>Valid</c> or <c>Revoked</c>.</summary>
    public async Task<string> StatusAsync(X509Certificate2 certificate)
    {
        using var json = JsonDocument.Parse(await _manage.GetStringAsync($"https://127.0.0.1:{_managementPort}/cert-status-by-serial/{certificate.SerialNumber.TrimStart('0').ToLowerInvariant()}"));
        return json.RootElement.GetProperty("Status").GetString()!;
    }

    /// <summary>Lets its DNS server send a name elsewhere, so that proofs fail.</summary>
    public async Task SetAddressAsync(string name, string address) =>
        (await _manage.PostAsync($"http://127.0.0.1:{_dnsManagementPort}/add-a", new StringContent(JsonSerializer.Serialize(new { host = name + ".", addresses = new[] { address } })))).EnsureSuccessStatusCode();

    /// <summary>Lets its DNS server fail for a name (SERVFAIL).</summary>
    public async Task BreakNameAsync(string name) =>
        (await _manage.PostAsync($"http://127.0.0.1:{_dnsManagementPort}/set-servfail", new StringContent(JsonSerializer.Serialize(new { host = name + "." })))).EnsureSuccessStatusCode();

    /// <summary>Ends it; nothing listens any more.</summary>
    public async Task StopAsync()
    {
        foreach (var child in Enumerable.Reverse(_children)) await child.DisposeAsync();
        _children.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _manage.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static string MakeCertificates(string folder)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Test HTTPS root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        using var rootCertificate = root.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        leaf.CertificateExtensions.Add(names.Build());
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = leaf.Create(rootCertificate, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText($"{folder}/cert.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{folder}/key.pem", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText($"{folder}/root.pem", rootCertificate.ExportCertificatePem());
        return rootCertificate.ExportCertificatePem();
    }
}
