namespace MailAdmin.Core.Certificates.Checking;

/// <summary>There is nothing in the files besides one key and its chain.</summary>
internal sealed class StrayContentCheck : ICertificateCheck
{
    public string Name => "strayContent";

    public string Title => "Nothing else in it";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var blocks = chain.KeyText.Blocks.Concat(chain.ChainText.Blocks).ToList();
        if (chain.KeyText.Blocks.Count(b => b.IsPrivateKey) > 1) return this.Failed("The file of the key holds more than one private key.", "Give one key with its own chain; a second pair goes into a second file.");
        if (chain.ChainText.Blocks.Any(b => b.IsPrivateKey)) return this.Failed("There is a private key in the chain, which servers send to everybody.", "Give key and chain apart, or as one file with the key first.");
        if (blocks.Find(b => !b.IsCertificate && !b.IsPrivateKey && b.Label != "EC PARAMETERS") is { } other)
            return this.Failed($"There is a block \"{Addresses.ShownText.Of(other.Label, 40)}\" in it, which is neither key nor certificate.", "Leave it out.");
        var doubled = chain.Certificates.GroupBy(LeafFacts.FingerprintOf).FirstOrDefault(g => g.Count() > 1);
        if (doubled is not null) return this.Failed($"{CheckedChain.NameOf(doubled.First())} stands in the chain twice.", "Leave one of them out.");
        var lines = chain.KeyText.Between.Count + chain.ChainText.Between.Count;
        return lines == 0 ? this.Passed("One key, one chain, nothing else.") : this.Warned($"{lines} {(lines == 1 ? "line stands" : "lines stand")} outside of key and certificates.", "Nothing needs to be done: they are left out.");
    }
}
