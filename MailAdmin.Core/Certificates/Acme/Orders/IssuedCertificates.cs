using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Puts what was issued into the certificate of the order's main name, and deploys it.</summary>
internal sealed class IssuedCertificates(Changes changes, CertificateChecks checks, CertificateDeployment deployment) : IIssued
{
    public async Task<Outcome<int>> StoreAsync(AcmeOrder order, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var root = await change.Db.Set<AcmeAccount>().Where(a => a.Id == order.AccountId).Select(a => a.RootPem).SingleAsync(ct);
        var checkup = checks.Run(new CheckSubject(material, order.Names, IsPrivate: false, change.Now) { IsFromChosenAuthority = true, MoreRoots = root ?? "" });
        if (checkup.Refusals is { Count: > 0 } reasons) return new Outcome<int>.Refused(reasons);

        var name = order.Names[0];
        var certificate = await change.Db.Certificates.SingleOrDefaultAsync(c => c.Name == name, ct);
        if (certificate is null) change.Db.Certificates.Add(certificate = new Certificate { Name = name, CreatedAt = change.Now });
        (certificate.HostId, certificate.Names, certificate.Source, certificate.Folder) = (order.HostId, [.. order.Names], CertificateSource.Acme, null);
        certificate.Revision++;
        await change.Db.SaveChangesAsync(ct);
        var version = await CertificateStore.AddAsync(change, certificate, material, checkup, ct);
        change.Audit("certificate.addVersion", name, null, new { order = order.Id, version.Number, version.Issuer, version.NotAfter, version.Fingerprints }, "stored");
        await change.CommitAsync(ct);
        return new Outcome<int>.Accepted(certificate.Id, null);
    }

    public Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct) => deployment.DeployAsync(certificateId, actor, ct);
}
