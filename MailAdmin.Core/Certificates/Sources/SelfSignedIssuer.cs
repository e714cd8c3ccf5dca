using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Renewing;

namespace MailAdmin.Core.Certificates.Sources;

/// <summary>Makes certificates that stand in until there is one from an authority, and renews them.</summary>
internal sealed class SelfSignedIssuer(TimeProvider time) : ICertificateIssuer
{
    /// <summary>How long they are valid: short enough that nobody forgets them.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(365);

    public CertificateSource Source => CertificateSource.SelfSigned;

    public Task<RenewalSuggestion?> SuggestAsync(Certificate certificate, CertificateVersion live, CancellationToken ct) => Task.FromResult<RenewalSuggestion?>(null);

    public Task<IssueResult> IssueAsync(Certificate certificate, IReadOnlyList<byte[]> keys, Actor actor, CancellationToken ct) =>
        Task.FromResult<IssueResult>(new IssueResult.Issued([Make(certificate.Names, keys.Count > 0 ? keys[0] : null, time.GetUtcNow())]));

    /// <summary>A self-signed certificate for these names.</summary>
    /// <param name="keyPem">The ECDSA key to use; null for a new one.</param>
    public static CertificateMaterial Make(IReadOnlyList<string> names, byte[]? keyPem, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (keyPem is not null) key.ImportFromPem(Encoding.ASCII.GetString(keyPem));
        var request = new CertificateRequest(new X500DistinguishedName($"CN={names[0]}"), key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        // An hour back: clocks differ.
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Valid);
        return new CertificateMaterial(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
    }
}
