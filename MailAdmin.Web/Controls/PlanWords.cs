using System.Globalization;
using System.Text;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Controls;

/// <summary>How plans speak.</summary>
public static class PlanWords
{
    /// <summary>What a step does, in one word.</summary>
    public static string Of(PlanStepKind kind) => kind switch
    {
        PlanStepKind.Create => "New",
        PlanStepKind.Change => "Change",
        PlanStepKind.Delete => "Remove",
        PlanStepKind.Act => "Act",
        PlanStepKind.Drift => "Hand edit",
        PlanStepKind.Report => "Note",
    };

    /// <summary>The plan in one line: <c>2 files change, 1 is new, 1 was edited by hand</c>.</summary>
    public static string Summary(Plan plan)
    {
        if (plan.IsEmpty) return "Nothing differs";
        var files = plan.Steps.Where(step => step.Path.Length > 0).ToLookup(step => step.Kind, step => step.Path);
        var parts = new List<string>();
        Say(PlanStepKind.Change, "file changes", "files change");
        Say(PlanStepKind.Create, "is new", "are new");
        Say(PlanStepKind.Delete, "goes", "go");
        Say(PlanStepKind.Drift, "was edited by hand", "were edited by hand");
        if (parts.Count == 0) return plan.Steps.Count == 1 ? "1 step" : $"{Number(plan.Steps.Count)} steps";
        // The first part names what is counted; the others lean on it.
        if (!parts[0].Contains("file", StringComparison.Ordinal)) parts[0] = parts[0].Insert(parts[0].IndexOf(' ', StringComparison.Ordinal) + 1, parts[0].StartsWith("1 ", StringComparison.Ordinal) ? "file " : "files ");
        return string.Join(", ", parts);

        void Say(PlanStepKind kind, string one, string many)
        {
            var count = files[kind].Distinct(StringComparer.Ordinal).Count();
            if (count > 0) parts.Add(count == 1 ? $"1 {one}" : $"{Number(count)} {many}");
        }
    }

    /// <summary>The plan as plain text, for the clipboard: sentences, then each file's difference.</summary>
    public static string Text(Plan plan)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Plan for {plan.HostName}, state {plan.Revision}: {Summary(plan)}.");
        if (plan.Guard is { } guard) text.AppendLine(guard);
        foreach (var step in plan.Steps) text.AppendLine(CultureInfo.InvariantCulture, $"- {Of(step.Kind)}: {step.Sentence}{(step.Path.Length > 0 ? $" ({step.Path})" : "")}");
        foreach (var step in plan.Steps.Where(step => step.Diff.Length > 0)) text.AppendLine().AppendLine(step.Path).AppendLine(step.Diff.TrimEnd());
        return text.ToString();
    }

    internal static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
