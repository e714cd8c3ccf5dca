using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>A private key that signs requests: an account's, or a certificate's when it revokes itself. ECDSA P-256 or RSA.</summary>
/// <remarks>Source: RFC 7518 3.3, 3.4 (ES256, RS256), 6.2, 6.3 (JWK); RFC 7638 (thumbprint).</remarks>
public sealed class AcmeKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private AcmeKey(AsymmetricAlgorithm key) => _key = key;

    /// <summary>A new key.</summary>
    public static AcmeKey Create(AcmeKeyKind kind) => new(kind == AcmeKeyKind.Ecdsa ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048));

    /// <summary>Reads a private key in PEM (PKCS#8, SEC 1 or PKCS#1).</summary>
    /// <exception cref="ArgumentException">It holds no such key, or one that ACME has no algorithm for here.</exception>
    public static AcmeKey FromPem(string pem)
    {
        AsymmetricAlgorithm key = pem.Contains("RSA PRIVATE KEY", StringComparison.Ordinal) || !IsEcdsa(pem) ? RSA.Create() : ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key is ECDsa { KeySize: not 256 }) throw new ArgumentException("Only the curve P-256 signs requests here.");
            return new AcmeKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The kind.</summary>
    public AcmeKeyKind Kind => _key is ECDsa ? AcmeKeyKind.Ecdsa : AcmeKeyKind.Rsa;

    /// <summary>The private key in PEM (PKCS#8). A secret.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The name of the signature in a JWS.</summary>
    public string Algorithm => _key is ECDsa ? "ES256" : "RS256";

    /// <summary>The public key as JWK, its members in the order of the thumbprint.</summary>
    public JsonObject Jwk()
    {
        if (_key is ECDsa ecdsa)
        {
            var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
            return new JsonObject { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
        }
        var rsa = ((RSA)_key).ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["e"] = Base64Url.EncodeToString(rsa.Exponent), ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(rsa.Modulus) };
    }

    /// <summary>The thumbprint of the public key (RFC 7638), which goes into every answer to a challenge.</summary>
    public string Thumbprint() => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Jwk().ToJsonString())));

    /// <summary>Signs what stands in a JWS.</summary>
    public byte[] Sign(byte[] data) => _key is ECDsa ecdsa
        ? ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
        : ((RSA)_key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    /// <inheritdoc />
    public override string ToString() => "***";

    private static bool IsEcdsa(string pem)
    {
        using var probe = ECDsa.Create();
        try
        {
            probe.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>The kind of a key.</summary>
public enum AcmeKeyKind
{
    /// <summary>ECDSA on the curve P-256: short, quick, understood by every mail program of the last ten years.</summary>
    Ecdsa = 0,

    /// <summary>RSA, 2048 bits for accounts, 3072 for certificates.</summary>
    Rsa = 1,
}
