using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Certificates;

/// <summary>A database over the real host, and short words for certificates in it.</summary>
internal sealed class CertificateLab : IAsyncDisposable
{
    public static Actor Root { get; } = Actor.CommandLine("root");

    private CertificateLab(SqliteDatabase database, MailLabFixture lab, DisturbedHost reach) => (Database, Lab, Reach) = (database, lab, reach);

    public SqliteDatabase Database { get; }

    public MailLabFixture Lab { get; }

    public DisturbedHost Reach { get; }

    public TestAuthority Authority { get; } = new();

    public string Name => Lab.Host.Name;

    public string OwnFile => BaselineLayout.Certificate(Lab.Host);

    public CertificateService Service => Database.Get<CertificateService>();

    public CertificateDeployment Deployment => Database.Get<CertificateDeployment>();

    public static async Task<CertificateLab> CreateAsync(MailLabFixture lab, Action<IServiceCollection>? replace = null, double servedWithin = 15)
    {
        var reach = new DisturbedHost(lab.Reach);
        var database = await SqliteDatabase.CreateAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(reach)));
            services.Configure<CertificateOptions>(o => o.ServedWithinSeconds = servedWithin);
            services.Replace(ServiceDescriptor.Singleton<IDnsLookup>(new DnsRecords()));
            replace?.Invoke(services);
        });
        await using var db = await database.OpenAsync();
        var host = await lab.Lab.HostAsync(lab.Directory, default);
        db.Hosts.Add(host);
        await db.SaveChangesAsync();
        return new CertificateLab(database, lab, reach);
    }

    public static CertificateUpload Upload(string name, CertificateMaterial material) => new(name, [new UploadedFiles { Certificate = material.ChainPem, Key = material.KeyPem }]) { IsPrivate = true };

    public Task<Outcome<CertificateImported>> ImportAsync(string name, params CertificateMaterial[] material) =>
        Service.ImportAsync(new CertificateUpload(name, [.. material.Select(m => new UploadedFiles { Certificate = m.ChainPem, Key = m.KeyPem })]) { IsPrivate = true }, Root, ChangeOptions.Default, default);

    public async Task<Served> DeployAsync(string name, int? version = null) => Expect.Accepted(await Deployment.DeployAsync(name, version, Root, default));

    /// <summary>Imports, deploys, and holds that it is served.</summary>
    public async Task<CertificateMaterial> LiveAsync(string name, CertificateMaterial material)
    {
        Expect.Accepted(await ImportAsync(name, material));
        var served = await DeployAsync(name);
        Assert.True(served.State == ServedState.Live, $"{served.Sentence}\n{string.Join('\n', served.Steps)}\n{Lab.Log()}");
        return material;
    }

    public async Task<CertificateDetails> GetAsync(string name) => Expect.Accepted(await Service.GetAsync(name, Root, default));

    /// <summary>What each of the four ports shows.</summary>
    public async Task<string[]> ServedAsync(string? name = null)
    {
        var (ports, asked) = (Lab.Host.Ports, name ?? Name);
        return [await ServedFrom.AskAsync(ports.Smtp, asked, true), await ServedFrom.AskAsync(ports.Submission, asked, true), await ServedFrom.AskAsync(ports.Submissions, asked, false), await ServedFrom.AskAsync(ports.Imaps, asked, false)];
    }

    public static string[] Four(CertificateMaterial material) => [.. Enumerable.Repeat(TestAuthority.Fingerprint(material), 4)];

    public async ValueTask DisposeAsync()
    {
        Authority.Dispose();
        await Database.DisposeAsync();
    }
}
