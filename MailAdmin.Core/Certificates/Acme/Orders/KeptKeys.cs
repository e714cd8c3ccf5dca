using System.Text;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>The private keys that a further order of a certificate uses again.</summary>
internal sealed class KeptKeys(TlsaKeys tlsa)
{
    /// <summary>The live keys of the kinds wanted, PEM; empty when new ones are to be made.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(MailAdminContext db, AcmeOrder order, bool keeps, CancellationToken ct)
    {
        var live = await (from c in db.Certificates.AsNoTracking() join v in db.CertificateVersions.AsNoTracking() on c.Id equals v.CertificateId where c.Name == order.Names[0] && v.Number == c.LiveVersion select v).SingleOrDefaultAsync(ct);
        if (live is null || !keeps && !await tlsa.MayBePublishedAsync(order.Names[0], live.PublicKeys, ct)) return [];
        var byKind = live.Material.Select(m => Encoding.ASCII.GetString(m.KeyPem)).ToLookup(OrderKeyMaker.KindOf);
        IReadOnlyList<AcmeKeyKind> wanted = order.Keys switch
        {
            OrderKeys.Ecdsa => [AcmeKeyKind.Ecdsa],
            OrderKeys.Rsa => [AcmeKeyKind.Rsa],
            OrderKeys.Both => [AcmeKeyKind.Rsa, AcmeKeyKind.Ecdsa],
        };
        return [.. wanted.Select(kind => byKind[kind].FirstOrDefault() ?? OrderKeyMaker.NewKey(kind))];
    }

    /// <summary>Notes that renewals keep the key; the certificate is added when there is none yet.</summary>
    public static async Task NoteAsync(MailAdminContext db, AcmeOrder order, DateTimeOffset now, CancellationToken ct)
    {
        var certificate = await db.Certificates.SingleOrDefaultAsync(c => c.Name == order.Names[0], ct);
        if (certificate is null) db.Certificates.Add(certificate = new Certificate { Name = order.Names[0], Names = [.. order.Names], HostId = order.HostId, Source = CertificateSource.Acme, CreatedAt = now });
        certificate.KeepKey = true;
        certificate.Revision++;
    }
}
