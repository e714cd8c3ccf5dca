using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Revokes certificates at the authority that issued them. What the ports serve stays: order a new one first.</summary>
public sealed class AcmeRevocation(IDbContextFactory<MailAdminContext> factory, Changes changes, AcmeHandlers handlers, TimeProvider time)
{
    /// <summary>Revokes one version of a certificate, all its chains.</summary>
    /// <param name="name">The certificate's name.</param>
    /// <param name="version">The version's number; null for the newest.</param>
    /// <param name="byCertificateKey">Signs with the certificate's own key: when the account is lost.</param>
    public async Task<Outcome<RevokedCertificate>> RevokeAsync(string name, int? version, RevocationReason reason, bool byCertificateKey, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (!Enum.IsDefined(reason)) return new Malformed("reason", $"{reason}", "There is no such reason.", "Choose unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.");
        var shown = ShownText.Of(name, 80);
        var found = await (from c in db.Certificates.AsNoTracking() join v in db.CertificateVersions.AsNoTracking() on c.Id equals v.CertificateId where c.Name == name && (version == null || v.Number == version) orderby v.Number descending select v).FirstOrDefaultAsync(ct);
        if (found is null) return new NotFound("certificate", shown, version is null ? $"There is no certificate {shown}." : $"There is no version {version} of {shown}.", "See the list of certificates.");
        var accountId = await db.Set<AcmeOrder>().Where(o => o.CertificateId == found.CertificateId && o.State >= OrderState.Stored).OrderByDescending(o => o.Id).Select(o => (int?)o.AccountId).FirstOrDefaultAsync(ct);
        if (found.Source != CertificateSource.Acme || accountId is null) return new NotFound("certificate", shown, $"{shown} was not ordered here, so its authority is not known.", "Revoke it with the program that ordered it.");
        var account = await db.Set<AcmeAccount>().AsNoTracking().SingleAsync(a => a.Id == accountId, ct);
        using var key = AcmeKey.FromPem(account.KeyPem);
        using var client = new AcmeClient(handlers, new Uri(account.Directory), account.RootPem, time);
        client.UseAccount(key, account.Url is null ? null : new Uri(account.Url));
        try
        {
            foreach (var material in found.Material)
            {
                using var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(material.ChainPem));
                using var own = byCertificateKey ? AcmeKey.FromPem(Encoding.ASCII.GetString(material.KeyPem)) : null;
                try
                {
                    await client.RevokeAsync(leaf.RawData, (int)reason, own, ct);
                }
                catch (AcmeProblemException e) when (e.Problem.Type == "alreadyRevoked" && found.Material.Count > 1)
                {
                    // The other chain of the pair is what is left.
                }
            }
        }
        catch (AcmeException e)
        {
            return AcmeAccountService.Refused(e);
        }
        await using var change = await changes.BeginAsync(actor, options, CancellationToken.None);
        change.Audit("certificate.revoke", name, new { found.Number, found.Fingerprints }, new { reason = reason.ToString(), byCertificateKey }, "revoked");
        await change.CommitAsync(CancellationToken.None);
        return new Outcome<RevokedCertificate>.Accepted(new RevokedCertificate(name, found.Number, found.Fingerprints, reason), null);
    }
}

/// <summary>What was revoked.</summary>
public sealed record RevokedCertificate(string Name, int Version, IReadOnlyList<string> Fingerprints, RevocationReason Reason);

/// <summary>Why a certificate is revoked (RFC 5280 5.3.1; those that authorities take).</summary>
public enum RevocationReason
{
    /// <summary>None given.</summary>
    Unspecified = 0,

    /// <summary>Somebody else may have the private key.</summary>
    KeyCompromise = 1,

    /// <summary>The names are no longer ours to the same extent.</summary>
    AffiliationChanged = 3,

    /// <summary>Another one took its place.</summary>
    Superseded = 4,

    /// <summary>The service has ended.</summary>
    CessationOfOperation = 5,
}
