using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>Each certificate is signed by the next, and nothing between the leaf and a root is missing: clients do not fetch what is.</summary>
internal sealed class ChainCheck : ICertificateCheck
{
    public string Name => "chain";

    public string Title => "Chain in order and complete";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var certificates = chain.Certificates;
        for (var i = 0; i + 1 < certificates.Count; i++)
        {
            var (one, next) = (certificates[i], certificates[i + 1]);
            if (!SameName(one.IssuerName, next.SubjectName))
                return certificates.Any(other => other != one && SameName(one.IssuerName, other.SubjectName))
                    ? this.Failed($"The chain is not in order: {CheckedChain.NameOf(one)} is followed by {CheckedChain.NameOf(next)}, which did not sign it.", "Put each certificate directly before the one that signed it.")
                    : this.Failed($"{CheckedChain.NameOf(next)} does not belong to the chain: it did not sign {CheckedChain.NameOf(one)}.", $"Leave it out, and add the certificate of {LeafFacts.IssuerOf(one)}.");
        }
        var last = certificates[^1];
        if (CheckedChain.IsSelfSigned(last))
            return certificates.Count == 1 ? this.Passed("It is self-signed: there is no chain.") : this.Warned("The chain holds the root too, which clients have or do not trust.", "It may stay; leaving it out makes each handshake a little shorter.");
        if (HasRoot(last)) return this.Passed(certificates.Count == 1 ? "A root signed it directly." : $"{certificates.Count} certificates, each signed by the next, up to a root that clients have.");
        return subject.IsPrivate || subject.IsFromChosenAuthority
            ? certificates.Count > 1 ? this.Passed($"{certificates.Count} certificates, each signed by the next; clients must know {LeafFacts.IssuerOf(last)} themselves.") : this.Warned($"Only the server's own certificate is there; clients must know {LeafFacts.IssuerOf(last)} themselves.", "Add the intermediate certificates when there are any.")
            : this.Failed($"The chain ends at {CheckedChain.NameOf(last)}: the certificate of {LeafFacts.IssuerOf(last)} is missing.", "Add your authority's intermediate certificates; certbot calls the whole file fullchain.pem.");
    }

    private static bool HasRoot(X509Certificate2 last)
    {
        using var roots = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        roots.Open(OpenFlags.ReadOnly);
        var found = roots.Certificates;
        try
        {
            return found.Any(root => SameName(root.SubjectName, last.IssuerName));
        }
        finally
        {
            foreach (var root in found) root.Dispose();
        }
    }

    private static bool SameName(X500DistinguishedName one, X500DistinguishedName other) => one.RawData.AsSpan().SequenceEqual(other.RawData);
}
