namespace MailAdmin.Core.Certificates.Checking;

/// <summary>No signature in the chain uses MD5 or SHA-1. A root's own signature proves nothing and does not count.</summary>
internal sealed class SignatureCheck : ICertificateCheck
{
    public string Name => "signature";

    public string Title => "Signature";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var weak = chain.Certificates.FirstOrDefault(c => (c == chain.Leaf || !CheckedChain.IsSelfSigned(c)) && c.SignatureAlgorithm.Value is
            "1.2.840.113549.1.1.2" or "1.2.840.113549.1.1.3" or "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" or "1.2.840.10040.4.3");
        return weak is null
            ? this.Passed($"Signed with {chain.Leaf.SignatureAlgorithm.FriendlyName ?? chain.Leaf.SignatureAlgorithm.Value}.")
            : this.Failed($"{CheckedChain.NameOf(weak)} is signed with {weak.SignatureAlgorithm.FriendlyName ?? "an old algorithm"}, which clients refuse.", "Get one that is signed with SHA-256 or better.");
    }
}
