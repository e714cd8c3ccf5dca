namespace MailAdmin.Core.Certificates.Checking;

/// <summary>What is to be checked, and against what.</summary>
/// <param name="Material">One chain, or two.</param>
/// <param name="Names">DNS names that it must be good for.</param>
/// <param name="IsPrivate">True: public authorities are known not to vouch for it.</param>
/// <param name="Now">The moment at which dates are judged.</param>
public sealed record CheckSubject(IReadOnlyList<CertificateMaterial> Material, IReadOnlyList<string> Names, bool IsPrivate, DateTimeOffset Now)
{
    /// <summary>The files it was read from, with their modes; empty when it came from elsewhere.</summary>
    public IReadOnlyList<(string Path, UnixFileMode Mode)> Files { get; init; } = [];

    /// <summary>True: an authority that the administrator chose issued it, so that an unknown root is told and does not stop.</summary>
    public bool IsFromChosenAuthority { get; init; }

    /// <summary>Roots that are trusted besides the system's, in PEM; empty for none.</summary>
    public string MoreRoots { get; init; } = "";
}

/// <summary>What the checks found.</summary>
/// <param name="Verdicts">Twelve, in order.</param>
/// <param name="Facts">What each chain's leaf says; empty when one could not be read.</param>
public sealed record Checkup(IReadOnlyList<Verdict> Verdicts, IReadOnlyList<LeafFacts> Facts)
{
    /// <summary>The checks that failed, as refusals; empty when it may be installed.</summary>
    public IReadOnlyList<Refusal> Refusals => [.. Verdicts.Where(v => v.State == VerdictState.Failed).Select(v => new CheckFailed(v.Check, null, v.Sentence, v.NextStep))];

    /// <summary>True when it may be installed.</summary>
    public bool MayInstall => Verdicts.All(v => v.State is VerdictState.Passed or VerdictState.Warned);
}
