using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>One chain as the checks see it: read once.</summary>
public sealed class CheckedChain : IDisposable
{
    private readonly List<X509Certificate2> _certificates = [];

    /// <summary>Reads key and chain; what cannot be read is told by <see cref="Unreadable"/>.</summary>
    public CheckedChain(CertificateMaterial material)
    {
        KeyText = PemText.Read(material.KeyPem);
        ChainText = PemText.Read(material.ChainPem);
        Unreadable = ReadKey() ?? ReadChain();
    }

    /// <summary>Where the key stands.</summary>
    public PemText KeyText { get; }

    /// <summary>Where the certificates stand.</summary>
    public PemText ChainText { get; }

    /// <summary>What cannot be read and what to do; null when everything was.</summary>
    public (string Sentence, string NextStep)? Unreadable { get; }

    /// <summary>SubjectPublicKeyInfo of the private key; empty when it could not be read.</summary>
    public byte[] PublicKey { get; private set; } = [];

    /// <summary>The certificates in the order given.</summary>
    public IReadOnlyList<X509Certificate2> Certificates => _certificates;

    /// <summary>The certificate that belongs to the key, else the first one.</summary>
    public X509Certificate2 Leaf => _certificates.Find(IsOfKey) ?? _certificates[0];

    /// <summary>True when the certificate is for the private key.</summary>
    public bool IsOfKey(X509Certificate2 certificate) => PublicKey.Length > 0 && certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(PublicKey);

    /// <summary>True when nobody else signed it.</summary>
    public static bool IsSelfSigned(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>The name of a certificate for a sentence.</summary>
    public static string NameOf(X509Certificate2 certificate) => Addresses.ShownText.Of(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name ? name : certificate.Subject, 80);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var certificate in _certificates) certificate.Dispose();
    }

    private (string, string)? ReadKey()
    {
        var keys = KeyText.Blocks.Where(b => b.IsPrivateKey).ToList();
        if (keys.Count == 0) return ("There is no private key in PEM form.", "Give the file that begins with \"-----BEGIN PRIVATE KEY-----\"; certbot calls it privkey.pem.");
        if (keys[0].Label == "ENCRYPTED PRIVATE KEY" || keys[0].Text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            return ("The private key is encrypted with a passphrase.", "Mail servers start without anybody to type it: decrypt it first (openssl pkey -in key.pem -out plain.pem), or give a PKCS#12 file with its password.");
        try
        {
            PublicKey = SpkiOf(keys[0]) ?? throw new CryptographicException("Neither RSA nor ECDSA.");
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            return ("The private key cannot be read.", "Give an RSA or ECDSA key in PEM form, as your authority or openssl wrote it, whole and unchanged.");
        }
    }

    private (string, string)? ReadChain()
    {
        foreach (var (block, at) in ChainText.Blocks.Where(b => b.IsCertificate).Select((b, i) => (b, i + 1)))
        {
            try
            {
                _certificates.Add(X509CertificateLoader.LoadCertificate(block.Data));
            }
            catch (CryptographicException)
            {
                return ($"Certificate {at} in the chain cannot be read.", "Give the files as your authority wrote them, whole and unchanged.");
            }
        }
        return _certificates.Count > 0 ? null
            : ("There is no certificate in PEM form.", "Give the file that begins with \"-----BEGIN CERTIFICATE-----\"; certbot calls it fullchain.pem.");
    }

    private static byte[]? SpkiOf(PemBlock key)
    {
        foreach (var algorithm in (Func<AsymmetricAlgorithm>[])[ECDsa.Create, RSA.Create])
        {
            using var candidate = algorithm();
            try
            {
                candidate.ImportFromPem(key.Text);
                return candidate.ExportSubjectPublicKeyInfo();
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // The other kind, then.
            }
        }
        // Ed25519 (RFC 8410): .NET cannot compute its public half; the key type check says more.
        return null;
    }
}
