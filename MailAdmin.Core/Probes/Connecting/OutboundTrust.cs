using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>Whose certificates are believed.</summary>
internal static class OutboundTrust
{
    /// <summary>TLS that trusts these authorities and no other; null, which means as the system does, when there are none.</summary>
    public static SslClientAuthenticationOptions? Of(X509Certificate2Collection? roots)
    {
        if (roots is null) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
