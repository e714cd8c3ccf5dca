namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Whether and how a desired state came to be served.</summary>
/// <param name="State">How it ended.</param>
/// <param name="GenerationId">The run that brought it; null when nothing had to be done.</param>
/// <param name="Sentence">One sentence for a person, with the next step when it failed.</param>
/// <param name="Steps">The acts with their times, in order.</param>
public sealed record Served(ServedState State, int? GenerationId, string Sentence, IReadOnlyList<RunStep> Steps)
{
    /// <summary>For <see cref="ServedState.NeedsDecision"/>: what must be decided; null otherwise.</summary>
    public DecisionNeeded? Decision { get; init; }
}

/// <summary>What somebody has to decide before a run goes on: the arguments of the apply that does.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="OverwriteDrift">True: hand edits would be replaced; take over what should stay, or overwrite them.</param>
/// <param name="Confirmation">The number of accounts that would go, to be typed; null when the guard did not stop it.</param>
public sealed record DecisionNeeded(string Host, bool OverwriteDrift, string? Confirmation);

/// <summary>How the wait for a desired state ended.</summary>
public enum ServedState
{
    /// <summary>The daemons were seen to serve it.</summary>
    Live,

    /// <summary>A run waits for approval.</summary>
    WaitsForApproval,

    /// <summary>The guard or a hand edit stopped it: someone has to look at the plan.</summary>
    NeedsDecision,

    /// <summary>It failed; what was live before is live still.</summary>
    Failed,
}

/// <summary>One act of a run.</summary>
/// <param name="Name">Short, stable: <c>written</c>, <c>compiled</c>, <c>seenByDovecot</c>, <c>seenByPostfix</c>, <c>returned</c>.</param>
/// <param name="Sentence">What was done, for a person.</param>
/// <param name="Ok">False when it failed.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record RunStep(string Name, string Sentence, bool Ok, double Milliseconds);
