namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The twelve checks, in the order in which people read them.</summary>
public sealed class CertificateChecks
{
    private static readonly ICertificateCheck[] All =
    [
        new KeyMatchesCheck(), new LeafFirstCheck(), new ChainCheck(), new NamesCheck(), new DatesCheck(), new StrengthCheck(), new SignatureCheck(),
        new KeyTypeCheck(), new TrustCheck(), new FileModesCheck(), new StrayContentCheck(),
    ];

    private const string ParsesName = "parses", ParsesTitle = "Can be read";

    /// <summary>Runs all of them. With two chains each check tells the worse of its two verdicts.</summary>
    public Checkup Run(CheckSubject subject)
    {
        var chains = subject.Material.Select(m => new CheckedChain(m)).ToList();
        try
        {
            if (chains.Count is 0 or > 2) return Stopped(new Verdict(ParsesName, ParsesTitle, VerdictState.Failed, $"{chains.Count} chains were given.", "Give one, or two: RSA and ECDSA."));
            if (chains.Select(c => c.Unreadable).FirstOrDefault(u => u is not null) is { } unreadable) return Stopped(new Verdict(ParsesName, ParsesTitle, VerdictState.Failed, unreadable.Sentence, unreadable.NextStep));
            var parses = new Verdict(ParsesName, ParsesTitle, VerdictState.Passed,
                $"{(chains.Count == 2 ? "Two private keys" : "A private key")} and {chains.Sum(c => c.Certificates.Count)} {(chains.Sum(c => c.Certificates.Count) == 1 ? "certificate" : "certificates")} in PEM form.");
            return new Checkup([parses, .. All.Select(check => chains.Select(chain => check.Look(chain, subject)).MaxBy(v => v.State)!)], [.. chains.Select(c => LeafFacts.Of(c.Leaf))]);
        }
        finally
        {
            foreach (var chain in chains) chain.Dispose();
        }
    }

    private static Checkup Stopped(Verdict why) => new([why, .. All.Select(check => new Verdict(check.Name, check.Title, VerdictState.NotJudged, "Not judged: it could not be read."))], []);
}
