namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>What differs between what should be and what is, in sentences.</summary>
/// <param name="HostId">The host.</param>
/// <param name="HostName">Its name.</param>
/// <param name="Revision">The desired state that was compared.</param>
/// <param name="Steps">What would be done, in order; empty when nothing differs.</param>
/// <param name="Guard">Why the plan needs a typed confirmation before it is applied; null when it does not.</param>
public sealed record Plan(int HostId, string HostName, long Revision, IReadOnlyList<PlanStep> Steps, string? Guard)
{
    /// <summary>True when nothing differs.</summary>
    public bool IsEmpty => Steps.Count == 0;
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Sentence">What and why, for a person: <c>Add alice@example.test to the users of example.test.</c></param>
/// <param name="Path">The file concerned; empty when none.</param>
/// <param name="Before">The lines that go, hashes shortened; null when the file is new.</param>
/// <param name="After">The lines that come, hashes shortened; null when the file goes.</param>
public sealed record PlanStep(PlanStepKind Kind, string Sentence, string Path, string? Before, string? After)
{
    /// <summary>The difference in unified form, hashes shortened, bounded to some thousand lines; empty when it makes no sense.</summary>
    public string Diff { get; init; } = "";

    /// <summary>For <see cref="PlanStepKind.Drift"/>: what MailAdmin last wrote (the base of a three-way comparison); null when unknown.</summary>
    public string? Base { get; init; }
}

/// <summary>What a step does.</summary>
public enum PlanStepKind
{
    /// <summary>Writes a file that is not there.</summary>
    Create,

    /// <summary>Changes a file.</summary>
    Change,

    /// <summary>Removes a file.</summary>
    Delete,

    /// <summary>Compiles, reloads or otherwise acts without a file.</summary>
    Act,

    /// <summary>A hand edit was found: the file is not what MailAdmin last wrote. Someone has to decide.</summary>
    Drift,

    /// <summary>Only says something; nothing is done.</summary>
    Report,
}
