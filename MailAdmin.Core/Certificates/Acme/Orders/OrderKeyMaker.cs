using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Certificates.Acme.Protocol;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Makes certificates' private keys and the requests for them (PKCS#10, RFC 2986).</summary>
internal static class OrderKeyMaker
{
    private const int RsaBits = 3072;

    /// <summary>A new private key, PEM (PKCS#8).</summary>
    public static string NewKey(AcmeKeyKind kind)
    {
        using AsymmetricAlgorithm key = kind == AcmeKeyKind.Ecdsa ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(RsaBits);
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>The kind of a private key.</summary>
    public static AcmeKeyKind KindOf(string pem)
    {
        using var key = Load(pem);
        return key is ECDsa ? AcmeKeyKind.Ecdsa : AcmeKeyKind.Rsa;
    }

    /// <summary>The request for these names, DER.</summary>
    public static byte[] Request(string keyPem, IReadOnlyList<string> names)
    {
        using var key = Load(keyPem);
        // No subject: authorities ignore it or take it from the names, and a common name ends at 64 characters.
        var subject = new X500DistinguishedName([0x30, 0x00]);
        var request = key is ECDsa ecdsa ? new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256) : new CertificateRequest(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSigningRequest();
    }

    /// <summary>Why a chain is not what was asked for; null when it is.</summary>
    public static string? Objection(string keyPem, string chainPem, IReadOnlyList<string> names, DateTimeOffset now)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(chainPem);
        try
        {
            using var key = Load(keyPem);
            if (!chain[0].PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())) return "its first certificate is for another key";
            var has = chain[0].Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).Select(n => n.ToLowerInvariant()).ToHashSet();
            if (names.Where(n => !has.Contains(n)).ToList() is { Count: > 0 } missing) return $"its first certificate does not name {string.Join(", ", missing)}";
            if (chain[0].NotAfter.ToUniversalTime() <= now) return $"its first certificate ended on {chain[0].NotAfter.ToUniversalTime():u}";
            // Authorities date back by an hour; a certificate from the future means that one of the clocks is wrong.
            if (chain[0].NotBefore.ToUniversalTime() > now.AddMinutes(5)) return $"its first certificate begins only on {chain[0].NotBefore.ToUniversalTime():u}: this machine's clock or the authority's is wrong";
            for (var i = 1; i < chain.Count; i++)
                if (!chain[i - 1].IssuerName.RawData.AsSpan().SequenceEqual(chain[i].SubjectName.RawData)) return "its certificates are not in order";
            return null;
        }
        catch (CryptographicException e)
        {
            return $"it cannot be read: {e.Message}";
        }
        finally
        {
            foreach (var certificate in chain) certificate.Dispose();
        }
    }

    private static AsymmetricAlgorithm Load(string pem)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            return ecdsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            ecdsa.Dispose();
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa;
        }
    }
}
