using MailAdmin.Core.Aliases;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Overview;

/// <summary>What the overview knows at one moment. What was not asked is null, and is never taken for "well".</summary>
/// <param name="Domains">Live domains that the person sees.</param>
/// <param name="Mailboxes">Live mailboxes that the person sees.</param>
/// <param name="Aliases">Live aliases that the person sees.</param>
/// <param name="Hosts">The mail hosts; null when the person may not see them.</param>
public sealed record OverviewFacts(int Domains, int Mailboxes, int Aliases, IReadOnlyList<HostFacts>? Hosts)
{
    /// <summary>Hosts with domains in which nobody reads postmaster@ or abuse@.</summary>
    public IReadOnlyList<UnreadDuties> Unread { get; init; } = [];

    /// <summary>Aliases that lead to nobody; empty while they are not known.</summary>
    public IReadOnlyList<DeadAlias> DeadAliases { get; init; } = [];

    /// <summary>What the other subjects know, in the order of the sentence.</summary>
    public IReadOnlyList<OverviewPartState> Parts { get; init; } = [];

    /// <summary>The subjects that know nothing yet.</summary>
    public IReadOnlyList<string> NotLookedAt { get; init; } = [];
}

/// <summary>What the overview knows about one host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DesiredRevision">Number of the newest desired state.</param>
/// <param name="AppliedRevision">Number of the state it was last seen to serve.</param>
/// <param name="Latest">Its newest run; null when there was none.</param>
/// <param name="LastServed">Its newest run that was seen to be served; null when there was none.</param>
/// <param name="Waiting">Runs that wait for approval.</param>
public sealed record HostFacts(string Name, long DesiredRevision, long AppliedRevision, GenerationView? Latest, GenerationView? LastServed, int Waiting)
{
    /// <summary>The comparison of files made just now; null while it is not known.</summary>
    public Comparison? Compared { get; init; }
}

/// <summary>What came of comparing a host's files with what should be.</summary>
/// <param name="Plan">What differs; null when the host could not be read.</param>
/// <param name="Problem">Why not, when it could not be read; empty otherwise.</param>
/// <param name="At">When (UTC).</param>
public sealed record Comparison(Plan? Plan, string Problem, DateTimeOffset At)
{
    /// <summary>How many files were edited by hand.</summary>
    public int HandEdits => Plan?.Steps.Where(step => step.Kind is PlanStepKind.Drift).Select(step => step.Path).Distinct(StringComparer.Ordinal).Count() ?? 0;

    /// <summary>How many files differ, hand edits not counted.</summary>
    public int Differing => Plan?.Steps.Where(step => step.Kind is PlanStepKind.Create or PlanStepKind.Change or PlanStepKind.Delete).Select(step => step.Path).Distinct(StringComparer.Ordinal).Count() ?? 0;
}
