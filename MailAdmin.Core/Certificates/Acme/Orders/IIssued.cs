using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Where issued certificates go: stored as a version of a certificate, then deployed.</summary>
public interface IIssued
{
    /// <summary>Stores the chains as a new version, in the certificate of the order or a new one. Again is the same as once.</summary>
    /// <returns>The certificate's id.</returns>
    Task<Outcome<int>> StoreAsync(AcmeOrder order, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct);

    /// <summary>Brings it to its host and proves on every port that it is served.</summary>
    Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct);
}
