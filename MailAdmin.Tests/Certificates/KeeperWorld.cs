using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Account;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Certificates;

/// <summary>An authority that is up, or down, and issues for one lifetime.</summary>
internal sealed class PretendAuthority(FakeTimeProvider time, TimeSpan lifetime) : ICertificateIssuer, IDisposable
{
    private readonly TestAuthority _authority = new();

    public CertificateSource Source => CertificateSource.Acme;

    public DateTimeOffset DownFrom { get; set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset DownUntil { get; set; } = DateTimeOffset.MaxValue;

    public Func<CertificateVersion, RenewalSuggestion?> Suggests { get; init; } = _ => null;

    public int Issued { get; private set; }

    public int Refused { get; private set; }

    public string LastFingerprint { get; private set; } = "";

    public Task<RenewalSuggestion?> SuggestAsync(Certificate certificate, CertificateVersion live, CancellationToken ct) => Task.FromResult(Suggests(live));

    public Task<IssueResult> IssueAsync(Certificate certificate, IReadOnlyList<byte[]> keys, Actor actor, CancellationToken ct)
    {
        if (time.GetUtcNow() >= DownFrom && time.GetUtcNow() < DownUntil)
        {
            Refused++;
            return Task.FromResult<IssueResult>(new IssueResult.Failed("The authority is down for maintenance.", true, null));
        }
        Issued++;
        var material = _authority.Issue(certificate.Names, time.GetUtcNow().AddHours(-1), lifetime, keyPem: keys.Count > 0 ? keys[0] : null);
        LastFingerprint = TestAuthority.Fingerprint(material);
        return Task.FromResult<IssueResult>(new IssueResult.Issued([material]));
    }

    /// <summary>A version with a key of its own, that nobody asked for.</summary>
    public CertificateMaterial Make(string name) => _authority.Issue([name], time.GetUtcNow().AddHours(-1), lifetime);

    public void Dispose() => _authority.Dispose();
}

/// <summary>A host in memory with a certificate that the keeper looks after.</summary>
internal sealed class KeeperWorld : IAsyncDisposable
{
    public const string Name = "mail.example.test";

    private readonly PretendPorts _ports;

    private KeeperWorld(SqliteDatabase database, FakeMailHost host, PretendPorts ports) => (Database, Host, _ports) = (database, host, ports);

    public SqliteDatabase Database { get; }

    public FakeMailHost Host { get; }

    /// <summary>What the ports show in place of the file; null for the file.</summary>
    public byte[]? Shown { set => _ports.Instead = value; }

    public CertificateKeeper Keeper => Database.Get<CertificateKeeper>();

    public CertificateService Service => Database.Get<CertificateService>();

    /// <param name="permit">A port of the loopback that may be connected to, such as that of a hook.</param>
    public static async Task<KeeperWorld> CreateAsync(FakeTimeProvider time, ICertificateIssuer issuer, Action<IServiceCollection>? replace = null, IDnsLookup? dns = null, int permit = 1)
    {
        var host = new FakeMailHost(time).With("/etc/postfix/main.cf", "smtpd_tls_chain_files = /etc/mailadmin/tls/mail.example.test.pem\n");
        var ports = new PretendPorts(() => host.Bytes("/etc/mailadmin/tls/mail.example.test.pem")!) { Others = new Connector(Options.Create(new OutboundOptions { Permit = [$"127.0.0.1:{permit}"] }), TimeProvider.System) };
        var database = await SqliteDatabase.CreateAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(host)));
            services.Replace(ServiceDescriptor.Singleton<IConnector>(ports));
            services.RemoveAll<ICertificateIssuer>();
            services.AddSingleton(issuer);
            services.AddSingleton<ISecretBox, SecretBox>();
            services.Configure<CertificateOptions>(o => o.ProveEveryHours = 168);
            services.Replace(ServiceDescriptor.Singleton(dns ?? new DnsRecords()));
            replace?.Invoke(services);
        });
        await using var db = await database.OpenAsync();
        db.Hosts.Add(new Core.Hosts.Host { Name = Name, Address = "127.0.0.1", Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb"] } });
        await db.SaveChangesAsync();
        return new KeeperWorld(database, host, ports);
    }

    public byte[] File() => Host.Bytes(BaselineLayout.Certificate(new Core.Hosts.Host { Name = Name }))!;

    public async Task<CertificateView> ViewAsync() => Expect.Accepted(await Service.GetAsync(Name, CertificateLab.Root, default)).View;

    /// <summary>The first issue.</summary>
    public async Task BeginAsync()
    {
        await using (var db = await Database.OpenAsync())
        {
            db.Certificates.Add(new Certificate { HostId = 1, Name = Name, Names = [Name], Source = CertificateSource.Acme });
            await db.SaveChangesAsync();
        }
        var served = Expect.Accepted(await Database.Get<CertificateRenewal>().RenewAsync(Name, force: true, CertificateLab.Root, default));
        Assert.True(served.State == Core.Provisioning.Applying.ServedState.Live, served.Sentence);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _ports.Dispose();
    }
}
