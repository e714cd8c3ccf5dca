using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Probes.Clients;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Api;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>Clients in a world made of a map for DNS and of servers on the loopback: the portal itself, and strangers.</summary>
public sealed class ClientSimulatorTests(ClientSimulatorTests.World world) : IClassFixture<ClientSimulatorTests.World>
{
    private const string Here = "203.0.113.10", Stranger = "203.0.113.66", Nowhere = "203.0.113.99", Secure = "203.0.113.11";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thunderbird_AutoconfigLeadsHere_SetsItselfUp()
    {
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords { ["A autoconfig.example.test"] = Here });
        Assert.True(found.IsRight, Print(found));
        Assert.Equal("http://autoconfig.example.test/mail/config-v1.1.xml", found.Decides!.Target);
        // In its own order: HTTPS first, where nothing listens here.
        Assert.Equal([StepVerdict.Broken, StepVerdict.Nothing, StepVerdict.Found], found.Steps.Select(s => s.Verdict));
        Assert.Equal("https://autoconfig.example.test/mail/config-v1.1.xml", found.Steps[0].Target);
        Assert.Contains("Nothing listens", found.Steps[0].Sentence);
    }

    [Fact]
    public async Task Thunderbird_AutoconfigByHttps_IsTheFirstAndOnlyQuestion()
    {
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords { ["A autoconfig.example.test"] = Secure });
        Assert.True(found.IsRight, Print(found));
        Assert.Equal(("https://autoconfig.example.test/mail/config-v1.1.xml", 1), (found.Decides!.Target, found.Steps.Count));
    }

    [Fact]
    public async Task Outlook_AutodiscoverByHttps_IsFoundInItsTurn()
    {
        var found = await RunAsync(MailClient.Outlook, new DnsRecords { ["A autodiscover.example.test"] = Secure });
        Assert.True(found.IsRight, Print(found));
        Assert.Equal([StepVerdict.NotAsked, StepVerdict.Nothing, StepVerdict.Found], found.Steps.Select(s => s.Verdict));
        Assert.Equal("https://autodiscover.example.test/autodiscover/autodiscover.xml", found.Decides!.Target);
    }

    [Fact]
    public async Task Thunderbird_CertificateForAnotherName_IsBrokenAndSaysWhichNameIsMissing()
    {
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords { ["A example.test"] = Secure });
        Assert.Equal(StepVerdict.Broken, found.Steps[1].Verdict);
        Assert.Contains("Add example.test to the names of the certificate", found.Steps[1].NextStep, StringComparison.Ordinal);
        // By http it is there; who looks on finds it.
        Assert.Equal("http://example.test/.well-known/autoconfig/mail/config-v1.1.xml", found.Decides?.Target);
    }

    [Theory]
    [InlineData(MailClient.Thunderbird, "https://autoconfig.example.test/mail/config-v1.1.xml|https://example.test/.well-known/autoconfig/mail/config-v1.1.xml|http://autoconfig.example.test/mail/config-v1.1.xml|http://example.test/.well-known/autoconfig/mail/config-v1.1.xml|https://live.thunderbird.net/autoconfig/v1.1/example.test|MX of example.test|imap.example.test, mail.example.test, example.test")]
    [InlineData(MailClient.Outlook, "https://autodiscover-s.outlook.com/|https://example.test/autodiscover/autodiscover.xml|https://autodiscover.example.test/autodiscover/autodiscover.xml|https://autodiscover.example.test/autodiscover/autodiscover.json|SRV _autodiscover._tcp.example.test")]
    [InlineData(MailClient.Apple, "https://autoconfig.example.test/mail/profile.mobileconfig|Apple's list of providers|imap.example.test, mail.example.test, smtp.example.test")]
    [InlineData(MailClient.Srv, "SRV _imaps._tcp.example.test|SRV _submissions._tcp.example.test|SRV _submission._tcp.example.test")]
    public async Task Walk_NothingPublished_AsksEverythingInTheClientsOrder(MailClient client, string targets) =>
        Assert.Equal(targets.Split('|'), (await RunAsync(client, new DnsRecords())).Steps.Select(s => s.Target));

    [Fact]
    public async Task Thunderbird_NothingPublished_FindsNothingAndSaysWhatToDo()
    {
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords());
        Assert.Null(found.Decides);
        Assert.Contains("autoconfig.example.test", found.NextStep);
        Assert.Contains(found.Steps, s => s is { Verdict: StepVerdict.NotAsked } && s.Target.StartsWith("https://live.thunderbird.net/", StringComparison.Ordinal));
        Assert.Equal(7, found.Steps.Count);
    }

    [Fact]
    public async Task Thunderbird_AStrangerAnswers_IsSetUpWrongly()
    {
        world.Say(200, "text/xml", "<clientConfig version=\"1.1\"><emailProvider id=\"x\"><incomingServer type=\"imap\"><hostname>imap.elsewhere.test</hostname><port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>");
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords { ["A autoconfig.example.test"] = Stranger });
        Assert.Equal(StepVerdict.Wrong, found.Decides?.Verdict);
        Assert.Contains("imap.elsewhere.test", found.Decides!.Sentence);
        Assert.Contains("Let autoconfig.example.test lead to this portal", found.NextStep);
    }

    [Theory]
    [InlineData(200, "text/html", "<html><body>It works!</body></html>", "not <clientConfig>")]
    [InlineData(200, "text/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><clientConfig>&b;</clientConfig>", "not XML")]
    [InlineData(200, "text/xml", "\u001b[31m\u202e", "not XML")]
    [InlineData(302, "text/html", "", "not followed")]
    [InlineData(500, "text/html", "", "Answers 500")]
    public async Task Thunderbird_SomethingElseAnswers_IsToldAndPassedOver(int status, string type, string body, string words)
    {
        world.Say(status, type, body);
        var found = await RunAsync(MailClient.Thunderbird, new DnsRecords { ["A autoconfig.example.test"] = Stranger });
        var step = found.Steps[2];
        Assert.Equal(StepVerdict.Broken, step.Verdict);
        Assert.Contains(words, step.Sentence);
        Assert.DoesNotContain('\u001b', step.Sentence + step.NextStep);
        Assert.Null(found.Decides);
    }

    [Fact]
    public async Task Outlook_SrvToAnotherPort_IsBroken()
    {
        var found = await RunAsync(MailClient.Outlook, new DnsRecords { ["A autodiscover.example.test"] = Nowhere, ["SRV _autodiscover._tcp.example.test"] = "0 0 8443 mail.example.test" });
        Assert.Null(found.Decides);
        Assert.Contains("443 only", found.Steps[^1].Sentence);
        Assert.Equal(StepVerdict.NotAsked, found.Steps[0].Verdict);
        Assert.Contains("autodiscover.example.test", found.NextStep);
    }

    [Fact]
    public async Task Srv_AsAdvised_IsRight()
    {
        var dns = new DnsRecords();
        foreach (var record in DnsAdvice.Of(ClientSettings.Of("example.test", null, "mail.example.test", new MailAdmin.Core.Hosts.HostPorts()), null).Where(r => r.Type == "SRV")) dns[$"SRV {record.Name}"] = record.Value.TrimEnd('.') is { Length: > 0 } value && value != "0 0 0 " ? value : "0 0 0 .";
        var found = await RunAsync(MailClient.Srv, dns);
        Assert.True(found.IsRight, Print(found));
    }

    [Fact]
    public async Task Srv_WrongPort_IsWrong_AndTimeOutIsTold()
    {
        var wrong = await RunAsync(MailClient.Srv, new DnsRecords { ["SRV _imaps._tcp.example.test"] = "0 1 995 mail.example.test" });
        Assert.Equal(StepVerdict.Wrong, wrong.Decides?.Verdict);
        Assert.Contains("_imaps._tcp.example.test. IN SRV 0 1 993 mail.example.test.", wrong.NextStep);
        var silent = await RunAsync(MailClient.Srv, new DnsRecords { ["SRV _imaps._tcp.example.test"] = DnsOutcome.TimedOut });
        Assert.Equal(StepVerdict.Broken, silent.Steps[0].Verdict);
    }

    [Fact]
    public async Task Apple_GuessOfTheMailHost_IsFound()
    {
        var found = await RunAsync(MailClient.Apple, new DnsRecords { ["A mail.example.test"] = Here });
        Assert.True(found.IsRight, Print(found));
        Assert.Contains("mail.example.test", found.Decides!.Target);
    }

    [Fact]
    public async Task Run_ForAnAddressOfAnotherDomain_IsNotFound()
    {
        world.Dns = new DnsRecords();
        var simulator = world.Portal.Get<ClientSimulator>();
        Assert.IsType<Core.NotFound>(Expect.Refused(await simulator.RunAsync("alice@elsewhere.test", null, Actor.Portal, Ct))[0]);
        Assert.IsType<Core.Malformed>(Expect.Refused(await simulator.RunAsync("alice", null, Actor.Portal, Ct))[0]);
        Assert.Equal(4, Expect.Accepted(await simulator.RunAsync("alice@example.test", null, Actor.Portal, Ct)).Count);
    }

    private async Task<ClientSimulation> RunAsync(MailClient client, DnsRecords dns)
    {
        world.Dns = dns;
        return Assert.Single(Expect.Accepted(await world.Portal.Get<ClientSimulator>().RunAsync("alice@example.test", client, Actor.Portal, Ct)));
    }

    private static string Print(ClientSimulation found) => string.Join('\n', found.Steps.Select(s => $"{s.Verdict} {s.Target}: {s.Sentence}"));

    /// <summary>The portal, a stranger's web server, and the way to both.</summary>
    public sealed class World : IAsyncLifetime, IConnector, IDnsLookup
    {
        private readonly TcpListener _stranger = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _ending = new();
        private readonly TestAuthority _authority = new();
        private TinyServer _tls = null!;
        private string _answer = "";
        private Task _serving = Task.CompletedTask;

        public PortalFixture Portal { get; private set; } = null!;

        public DnsRecords Dns { get; set; } = new();

        public void Say(int status, string type, string body) =>
            _answer = $"HTTP/1.1 {status} Words\r\nContent-Type: {type}\r\nLocation: https://elsewhere.test/\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync(builder =>
            {
                MailData.ServesAtOnce(builder);
                builder.Services.Replace(ServiceDescriptor.Singleton<IConnector>(this));
                builder.Services.Replace(ServiceDescriptor.Singleton<IDnsLookup>(this));
            });
            await MailData.AddHostAsync(Portal);
            await MailData.AddDomainAsync(Portal, "example.test");
            // What stands before the portal: TLS with a certificate for the clients' names, and not for the domain itself.
            var material = _authority.Issue("autoconfig.example.test", "autodiscover.example.test");
            var (key, chain) = (System.Text.Encoding.ASCII.GetString(material.KeyPem), new X509Certificate2Collection());
            chain.ImportFromPem(System.Text.Encoding.ASCII.GetString(material.ChainPem));
            var served = SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), key).Export(X509ContentType.Pfx), null), chain, offline: true);
            _tls = new TinyServer(async (stream, ct) =>
            {
                await using var outside = new SslStream(stream);
                await outside.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = served }, ct);
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, Portal.Address.Port, ct);
                await Task.WhenAny(outside.CopyToAsync(socket.GetStream(), ct), socket.GetStream().CopyToAsync(outside, ct));
            });
            Portal.Get<ClientSimulator>().Roots = [X509Certificate2.CreateFromPem(_authority.RootPem)];
            _stranger.Start();
            _serving = ServeAsync();
        }

        public Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken ct) => Dns.AskAsync(name, type, ct);

        public async Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct)
        {
            var port = (target.Address?.ToString(), target.Port) switch
            {
                (Here, 80) => Portal.Address.Port,
                (Secure, 80) => Portal.Address.Port,
                (Secure, 443) => _tls.Port,
                (Stranger, 80) => ((IPEndPoint)_stranger.LocalEndpoint).Port,
                _ => throw new ConnectException(ConnectFailure.Refused, target, $"Nothing listens at {target}."),
            };
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            return new Connection(new NetworkStream(socket, ownsSocket: true), new IPEndPoint(target.Address!, target.Port), TimeSpan.Zero, TimeSpan.Zero);
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _stranger.AcceptTcpClientAsync(_ending.Token);
                    var stream = client.GetStream();
                    using var reader = new StreamReader(stream, leaveOpen: true);
                    while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 })
                    {
                        // The request's headers, of which nothing is needed.
                    }
                    await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(_answer), _ending.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The tests are over.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _serving;
            await _tls.DisposeAsync();
            _authority.Dispose();
            _stranger.Dispose();
            _ending.Dispose();
            await Portal.DisposeAsync();
        }
    }
}
