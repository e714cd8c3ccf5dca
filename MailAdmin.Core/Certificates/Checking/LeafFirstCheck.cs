namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The server's own certificate stands first, as TLS wants it (RFC 8446, 4.4.2).</summary>
internal sealed class LeafFirstCheck : ICertificateCheck
{
    public string Name => "leafFirst";

    public string Title => "Own certificate first";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var leaf = chain.Leaf;
        var at = chain.Certificates.ToList().IndexOf(leaf);
        return at == 0
            ? this.Passed($"{CheckedChain.NameOf(leaf)} stands first.")
            : this.Failed($"The server's own certificate {CheckedChain.NameOf(leaf)} stands at place {at + 1} of the chain.", "Put it first, then the one that signed it, and so on.");
    }
}
