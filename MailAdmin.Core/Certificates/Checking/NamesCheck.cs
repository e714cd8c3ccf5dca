namespace MailAdmin.Core.Certificates.Checking;

/// <summary>It is good for every name that clients will ask for. RFC 6125: a wildcard stands for exactly one label.</summary>
internal sealed class NamesCheck : ICertificateCheck
{
    public string Name => "names";

    public string Title => "Names";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var has = LeafFacts.NamesOf(chain.Leaf);
        var missing = subject.Names.Where(name => !Covers(has, name)).ToList();
        if (missing.Count == 0) return this.Passed(subject.Names.Count == 1 ? $"It is good for {subject.Names[0]}." : $"It is good for all of {string.Join(", ", subject.Names)}.");
        var shown = has.Count == 0 ? "no name at all" : string.Join(", ", has.Take(5)) + (has.Count > 5 ? " …" : "");
        return this.Failed($"It is good for {shown}, and not for {string.Join(", ", missing)}.", "Get one that names all of them, or take the names that it does not have off this certificate.");
    }

    /// <summary>True when one of the names, which may be wildcards, stands for the wanted one.</summary>
    internal static bool Covers(IEnumerable<string> has, string wanted) => has.Any(name =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("*.", StringComparison.Ordinal) && wanted.IndexOf('.') is var dot and > 0 && wanted[0] != '*' && string.Equals(name[1..], wanted[dot..], StringComparison.OrdinalIgnoreCase));
}
