using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Brings the newest version of a certificate to its host and proves on every port that it is served.</summary>
public sealed class CertificateDeployment
{
    /// <summary>Deploys the newest stored version. Returns when every port was seen to serve it, or the former files are back.</summary>
    public Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct) => throw new NotSupportedException();
}
