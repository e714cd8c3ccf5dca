using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Every kind of failure in one table: whatever the authority says, not one byte of what is live changes, its own words are kept, and it is said whether waiting helps and when the next try is.</summary>
public sealed class FailureKindTests(FailureKindTests.World world) : IClassFixture<FailureKindTests.World>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Kind of problem (RFC 8555 6.7, RFC 9773 5), status, and whether waiting helps: said by the authority when the certificate is ordered.</summary>
    public static TheoryData<string, int, bool> Refusals() => new()
    {
        { "accountDoesNotExist", 400, false },
        { "alreadyReplaced", 409, false },
        { "alreadyRevoked", 400, false },
        { "badNonce", 400, true },
        { "badPublicKey", 400, false },
        { "badRevocationReason", 400, false },
        { "badSignatureAlgorithm", 400, false },
        { "caa", 403, false },
        { "compound", 403, false },
        { "connection", 400, true },
        { "dns", 400, true },
        { "externalAccountRequired", 403, false },
        { "incorrectResponse", 403, false },
        { "invalidContact", 400, false },
        { "invalidProfile", 400, false },
        { "malformed", 400, false },
        { "orderNotReady", 403, true },
        { "rateLimited", 429, true },
        { "rejectedIdentifier", 400, false },
        { "serverInternal", 500, true },
        { "tls", 400, true },
        { "unauthorized", 403, false },
        { "unsupportedContact", 400, false },
        { "unsupportedIdentifier", 400, false },
        { "userActionRequired", 403, false },
        { "somethingNew", 400, false },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Order_AuthorityRefuses_KeepsItsWordsAndLeavesWhatIsLive(string type, int status, bool waitingHelps)
    {
        var order = await world.FailAsync((request, _) => Task.FromResult(At(request, "order-plz") ? Interception.Problem((HttpStatusCode)status, type, $"words about {type}") : null));
        Assert.Contains($"words about {type} ({type})", order.Failure);
        world.AssertTold(order, waitingHelps);
    }

    [Theory]
    [InlineData("badCSR", false)]
    [InlineData("orderNotReady", true)]
    [InlineData("rejectedIdentifier", false)]
    [InlineData("serverInternal", true)]
    public async Task Order_RequestRefused_KeepsItsWordsAndLeavesWhatIsLive(string type, bool waitingHelps)
    {
        var order = await world.FailAsync((request, _) => Task.FromResult(At(request, "finalize-order") ? Interception.Problem(HttpStatusCode.Forbidden, type, $"words about {type}") : null));
        Assert.Contains($"words about {type} ({type})", order.Failure);
        world.AssertTold(order, waitingHelps);
    }

    [Theory]
    [InlineData("caa", false)]
    [InlineData("connection", true)]
    [InlineData("dns", true)]
    [InlineData("incorrectResponse", false)]
    [InlineData("tls", true)]
    [InlineData("unauthorized", false)]
    public async Task Order_ProofRefused_NamesTheNameAndLeavesWhatIsLive(string type, bool waitingHelps)
    {
        var order = await world.FailAsync(async (request, send) =>
        {
            if (!At(request, "authZ")) return null;
            var answer = await send();
            if (!answer.IsSuccessStatusCode) return answer;   // a rejected nonce: asked again
            var proof = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
            proof["status"] = "invalid";
            foreach (var challenge in proof["challenges"]!.AsArray()) (challenge!["status"], challenge["error"]) = ("invalid", new JsonObject { ["type"] = $"urn:ietf:params:acme:error:{type}", ["detail"] = $"words about {type}" });
            answer.Content = new StringContent(proof.ToJsonString(), Encoding.UTF8, "application/json");
            return answer;
        });
        Assert.Contains($"mail.example.test: words about {type} ({type})", order.Failure);
        Assert.Contains(order.Steps, s => s.Kind == StepKind.ProofFailed && s.Name == "mail.example.test");
        world.AssertTold(order, waitingHelps);
    }

    [Fact]
    public async Task Order_SeveralProblemsInOne_ShowsEachWithItsName()
    {
        var order = await world.FailAsync((request, _) => Task.FromResult(At(request, "order-plz") ? Json(HttpStatusCode.Forbidden, """
            {"type":"urn:ietf:params:acme:error:compound","detail":"two things","subproblems":[
              {"type":"urn:ietf:params:acme:error:caa","detail":"not permitted","identifier":{"type":"dns","value":"mail.example.test"}},
              {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"on a list","identifier":{"type":"dns","value":"imap.example.test"}}]}
            """, "application/problem+json") : null));
        foreach (var part in new[] { "two things (compound)", "mail.example.test: not permitted (caa)", "imap.example.test: on a list (rejectedIdentifier)" }) Assert.Contains(part, order.Failure);
        world.AssertTold(order, waitingHelps: false);
    }

    [Theory]
    [InlineData("html")]
    [InlineData("empty")]
    [InlineData("endless")]
    [InlineData("redirect")]
    [InlineData("noLocation")]
    [InlineData("problemThatIsNone")]
    [InlineData("cutOff")]
    public async Task Order_GarbageAnswer_IsNotTakenForAnything(string garbage)
    {
        var order = await world.FailAsync((request, _) => Task.FromResult(!At(request, "order-plz") ? null : garbage switch
        {
            "html" => Json(HttpStatusCode.OK, "<html>Welcome to the hotel</html>", "text/html"),
            "empty" => Json(HttpStatusCode.Created, "", "application/json"),
            "endless" => Json(HttpStatusCode.Created, new string('x', (1 << 20) + 1), "application/json"),
            "redirect" => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("https://elsewhere.test/") }, Content = new StringContent("") },
            "noLocation" => Json(HttpStatusCode.Created, """{"status":"pending","identifiers":[],"authorizations":[],"finalize":"https://localhost/f"}""", "application/json"),
            "problemThatIsNone" => Json(HttpStatusCode.BadGateway, "not json", "application/problem+json"),
            _ => throw new HttpRequestException("The connection was closed in the middle."),
        }));
        world.AssertTold(order, waitingHelps: true);
    }

    [Theory]
    [InlineData("names", "does not name mail.example.test")]
    [InlineData("expired", "ended on")]
    [InlineData("key", "is for another key")]
    [InlineData("order", "is for another key")]
    [InlineData("garbage", "holds no certificate")]
    public async Task Order_ChainThatDoesNotMatch_IsNotStored(string wrong, string word)
    {
        var now = TimeProvider.System.GetUtcNow();
        var order = await world.FailAsync(async (request, _) =>
        {
            if (!At(request, "certZ")) return null;
            var key = Encoding.ASCII.GetBytes((await world.NewestAsync()).Parts[0].KeyPem);
            var chain = wrong switch
            {
                "names" => world.Authority.Issue(["mail.elsewhere.test"], now.AddHours(-1), TimeSpan.FromDays(90), keyPem: key).ChainPem,
                "expired" => world.Authority.Issue(["mail.example.test"], now.AddDays(-100), TimeSpan.FromDays(90), keyPem: key).ChainPem,
                "key" => world.Authority.Issue("mail.example.test").ChainPem,
                "order" => Encoding.ASCII.GetBytes(world.Authority.IntermediatePem),
                _ => "not a chain"u8.ToArray(),
            };
            return Interception.Text(Encoding.ASCII.GetString(chain), "application/pem-certificate-chain");
        });
        Assert.Contains(word, order.Failure);
        world.AssertTold(order, waitingHelps: true);
    }

    [Fact]
    public async Task Order_AuthorityForgetsTheOrderAtOnce_IsNotPlacedAgainAndAgain()
    {
        var placed = 0;
        var order = await world.FailAsync((request, _) =>
        {
            if (At(request, "order-plz")) placed++;
            return Task.FromResult(At(request, "my-order") || At(request, "authZ") ? Interception.Problem(HttpStatusCode.NotFound, "malformed", "no such order") : null);
        });
        Assert.True(placed == 1, $"Placed {placed} times.\n{world.Ordering.Story(order)}");
        Assert.Contains("no such order", order.Failure);
        world.AssertTold(order, waitingHelps: false);
    }

    [Theory]
    [InlineData("unauthorized")]
    [InlineData("connection")]
    [InlineData("dns")]
    public async Task Order_RealPebbleCannotSeeTheProof_SaysWhy(string kind)
    {
        // A name of its own: the machine's own list of hosts may know the first one.
        var name = $"{kind}.example.test";
        world.Ordering.Dns[$"A {name}"] = "127.0.0.1";
        await (kind switch
        {
            "connection" => world.Pebble.SetAddressAsync(name, "224.0.0.1"),   // multicast: no TCP anywhere
            "dns" => world.Pebble.BreakNameAsync(name),
            _ => Task.CompletedTask,
        });
        var wanted = world.Ordering.Wanted("mail.example.test", name);
        var order = await world.FailAsync(null, kind == "unauthorized" ? wanted with { Challenge = ChallengeKind.WebRoot, WebRoot = $"{world.Ordering.Database.Directory}/www" } : wanted);
        // Pebble calls a name that it cannot look up for HTTP a connection that failed, in the resolver's words.
        Assert.Contains(kind == "dns" ? $"{name}: " : $"({kind})", order.Failure);
        // Where neither name can be proved, the order ends with whichever the authority came to first.
        Assert.Contains(order.Steps, s => s.Kind == StepKind.ProofFailed && (s.Name == name || kind == "unauthorized"));
        world.AssertTold(order, waitingHelps: kind != "unauthorized");
    }

    private static bool At(HttpRequestMessage request, string door) => request.RequestUri!.AbsolutePath.Contains(door, StringComparison.Ordinal);

    private static HttpResponseMessage Json(HttpStatusCode status, string body, string type) => new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>A real Pebble, the real store and deploy over a host in memory, and a certificate that is live.</summary>
    public sealed class World : IAsyncLifetime
    {
        private readonly FakeMailHost _host = new FakeMailHost().With("/etc/postfix/main.cf", "smtpd_tls_chain_files = /etc/mailadmin/tls/mail.example.test.pem\n");
        private PretendPorts _ports = null!;
        private Dictionary<string, string> _live = [];

        public CertificateAuthority Pebble { get; private set; } = null!;

        public Ordering Ordering { get; private set; } = null!;

        public TestAuthority Authority { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Pebble = await CertificateAuthority.StartAsync(new Dictionary<string, string> { ["PEBBLE_WFE_NONCEREJECT"] = "0" });
            _ports = new PretendPorts(() => _host.Bytes("/etc/mailadmin/tls/mail.example.test.pem")!);
            Ordering = await Ordering.OverAsync(Pebble, services => services.AddSingleton<IIssued, IssuedCertificates>().AddSingleton<IMailHosts>(new FakeMailHosts(_host)).AddSingleton<IConnector>(_ports));
            await using (var db = await Ordering.Database.OpenAsync())
            {
                (await db.Hosts.SingleAsync()).Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb"] };
                await db.SaveChangesAsync();
            }
            var first = await Ordering.OrderAsync(Ordering.Wanted("mail.example.test"));
            Assert.True(first.Standing == OrderStanding.Done, Ordering.Story(first));
            _live = Hashes();
            Assert.Contains("/etc/mailadmin/tls/mail.example.test.pem", _live.Keys);
        }

        /// <summary>Orders, with somebody between us and the authority, until it fails; then everything that is live must be as before.</summary>
        public async Task<AcmeOrderView> FailAsync(Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage?>>? between, NewAcmeOrder? wanted = null)
        {
            // Each case has an account of its own: no wait that the authority imposed, and no name proved before, which Pebble now and then takes for proof.
            await using var db = await Ordering.Database.OpenAsync();
            await db.Set<AcmeAccount>().ExecuteUpdateAsync(set => set.SetProperty(a => a.State, AcmeAccountState.Deactivated).SetProperty(a => a.Name, a => "former-" + a.Id), Ct);
            Ordering.Between.Answer = between;
            AcmeOrderView order;
            try
            {
                order = await Ordering.OrderAsync(wanted ?? Ordering.Wanted("mail.example.test"));
            }
            finally
            {
                Ordering.Between.Answer = null;
            }
            // The next case begins without an order under way.
            if (!order.HasEnded) Ordering.Accepted(await Ordering.Orders.CancelAsync(order.Id, Actor.Portal, ChangeOptions.Default, Ct));
            Assert.True(_live.OrderBy(file => file.Key).SequenceEqual(Hashes().OrderBy(file => file.Key)), "What is live has changed.\n" + Ordering.Story(order));
            Assert.Equal((1, 1), (await db.CertificateVersions.CountAsync(Ct), await db.Certificates.Select(c => c.LiveVersion).SingleAsync(Ct)));
            return order;
        }

        /// <summary>Whether waiting helps; when it does, the next try; when not, what a person can do.</summary>
        public void AssertTold(AcmeOrderView order, bool waitingHelps)
        {
            Assert.True(order.WaitingHelps == waitingHelps, Ordering.Story(order));
            Assert.Equal(waitingHelps ? OrderStanding.Waiting : OrderStanding.Failed, order.Standing);
            if (waitingHelps) Assert.True(order.NextTryAt > TimeProvider.System.GetUtcNow().AddSeconds(30), $"{order.NextTryAt}");
            else Assert.Null(order.NextTryAt);
            Assert.Contains(order.Steps, s => s.Kind == StepKind.Failed && s.Sentence.Contains(order.Failure));
        }

        public async Task<AcmeOrder> NewestAsync()
        {
            await using var db = await Ordering.Database.OpenAsync();
            return await db.Set<AcmeOrder>().AsNoTracking().Include(o => o.Parts).OrderBy(o => o.Id).LastAsync(Ct);
        }

        public async ValueTask DisposeAsync()
        {
            await Ordering.DisposeAsync();
            _ports.Dispose();
            Authority.Dispose();
            await Pebble.DisposeAsync();
        }

        private Dictionary<string, string> Hashes() => _host.Files.ToDictionary(f => f.Key, f => $"{Convert.ToHexString(SHA256.HashData(f.Value.Content.Span))} {f.Value.Info.Mode} {f.Value.Info.ModifiedAt:O}");
    }
}

