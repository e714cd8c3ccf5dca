using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The certificate that stands in until a host has one from an authority.</summary>
public static class SelfSignedCertificate
{
    /// <summary>How long it is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(730);

    /// <summary>Private key, then certificate, in PEM, as smtpd_tls_chain_files wants them. ECDSA P-256.</summary>
    /// <param name="hostName">The name that clients connect to.</param>
    /// <param name="forLoopback">Also valid for localhost, 127.0.0.1 and ::1.</param>
    /// <param name="now">The moment it is made.</param>
    public static byte[] Create(string hostName, bool forLoopback, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={hostName}"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        if (forLoopback)
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        // An hour back: clocks differ.
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
        return Encoding.ASCII.GetBytes($"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }

    /// <summary>The first certificate of a PEM file; null when there is none.</summary>
    public static X509Certificate2? Read(ReadOnlySpan<byte> pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
