using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Everything that orders, over a database of its own and a real authority; what is issued goes into a stand-in for the store and the host.</summary>
public sealed class Ordering : IAsyncDisposable
{
    private readonly ChallengeListener _listener;

    private Ordering(SqliteDatabase database, ChallengeListener listener, CertificateAuthority authority, Interception between, StandIn issued, DnsRecords dns) =>
        (Database, _listener, Authority, Between, Issued, Dns) = (database, listener, authority, between, issued, dns);

    public SqliteDatabase Database { get; }

    public CertificateAuthority Authority { get; }

    public Interception Between { get; }

    public StandIn Issued { get; }

    /// <summary>What we see in DNS; the authority asks its own server.</summary>
    public DnsRecords Dns { get; }

    public AcmeOrderService Orders => Database.Get<AcmeOrderService>();

    public AcmeAccountService Accounts => Database.Get<AcmeAccountService>();

    public static async Task<Ordering> OverAsync(CertificateAuthority authority, Action<IServiceCollection>? replace = null, IDnsLookup? lookup = null)
    {
        var (between, issued, dns) = (new Interception(), new StandIn(), new DnsRecords { ["A mail.example.test"] = "127.0.0.1" });
        var database = await SqliteDatabase.CreateAsync(services =>
        {
            services.AddSingleton<AcmeHandlers>(between);
            services.AddSingleton<IDnsLookup>(lookup ?? dns);
            if (lookup is null) services.AddSingleton<IDnsServers>(dns);
            services.AddSingleton<IIssued>(issued);
            services.Configure<AcmeOptions>(o => o.HttpPort = authority.HttpPort);
            replace?.Invoke(services);
        });
        await using (var db = await database.OpenAsync())
        {
            var host = new Host { Name = "mail.example.test", Kind = HostKind.Lab, Revision = 1 };
            db.Hosts.Add(host);
            await db.SaveChangesAsync();
            var certificate = new Certificate { HostId = host.Id, Name = "mail.example.test", Names = ["mail.example.test"], Source = CertificateSource.Acme, Revision = 1 };
            db.Certificates.Add(certificate);
            await db.SaveChangesAsync();
            issued.CertificateId = certificate.Id;
        }
        var listener = new ChallengeListener(database.Get<HttpAnswers>(), database.Get<IOptions<AcmeOptions>>(), NullLogger<ChallengeListener>.Instance);
        await listener.ListenAsync(default);
        return new Ordering(database, listener, authority, between, issued, dns);
    }

    /// <summary>An order of this name at the authority.</summary>
    public NewAcmeOrder Wanted(params string[] names) => new(names) { Authority = Authority.Directory, RootPem = Authority.RootPem, AgreesToTerms = true };

    public async Task<AcmeOrderView> CreateAsync(NewAcmeOrder wanted) => Accepted(await Orders.CreateAsync(wanted, Actor.Portal, ChangeOptions.Default, default));

    public async Task<AcmeOrderView> GetAsync(int id) => Accepted(await Orders.GetAsync(id, Actor.Portal, default));

    /// <summary>Orders and works on it until it rests for good or for longer than a moment.</summary>
    public async Task<AcmeOrderView> OrderAsync(NewAcmeOrder wanted) => await CarryOnAsync((await CreateAsync(wanted)).Id);

    public async Task<AcmeOrderView> CarryOnAsync(int id)
    {
        while (true)
        {
            Assert.True(await Orders.AdvanceAsync(id, TestContext.Current.CancellationToken));
            var order = await GetAsync(id);
            if (order.HasEnded || order.Failure.Length > 0) return order;
        }
    }

    public async Task<AcmeOrder> RowAsync(int id)
    {
        await using var db = await Database.OpenAsync();
        return await db.Set<AcmeOrder>().AsNoTracking().Include(o => o.Parts).Include(o => o.Answers).SingleAsync(o => o.Id == id);
    }

    public static T Accepted<T>(Outcome<T> outcome) => outcome is Outcome<T>.Accepted(var value, _) ? value : throw new Xunit.Sdk.XunitException(string.Join("\n", ((Outcome<T>.Refused)outcome).Reasons.Select(r => r.Sentence + " " + r.NextStep)));

    public static IReadOnlyList<Refusal> Refused<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Reasons;

    /// <summary>Fails with what happened when an order did not end well.</summary>
    public string Story(AcmeOrderView order) => $"{order.State} {order.Standing}: {order.Failure}\n{string.Join("\n", order.Steps.Select(s => $"  {s.Kind} {s.Sentence}"))}\n{string.Join("\n", order.Preflight.Select(v => $"  {v.Level} {v.Sentence}"))}\n{Authority.Log[Math.Max(0, Authority.Log.Length - 3000)..]}";

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Keeps what was issued, and serves it as told.</summary>
    public sealed class StandIn : IIssued
    {
        public List<(AcmeOrder Order, IReadOnlyList<CertificateMaterial> Material)> Stored { get; } = [];

        public int Deployed { get; private set; }

        /// <summary>Called before it is stored; may throw.</summary>
        public Action OnStore { get; set; } = () => { };

        /// <summary>Called before it is deployed; may throw.</summary>
        public Action OnDeploy { get; set; } = () => { };

        public ServedState Serves { get; set; } = ServedState.Live;

        public Task<Outcome<int>> StoreAsync(AcmeOrder order, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct)
        {
            OnStore();
            Stored.Add((order, material));
            return Task.FromResult<Outcome<int>>(new Outcome<int>.Accepted(CertificateId, null));
        }

        public Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct)
        {
            OnDeploy();
            if (Serves == ServedState.Live) Deployed++;
            return Task.FromResult<Outcome<Served>>(new Outcome<Served>.Accepted(new Served(Serves, null, Serves == ServedState.Live ? "Every port serves it." : "Port 993 serves the former one; it is back.", []), null));
        }

        /// <summary>The certificate that orders lead to; it must exist.</summary>
        public int CertificateId { get; set; }
    }
}