/// <summary>The way to the authority: gone, or leading astray.</summary>
public sealed class WayToAuthorityTests
{
    [Theory]
    [InlineData("https://127.0.0.1:9/order", "is a private or loopback address")]
    [InlineData("https://169.254.169.254/latest/meta-data", "is a link-local, metadata, multicast or unspecified address")]
    public async Task Order_DirectoryLeadsInside_IsNotConnectedTo(string order, string word)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        ordering.Between.Answer = async (request, send) =>
        {
            if (request.RequestUri!.AbsolutePath != "/dir") return null;
            var directory = JsonNode.Parse(await (await send()).Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            directory["newOrder"] = order;
            return Interception.Text(directory.ToJsonString());
        };
        var failed = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.Contains(word, failed.Failure);
        Assert.Empty(ordering.Issued.Stored);
    }

    [Fact]
    public async Task Order_AuthorityIsGone_WaitsAndNamesItsAddress()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test") with { IgnoresPreflight = true });
        await authority.StopAsync();
        var order = await ordering.CarryOnAsync(created.Id);
        Assert.Equal((OrderStanding.Waiting, true), (order.Standing, order.WaitingHelps));
        Assert.Contains("localhost", order.Failure);
        Assert.Contains("Nothing listens at", order.Failure);
        Assert.NotNull(order.NextTryAt);
        Assert.Empty(ordering.Issued.Stored);
    }
}
