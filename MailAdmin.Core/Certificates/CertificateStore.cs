using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates;

/// <summary>Takes in new versions of certificates: checked first, stored whole, deployed by nobody but <see cref="Deploying.CertificateDeployment"/>.</summary>
public sealed class CertificateStore(IDbContextFactory<MailAdminContext> factory, Changes changes, CertificateChecks checks)
{
    /// <summary>Checks a new version and stores it. Nothing on a host is touched.</summary>
    /// <param name="certificateId">The certificate.</param>
    /// <param name="material">One chain, or two (RSA and ECDSA).</param>
    /// <returns>The version; or the failed checks, one refusal each, and nothing is stored.</returns>
    public async Task<Outcome<CertificateVersion>> AddVersionAsync(int certificateId, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (await change.Db.Certificates.SingleOrDefaultAsync(c => c.Id == certificateId, ct) is not { } certificate)
            return new NotFound("certificate", $"{certificateId}", $"There is no certificate {certificateId}.", "See the list of certificates.");
        var host = await change.Db.Hosts.AsNoTracking().SingleAsync(h => h.Id == certificate.HostId, ct);
        var checkup = checks.Run(new CheckSubject(material, certificate.Names, certificate.IsPrivate || certificate.Source == CertificateSource.SelfSigned, change.Now) { IsFromChosenAuthority = certificate.Source == CertificateSource.Acme });
        if (checkup.Refusals is { Count: > 0 } reasons) return new Outcome<CertificateVersion>.Refused(reasons);
        var version = await AddAsync(change, certificate, material, checkup, ct);
        change.Audit("certificate.addVersion", certificate.Name, null, new { host = host.Name, version.Number, version.Issuer, version.NotAfter, version.Fingerprints }, "stored");
        await change.CommitAsync(ct);
        return new Outcome<CertificateVersion>.Accepted(version, null);
    }

    /// <summary>One chain.</summary>
    /// <inheritdoc cref="AddVersionAsync(int, IReadOnlyList{CertificateMaterial}, Actor, CancellationToken)" />
    public Task<Outcome<CertificateVersion>> AddVersionAsync(int certificateId, CertificateMaterial material, Actor actor, CancellationToken ct) => AddVersionAsync(certificateId, [material], actor, ct);

    /// <summary>Number, key and chain of the live version, for the portal's own HTTPS; null when there is none.</summary>
    public async Task<(int Number, IReadOnlyList<CertificateMaterial> Material)?> ReadLiveAsync(string name, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var live = await (from c in db.Certificates.AsNoTracking() join v in db.CertificateVersions.AsNoTracking() on c.Id equals v.CertificateId where c.Name == name && v.Number == c.LiveVersion select v).SingleOrDefaultAsync(ct);
        return live is null ? null : (live.Number, live.Material);
    }

    /// <summary>A self-signed certificate that stands in.</summary>
    public static CertificateMaterial StandIn(string name, DateTimeOffset now) => Sources.SelfSignedIssuer.Make([name], null, now);

    /// <summary>Stores what was checked, as part of a change. The same leafs again are the same version.</summary>
    internal static async Task<CertificateVersion> AddAsync(Change change, Certificate certificate, IReadOnlyList<CertificateMaterial> material, Checkup checkup, CancellationToken ct)
    {
        var facts = checkup.Facts;
        var fingerprints = facts.Select(f => f.Fingerprint).ToList();
        var known = await change.Db.CertificateVersions.Where(v => v.CertificateId == certificate.Id).ToListAsync(ct);
        if (known.Find(v => v.Fingerprints.SequenceEqual(fingerprints)) is { } same) return same;
        var version = new CertificateVersion
        {
            CertificateId = certificate.Id,
            Number = known.Count == 0 ? 1 : known.Max(v => v.Number) + 1,
            Source = certificate.Source,
            AddedBy = change.Actor.Name,
            AddedAt = change.Now,
            NotBefore = facts.Max(f => f.NotBefore),
            NotAfter = facts.Min(f => f.NotAfter),
            Issuer = facts[0].Issuer,
            Names = [.. facts[0].Names],
            Fingerprints = fingerprints,
            KeyTypes = [.. facts.Select(f => f.KeyType)],
            PublicKeys = [.. facts.Select(f => f.PublicKey)],
            Verdicts = JsonSerializer.Serialize(checkup.Verdicts, JsonSerializerOptions.Web),
            Material = [.. material],
        };
        change.Db.CertificateVersions.Add(version);
        await change.Db.SaveChangesAsync(ct);
        return version;
    }
}
