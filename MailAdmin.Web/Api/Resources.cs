using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Api;

/// <summary>One page of a list.</summary>
public sealed record ListResource<T>(
    [property: Description("The rows of this page.")] IReadOnlyList<T> Items,
    [property: Description("How many rows match in all.")] int Total,
    [property: Description("Rows before this page.")] int Offset);

/// <summary>What a written resource says beside itself.</summary>
public interface IWritten
{
    /// <summary>The same resource with the word on how the mail server came to serve it.</summary>
    object WithServed(ServedResource served);
}

/// <summary>Whether and how the mail server serves a change.</summary>
public sealed record ServedResource(
    [property: Description("live: the daemons were seen to serve it. waitsForApproval: a run waits. needsDecision, failed: stored, but not served.")] ServedState State,
    [property: Description("The same in one sentence, with the next step when it is not live.")] string Sentence,
    [property: Description("The run, as at /api/v1/history/{id}; null when nothing had to be done.")] int? Generation,
    [property: Description("The acts with their times, in order.")] IReadOnlyList<RunStep> Steps)
{
    [Description("What to know although the change was made, such as aliases that lead to nobody now; empty when there is nothing.")]
    public IReadOnlyList<string> Remarks { get; init; } = [];

    [JsonIgnore]
    internal DecisionNeeded? Decision { get; init; }

    public static ServedResource Of(Served served) => new(served.State, served.Sentence, served.GenerationId, served.Steps) { Decision = served.Decision };

    /// <summary>For a change that concerns no host.</summary>
    public static ServedResource Nothing { get; } = new(ServedState.Live, "Nothing on a mail server had to change.", null, []);
}

/// <summary>What would be done.</summary>
public sealed record PlanResource(
    [property: Description("The host's name; empty when no host is concerned.")] string Host,
    [property: Description("The desired state that was compared.")] long Revision,
    [property: Description("What would be done, in order; empty when nothing differs.")] IReadOnlyList<PlanStepResource> Steps,
    [property: Description("Why the plan needs a typed confirmation; null when it does not.")] string? Guard)
{
    public static PlanResource Of(Plan plan) => new(plan.HostName, plan.Revision, [.. plan.Steps.Select(PlanStepResource.Of)], plan.Guard);
}

/// <summary>One step of a plan.</summary>
public sealed record PlanStepResource(PlanStepKind Kind, string Sentence, string Path, string? Before, string? After, string Diff,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("For drift: what MailAdmin last wrote.")] string? Base)
{
    public static PlanStepResource Of(PlanStep step) => new(step.Kind, step.Sentence, step.Path, step.Before, step.After, step.Diff, step.Base);
}
