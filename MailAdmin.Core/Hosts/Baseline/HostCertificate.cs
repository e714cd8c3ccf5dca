using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The certificate of a host, as shown.</summary>
/// <param name="Name">Its subject's name.</param>
/// <param name="IsSelfSigned">True for the one that stands in until there is one from an authority: clients warn about it.</param>
/// <param name="NotBefore">Valid from (UTC).</param>
/// <param name="NotAfter">Valid until (UTC).</param>
/// <param name="Fingerprint">SHA-256 of the certificate, hexadecimal.</param>
public sealed record HostCertificate(string Name, bool IsSelfSigned, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Fingerprint)
{
    internal static HostCertificate Of(X509Certificate2 certificate) => new(
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData),
        certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(),
        certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
}
