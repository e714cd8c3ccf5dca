using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.ClientSetup;

/// <summary>A certificate with its key, and the rest of its chain.</summary>
/// <param name="Certificate">With private key.</param>
/// <param name="Chain">The certificates above it, nearest first; may be empty.</param>
public sealed record SigningCertificate(X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Chain)
{
    /// <summary>Reads key, certificate and chain from one PEM text, in any order.</summary>
    /// <returns>Null when it does not hold a certificate and its key, or when the certificate signed itself: a device would call the profile "not verified", which frightens more than "not signed".</returns>
    public static SigningCertificate? Read(ReadOnlySpan<byte> pem)
    {
        try
        {
            var text = Encoding.ASCII.GetString(pem);
            var all = new X509Certificate2Collection();
            all.ImportFromPem(text);
            if (all is not [var first, ..] || first.SubjectName.RawData.AsSpan().SequenceEqual(first.IssuerName.RawData)) return null;
            return new SigningCertificate(X509Certificate2.CreateFromPem(text, text), [.. all.Skip(1)]);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Finds the certificate that profiles of a host's users are signed with.</summary>
public interface ISigningCertificates
{
    /// <summary>The host's certificate; null when it has none from an authority.</summary>
    Task<SigningCertificate?> FindAsync(Host host, CancellationToken ct);
}

/// <summary>The certificate file that the host's daemons serve.</summary>
internal sealed class ServedCertificates(IMailHosts hosts) : ISigningCertificates
{
    public async Task<SigningCertificate?> FindAsync(Host host, CancellationToken ct)
    {
        try
        {
            return await hosts.Reach(host).ReadAsync(BaselineLayout.Certificate(host), ct) is { } file ? SigningCertificate.Read(file.Content.Span) : null;
        }
        catch (HostException)
        {
            // A profile that is not signed still works; the host's own page tells what is wrong with the host.
            return null;
        }
    }
}

/// <summary>Signs Apple profiles: a CMS signed-data that holds the profile and the whole chain.</summary>
/// <remarks>RFC 5652. Devices show who signed it; without a signature they warn.</remarks>
public static class ProfileSigning
{
    /// <summary>The profile inside its signature, DER.</summary>
    public static byte[] Sign(byte[] profile, SigningCertificate with, DateTimeOffset now)
    {
        var cms = new SignedCms(new ContentInfo(profile), detached: false);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, with.Certificate) { IncludeOption = X509IncludeOption.EndCertOnly, DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1") };
        foreach (var above in with.Chain) signer.Certificates.Add(above);
        signer.SignedAttributes.Add(new Pkcs9SigningTime(now.UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }
}
