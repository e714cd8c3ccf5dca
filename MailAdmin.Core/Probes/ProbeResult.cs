namespace MailAdmin.Core.Probes;

/// <summary>One result of one check, by one address of a host.</summary>
/// <param name="Probe">The check's name.</param>
/// <param name="Title">The check's name for people.</param>
/// <param name="Group">Where it is shown.</param>
/// <param name="Family"><c>IPv4</c>, <c>IPv6</c>, or empty for checks that are not per family.</param>
/// <param name="At">When it ended (UTC).</param>
/// <param name="Milliseconds">What it took, waiting for a shared conversation included.</param>
/// <param name="Finding">What it found.</param>
public sealed record ProbeResult(string Probe, string Title, ProbeGroup Group, string Family, DateTimeOffset At, double Milliseconds, Finding Finding);

/// <summary>How a check stands: what is said to be so after enough results agree, and the newest result.</summary>
/// <param name="Latest">The newest result.</param>
/// <param name="Severity">What is said to be so; follows the newest results after some delay.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="History">The last results, the oldest first, at most 100.</param>
public sealed record ProbeState(ProbeResult Latest, Severity Severity, DateTimeOffset Since, IReadOnlyList<ProbePoint> History);

/// <summary>A former result.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Severity">How bad.</param>
/// <param name="Milliseconds">What it took.</param>
/// <param name="What">What was found.</param>
public readonly record struct ProbePoint(DateTimeOffset At, Severity Severity, double Milliseconds, string What);

/// <summary>One host as its probes see it.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Severity">The worst of what is said to be so.</param>
/// <param name="Account">Address of its probe account; null when there is none yet.</param>
/// <param name="Probes">Its checks, in the order of their groups.</param>
public sealed record HostProbes(string Host, Severity Severity, string? Account, IReadOnlyList<ProbeState> Probes);

/// <summary>What one round over a host found.</summary>
/// <param name="Host">Its name.</param>
/// <param name="HostId">Its key.</param>
/// <param name="Milliseconds">What the round took.</param>
/// <param name="Results">One for each check and family.</param>
public sealed record HostRound(string Host, int HostId, double Milliseconds, IReadOnlyList<ProbeResult> Results)
{
    /// <summary>The worst of them.</summary>
    public Severity Severity => Results.Select(result => result.Finding.Severity).Worst();
}
