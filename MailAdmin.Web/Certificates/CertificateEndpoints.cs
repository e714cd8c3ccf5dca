using System.ComponentModel;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Certificates;

/// <summary>Certificates in the REST API.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this RouteGroupBuilder api)
    {
        var certificates = api.MapGroup("/certificates").WithTags("certificates");
        certificates.MapGet("", async (HttpContext http, CertificateService service, string? search, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new ListQuery(search, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), CertificateResource.Of))
            .Needs(Right.ReadCertificates).Produces<ListResource<CertificateResource>>().ProducesProblemOf(422).WithSummary("List certificates").WithDescription("Sort fields: name, notAfter.");
        certificates.MapGet("/{name}", async (HttpContext http, CertificateService service, string name, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(name, http.ApiActor(), ct), CertificateDetailsResource.Of, r => r.Certificate.Revision))
            .Needs(Right.ReadCertificates).Produces<CertificateDetailsResource>().WithSummary("Show a certificate with its ports, history and checks");
        certificates.MapPatch("/{name}", async (HttpContext http, CertificateService service, string name, CertificatePatch body, CancellationToken ct) =>
            Doorway.Get(http, await service.ChangeAsync(name, new CertificateEdit { Names = body.Names.OrEmpty(), KeepKey = body.KeepKey }, http.ApiActor(), Doorway.OptionsOf(http), ct), CertificateResource.Of, r => r.Revision))
            .Needs(Right.ChangeCertificates).Produces<CertificateResource>().ProducesProblemOf(409, 412, 422).WithSummary("Change what is wanted of a certificate").WithDescription("What is served stays until the next version.");
        certificates.MapPost("/{name}/check", async (HttpContext http, CertificateService service, string name, ImportBody body, CancellationToken ct) =>
            Doorway.Get(http, await service.CheckAsync(body.Upload(name), http.ApiActor(), ct), c => c.Verdicts))
            .Needs(Right.ChangeCertificates).Produces<IReadOnlyList<Verdict>>().ProducesProblemOf(422).WithSummary("Run the twelve checks on files; store nothing");
        certificates.MapPost("/{name}/import", async (HttpContext http, CertificateService service, string name, ImportBody body, CancellationToken ct) =>
            Doorway.Get(http, await service.ImportAsync(body.Upload(name), http.ApiActor(), Options(http), ct), ImportedResource.Of))
            .Needs(Right.ChangeCertificates).Produces<ImportedResource>().ProducesProblemOf(409, 422).WithSummary("Check files and store them as a new version").WithDescription("Deploying is a request of its own.");
        certificates.MapPost("/{name}/watch", async (HttpContext http, CertificateService service, string name, WatchBody body, CancellationToken ct) =>
            Doorway.Get(http, await service.WatchAsync(new CertificateWatch(name, body.Folder ?? "") { Host = body.Host, Names = body.Names, IsPrivate = body.IsPrivate }, http.ApiActor(), Options(http), ct), ImportedResource.Of))
            .Needs(Right.ChangeCertificates).Produces<ImportedResource>().ProducesProblemOf(409, 422).WithSummary("Have a folder watched that another program renews");
        certificates.MapPost("/{name}/deploy", async (HttpContext http, CertificateDeployment deployment, string name, int? version, CancellationToken ct) =>
            Doorway.Ended(http, await deployment.DeployAsync(name, version, http.ApiActor(), ct)))
            .Needs(Right.ChangeCertificates).Produces<ServedResource>().Produces<ServedResource>(202).ProducesProblemOf(409, 422, 502).WithSummary("Deploy a version and prove it on every port").WithDescription("Without version the newest.");
        certificates.MapPost("/{name}/verify", async (HttpContext http, CertificateDeployment deployment, string name, CancellationToken ct) =>
            Doorway.Get(http, await deployment.VerifyAsync(name, http.ApiActor(), ct), ports => new VerifiedResource(ports.All(p => p.IsServed), ports)))
            .Needs(Right.ReadCertificates).Produces<VerifiedResource>().ProducesProblemOf(409, 422).WithSummary("Ask every port what it serves");
        certificates.MapPost("/{name}/renew", async (HttpContext http, CertificateRenewal renewal, string name, bool? force, CancellationToken ct) =>
            Doorway.Ended(http, await renewal.RenewAsync(name, force ?? false, http.ApiActor(), ct)))
            .Needs(Right.ChangeCertificates).Produces<ServedResource>().Produces<ServedResource>(202).ProducesProblemOf(409, 422, 502).WithSummary("Renew now");
        certificates.MapDelete("/{name}", async (HttpContext http, CertificateService service, string name, CancellationToken ct) =>
            Doorway.Ended(http, await service.RemoveAsync(name, http.ApiActor(), Options(http), ct)))
            .Needs(Right.ChangeCertificates).Produces<ServedResource>().ProducesProblemOf(409, 502).WithSummary("Remove a certificate with its history and keys");
    }

    private static ChangeOptions Options(HttpContext http) => new(Reason: http.Request.Headers["Change-Reason"].ToString().Trim() is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, 500)] : null);
}

/// <summary>What the ports serve.</summary>
public sealed record VerifiedResource([property: Description("True when every port serves it under every name.")] bool Served, IReadOnlyList<ServedPort> Ports);

/// <summary>What to change about a certificate; what is left out stays.</summary>
public sealed record CertificatePatch
{
    public Optional<IReadOnlyList<string?>?> Names { get; init; }

    [Description("True: renewals and further orders keep the private key, so that a TLSA record stays right.")]
    public Optional<bool> KeepKey { get; init; }
}

/// <summary>A folder to watch.</summary>
public sealed record WatchBody([property: Description("Absolute path on the portal's machine.")] string Folder)
{
    public string? Host { get; init; }
    public IReadOnlyList<string>? Names { get; init; }
    public bool IsPrivate { get; init; }
}

/// <summary>A certificate as files.</summary>
public sealed record ImportBody([property: Description("The chain in PEM, or key and chain; or a PKCS#12 file in base64.")] string Certificate)
{
    [Description("The private key in PEM; null when it is in certificate. Never given back.")]
    public Secret? Key { get; init; }

    [Description("Password of the PKCS#12 file.")]
    public Secret? Password { get; init; }

    [Description("A second chain with the other kind of key.")]
    public string? SecondCertificate { get; init; }

    public Secret? SecondKey { get; init; }

    public string? Host { get; init; }
    public IReadOnlyList<string>? Names { get; init; }

    [Description("True: public authorities are known not to vouch for it.")]
    public bool IsPrivate { get; init; }

    internal CertificateUpload Upload(string name)
    {
        var files = new List<UploadedFiles> { Files(Certificate, Key) };
        if (SecondCertificate is { } second) files.Add(Files(second, SecondKey));
        return new CertificateUpload(name, files) { Host = Host, Names = Names, IsPrivate = IsPrivate };
    }

    private UploadedFiles Files(string? certificate, Secret? key)
    {
        var text = (certificate ??= "").Trim();
        var binary = new byte[text.Length];
        var isBinary = !text.StartsWith("-----", StringComparison.Ordinal) && Convert.TryFromBase64String(text, binary, out var length) && length > 0;
        return new UploadedFiles { Certificate = isBinary ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(certificate), Key = key is null ? null : Encoding.UTF8.GetBytes(key.Reveal()), Password = Password };
    }
}
