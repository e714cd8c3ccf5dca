using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>One file that is not as it should be.</summary>
/// <param name="Path">Absolute path on the host.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Desired">As it should be; null when it should not be there.</param>
/// <param name="Existing">As it is; null when it is not there.</param>
/// <param name="Step">The plan's step.</param>
/// <param name="Difference">From existing to desired; empty when only marks or the compiled form differ.</param>
/// <param name="Rows">The rows concerned.</param>
internal sealed record FileChange(string Path, RenderedKind Kind, RenderedFile? Desired, HostFile? Existing, PlanStep Step, LineDifference Difference, RowChanges Rows)
{
    /// <summary>SHA-256 of what is there; null when nothing is.</summary>
    public string? BeforeHash { get; init; }

    /// <summary>SHA-256 of what should be there; null when nothing should.</summary>
    public string? AfterHash { get; init; }

    /// <summary>True when what is there is not what MailAdmin last wrote.</summary>
    public bool IsDrift => Step.Kind == PlanStepKind.Drift;
}

/// <summary>Rows of a file that come, go or change, by key.</summary>
internal sealed class RowChanges
{
    private RowChanges(Dictionary<string, string> added, Dictionary<string, string> removed, Dictionary<string, (string Before, string After)> changed) =>
        (Added, Removed, Changed) = (added, removed, changed);

    public Dictionary<string, string> Added { get; }

    public Dictionary<string, string> Removed { get; }

    public Dictionary<string, (string Before, string After)> Changed { get; }

    /// <summary>Sorts the lines of a difference by their keys.</summary>
    public static RowChanges Of(LineDifference difference, RenderedKind kind)
    {
        var removed = Rows(difference.Removed, kind);
        var added = Rows(difference.Added, kind);
        var changed = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var (key, before) in removed)
            if (added.Remove(key, out var after)) changed[key] = (before, after);
        foreach (var key in changed.Keys) removed.Remove(key);
        return new RowChanges(added, removed, changed);
    }

    private static Dictionary<string, string> Rows(IEnumerable<ReadOnlyMemory<byte>> lines, RenderedKind kind)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var text = System.Text.Encoding.UTF8.GetString(line.Span).TrimEnd('\n');
            if (text.Length == 0 || text[0] == '#') continue;
            var end = kind == RenderedKind.PasswdFile ? text.IndexOf(':') : text.IndexOfAny([' ', '\t']);
            rows[end < 0 ? text : text[..end]] = end < 0 ? "" : text[(end + 1)..].TrimStart();
        }
        return rows;
    }
}
