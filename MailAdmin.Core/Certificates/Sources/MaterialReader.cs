using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Certificates.Checking;

namespace MailAdmin.Core.Certificates.Sources;

/// <summary>Sorts given files into key and chain: PEM apart or in one, or PKCS#12. Judging is left to the checks.</summary>
internal static class MaterialReader
{
    private const int Longest = 1 << 20;

    /// <summary>Key and chain; null with a reason when the files cannot be what they should be.</summary>
    public static CertificateMaterial? Read(UploadedFiles files, Reasons reasons)
    {
        if (files.Certificate.Length > Longest || files.Key?.Length > Longest)
        {
            reasons.Add(new Malformed("cert", null, "The file is larger than 1 MiB.", "A certificate with its chain has a few kilobytes: give that file."));
            return null;
        }
        if (IsPkcs12(files.Certificate)) return FromPkcs12(files, reasons);
        if (files.Key is { } key) return new CertificateMaterial(key, files.Certificate);
        // One file for both: its blocks are sorted, and what else is in it stays visible to the checks.
        var text = PemText.Read(files.Certificate);
        var (keys, others) = (text.Blocks.Where(b => b.IsPrivateKey || b.Label == "EC PARAMETERS"), text.Blocks.Where(b => !b.IsPrivateKey && b.Label != "EC PARAMETERS"));
        return new CertificateMaterial(Bytes(keys.Select(b => b.Text)), Bytes(text.Between.Concat(others.Select(b => b.Text))));
    }

    /// <summary>Only key and certificates: what goes to the host.</summary>
    public static CertificateMaterial Plain(CertificateMaterial material) => new(
        Bytes(PemText.Read(material.KeyPem).Blocks.Where(b => b.IsPrivateKey).Take(1).Select(b => b.Text)),
        Bytes(PemText.Read(material.ChainPem).Blocks.Where(b => b.IsCertificate).Select(b => b.Text)));

    // A DER sequence; PEM begins with text.
    private static bool IsPkcs12(byte[] content) => content.Length > 4 && content[0] == 0x30;

    private static CertificateMaterial? FromPkcs12(UploadedFiles files, Reasons reasons)
    {
        try
        {
            var found = X509CertificateLoader.LoadPkcs12Collection(files.Certificate, files.Password?.Reveal(), X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet);
            try
            {
                if (found.FirstOrDefault(c => c.HasPrivateKey) is not { } leaf)
                {
                    reasons.Add(new Malformed("cert", null, "The PKCS#12 file holds no private key.", "Export it again together with its key."));
                    return null;
                }
                var key = (AsymmetricAlgorithm?)leaf.GetECDsaPrivateKey() ?? leaf.GetRSAPrivateKey();
                if (key is null)
                {
                    reasons.Add(new Malformed("cert", null, "The key in the PKCS#12 file is neither RSA nor ECDSA.", "Use ECDSA P-256, or RSA of 2048 bits."));
                    return null;
                }
                using (key) return new CertificateMaterial(Bytes([key.ExportPkcs8PrivateKeyPem()]), Bytes(InOrder(leaf, found).Select(c => c.ExportCertificatePem())));
            }
            finally
            {
                foreach (var certificate in found) certificate.Dispose();
            }
        }
        catch (CryptographicException)
        {
            reasons.Add(new Malformed("password", null, "The PKCS#12 file cannot be opened with this password.", files.Password is null ? "Give its password." : "Check the password, and that the file is whole."));
            return null;
        }
    }

    // PKCS#12 has no order of its own.
    private static IEnumerable<X509Certificate2> InOrder(X509Certificate2 leaf, X509Certificate2Collection found)
    {
        var rest = found.Where(c => c != leaf && !CheckedChain.IsSelfSigned(c)).ToList();
        for (X509Certificate2? current = leaf; current is not null;)
        {
            yield return current;
            var issuer = current.IssuerName.RawData;
            current = rest.Find(c => c.SubjectName.RawData.AsSpan().SequenceEqual(issuer));
            if (current is not null) rest.Remove(current);
        }
    }

    private static byte[] Bytes(IEnumerable<string> texts) => Encoding.Latin1.GetBytes(string.Join('\n', texts) + "\n");
}
