using System.Text;

namespace MailAdmin.Core.Certificates;

/// <summary>One private key and its chain, in PEM. Not a record: a record would print the key.</summary>
/// <param name="keyPem">The private key, one PEM block, not encrypted.</param>
/// <param name="chainPem">The leaf first, then the intermediates in order; the root is left out.</param>
public sealed class CertificateMaterial(byte[] keyPem, byte[] chainPem)
{
    /// <summary>The private key, one PEM block.</summary>
    public byte[] KeyPem { get; } = keyPem;

    /// <summary>Leaf, then intermediates.</summary>
    public byte[] ChainPem { get; } = chainPem;

    /// <summary>Key, then chain, as one file: what Postfix and Dovecot both read (postconf(5), smtpd_tls_chain_files: key first).</summary>
    public byte[] ToFile() => Encoding.ASCII.GetBytes($"{Text(KeyPem)}\n{Text(ChainPem)}\n");

    /// <summary>Never the content.</summary>
    public override string ToString() => "***";

    private static string Text(byte[] pem) => Encoding.ASCII.GetString(pem).Trim().ReplaceLineEndings("\n");
}
