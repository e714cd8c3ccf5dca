using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>What a leaf certificate says of itself.</summary>
/// <param name="Names">DNS names (subjectAltName only: the common name counts no more, RFC 6125).</param>
/// <param name="Issuer">Who issued it, as a person knows them.</param>
/// <param name="NotBefore">Valid from (UTC).</param>
/// <param name="NotAfter">Valid until (UTC).</param>
/// <param name="KeyType">Such as <c>ECDSA P-256</c> or <c>RSA 2048</c>.</param>
/// <param name="Fingerprint">SHA-256 of the certificate, hexadecimal in lower case.</param>
/// <param name="PublicKey">SHA-256 of its SubjectPublicKeyInfo, hexadecimal in lower case (TLSA 3 1 1, RFC 6698).</param>
public sealed record LeafFacts(IReadOnlyList<string> Names, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string KeyType, string Fingerprint, string PublicKey)
{
    /// <summary>Reads a certificate.</summary>
    public static LeafFacts Of(X509Certificate2 leaf) => new(
        NamesOf(leaf), IssuerOf(leaf), leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(), KeyTypeOf(leaf), FingerprintOf(leaf),
        Convert.ToHexStringLower(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo())));

    /// <summary>SHA-256 of a certificate, hexadecimal in lower case.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));

    /// <summary>The DNS names of a certificate, lower case, shortened to what a name can be.</summary>
    public static IReadOnlyList<string> NamesOf(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()).Select(name => ShownText.Of(name.ToLowerInvariant(), 253)).Distinct()];

    /// <summary>Who issued it: organisation and common name, as far as there are any.</summary>
    public static string IssuerOf(X509Certificate2 certificate)
    {
        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)) return "itself (self-signed)";
        var parts = certificate.IssuerName.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements)
            .ToLookup(part => part.GetSingleElementType().Value, part => part.GetSingleElementValue() ?? "");
        var words = new[] { parts["2.5.4.10"].FirstOrDefault(), parts["2.5.4.3"].FirstOrDefault() }.Where(word => !string.IsNullOrWhiteSpace(word)).Distinct();
        return ShownText.Of(string.Join(" ", words) is { Length: > 0 } known ? known : certificate.Issuer, 120);
    }

    /// <summary>The kind and size of a certificate's key.</summary>
    public static string KeyTypeOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return $"RSA {rsa.KeySize}";
        using var ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is null) return certificate.PublicKey.Oid.Value switch { "1.3.101.112" => "Ed25519", "1.3.101.113" => "Ed448", var oid => certificate.PublicKey.Oid.FriendlyName ?? oid ?? "unknown" };
        return ecdsa.ExportParameters(false).Curve.Oid.Value switch
        {
            "1.2.840.10045.3.1.7" => "ECDSA P-256",
            "1.3.132.0.34" => "ECDSA P-384",
            "1.3.132.0.35" => "ECDSA P-521",
            _ => $"ECDSA with an unusual curve of {ecdsa.KeySize} bits",
        };
    }
}
