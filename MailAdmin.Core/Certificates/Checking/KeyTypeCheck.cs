using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The key is of a kind that every mail client can use, and the certificate may be used by a server. Two chains are one of each kind.</summary>
internal sealed class KeyTypeCheck : ICertificateCheck
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    public string Name => "keyType";

    public string Title => "Key type and use";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var type = LeafFacts.KeyTypeOf(chain.Leaf);
        if (!type.StartsWith("RSA ", StringComparison.Ordinal) && type is not ("ECDSA P-256" or "ECDSA P-384" or "ECDSA P-521"))
            return this.Failed($"The key is {type}, which many mail clients cannot use.", "Use ECDSA P-256, or RSA of 2048 bits.");
        if (chain.Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage && usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().All(oid => oid.Value is not (ServerAuth or "2.5.29.37.0")))
            return this.Failed("It may not be used by a server (extended key usage without server authentication).", "Get a certificate for a TLS server.");
        if (chain.Leaf.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true } && chain.Certificates.Count > 1)
            return this.Failed($"{CheckedChain.NameOf(chain.Leaf)} is the certificate of an authority, not of a server.", "Give the server's own certificate and its key.");
        if (subject.Material.Count == 2 && !IsOneOfEach(subject)) return this.Failed("Both chains have the same kind of key.", "Two chains make sense as one RSA and one ECDSA; else give one.");
        return this.Passed($"{type}, for a server.");
    }

    private static bool IsOneOfEach(CheckSubject subject)
    {
        var chains = subject.Material.Select(m => new CheckedChain(m)).ToList();
        try
        {
            return chains.Select(c => LeafFacts.KeyTypeOf(c.Leaf).Split(' ')[0]).Distinct().Count() == 2;
        }
        finally
        {
            foreach (var chain in chains) chain.Dispose();
        }
    }
}
