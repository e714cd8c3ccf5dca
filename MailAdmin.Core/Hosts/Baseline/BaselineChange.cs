using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>A configuration file that the baseline changes.</summary>
/// <param name="Sentence">What and why, for a person.</param>
/// <param name="Before">The file as it is; null when it is not there.</param>
/// <param name="After">The file as it should be.</param>
internal sealed record BaselineChange(string Sentence, HostFile? Before, HostFileWrite After)
{
    public bool IsNeeded => Before is null || !Before.Content.Span.SequenceEqual(After.Content.Span);

    public PlanStep Step()
    {
        var (before, after) = (Before is null ? null : PostfixLines.Decode(Before.Content.Span), PostfixLines.Decode(After.Content.Span));
        return new PlanStep(Before is null ? PlanStepKind.Create : PlanStepKind.Change, Sentence, After.Path, before, after) { Diff = FileDiff.Unified(After.Path, before, after) };
    }
}
