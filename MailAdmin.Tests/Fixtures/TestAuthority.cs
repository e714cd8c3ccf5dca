using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Certificates;

namespace MailAdmin.Tests.Fixtures;

/// <summary>An authority of the tests' own: a root, an intermediate, and leafs for any names and dates.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(3650);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root, _intermediate;

    public TestAuthority()
    {
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var root = new CertificateRequest("O=Example Test Trust, CN=Root", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = root.CreateSelfSigned(from, from + Long * 4);
        var intermediate = new CertificateRequest("O=Example Test Trust, CN=E1", _key, HashAlgorithmName.SHA256);
        intermediate.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _intermediate = intermediate.Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), from, from + Long * 3, RandomNumberGenerator.GetBytes(12));
    }

    public string RootPem => _root.ExportCertificatePem();

    public string IntermediatePem => _intermediate.ExportCertificatePem();

    /// <summary>Issues a leaf with its chain; valid from an hour ago for ninety days unless told otherwise.</summary>
    public CertificateMaterial Issue(params string[] names) => Issue(names, TimeProvider.System.GetUtcNow().AddHours(-1), TimeSpan.FromDays(90));

    public CertificateMaterial Issue(IReadOnlyList<string> names, DateTimeOffset from, TimeSpan lifetime, bool rsa = false, byte[]? keyPem = null, HashAlgorithmName? hash = null, int bits = 2048)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(bits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (keyPem is not null) key.ImportFromPem(Encoding.ASCII.GetString(keyPem));
        var subject = new X500DistinguishedName($"CN={names[0]}");
        var request = key is RSA r ? new CertificateRequest(subject, r, hash ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest(subject, (ECDsa)key, hash ?? HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var leaf = request.Create(_intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, from + lifetime, RandomNumberGenerator.GetBytes(12));
        return new CertificateMaterial(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), Encoding.ASCII.GetBytes(leaf.ExportCertificatePem() + "\n" + IntermediatePem + "\n"));
    }

    /// <summary>SHA-256 of a chain's leaf, hexadecimal in lower case.</summary>
    public static string Fingerprint(CertificateMaterial material)
    {
        using var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(material.ChainPem));
        return Convert.ToHexStringLower(SHA256.HashData(leaf.RawData));
    }

    /// <summary>SubjectPublicKeyInfo of a chain's leaf, hexadecimal in lower case.</summary>
    public static string PublicKey(CertificateMaterial material)
    {
        using var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(material.ChainPem));
        return Convert.ToHexStringLower(leaf.PublicKey.ExportSubjectPublicKeyInfo());
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }
}
