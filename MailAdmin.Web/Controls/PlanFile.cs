using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Controls;

/// <summary>What a plan does to one file (or without one): its sentences and its difference together.</summary>
public sealed class PlanFile(string path, IReadOnlyList<PlanStep> steps)
{
    /// <summary>The file; empty for acts without one.</summary>
    public string Path { get; } = path;

    /// <summary>The steps that concern it, in the plan's order; at least one.</summary>
    public IReadOnlyList<PlanStep> Steps { get; } = steps;

    /// <summary>The differences of the steps, joined; empty when there is none to show.</summary>
    public string Diff { get; } = string.Join('\n', steps.Where(step => step.Diff.Length > 0).Select(step => step.Diff.TrimEnd('\n')));

    /// <summary>The steps in which somebody else's edit was found.</summary>
    public IReadOnlyList<PlanStep> Drifts { get; } = [.. steps.Where(step => step.Kind is PlanStepKind.Drift)];

    /// <summary>True when there is more to see than the sentences.</summary>
    public bool HasMore => Diff.Length > 0 || Drifts.Count > 0;

    /// <summary>Groups a plan's steps by file, in the order in which each is first named. Acts without a file stay single.</summary>
    public static IReadOnlyList<PlanFile> Of(Plan plan)
    {
        var files = new List<(string Path, List<PlanStep> Steps)>();
        var known = new Dictionary<string, List<PlanStep>>(StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            if (step.Path.Length > 0 && known.TryGetValue(step.Path, out var steps)) { steps.Add(step); continue; }
            files.Add((step.Path, steps = [step]));
            if (step.Path.Length > 0) known.Add(step.Path, steps);
        }
        return [.. files.Select(file => new PlanFile(file.Path, file.Steps))];
    }
}
