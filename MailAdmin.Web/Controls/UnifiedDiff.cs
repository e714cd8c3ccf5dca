using System.Globalization;
using System.Text.RegularExpressions;

namespace MailAdmin.Web.Controls;

/// <summary>Reads a unified difference into lines. Takes any text: what is not understood is shown as it stands.</summary>
public static partial class UnifiedDiff
{
    /// <summary>The lines without the two file headers; empty for an empty difference.</summary>
    public static IReadOnlyList<DiffLine> Parse(string diff)
    {
        var lines = new List<DiffLine>();
        int? old = null, @new = null;
        var inHunk = false;
        var source = diff.Split('\n');
        var length = source.Length > 0 && source[^1].Length == 0 ? source.Length - 1 : source.Length;
        for (var i = 0; i < length; i++)
        {
            var line = source[i].TrimEnd('\r');
            if (!inHunk && IsFileHeader(source, i)) continue;
            if (Place().Match(line) is { Success: true } place)
            {
                inHunk = true;
                (old, @new) = (Number(place.Groups[1]), Number(place.Groups[2]));
                lines.Add(new DiffLine(DiffLineKind.Place, line, null, null));
                continue;
            }
            switch (line.Length == 0 ? ' ' : line[0])
            {
                case '+':
                    lines.Add(new DiffLine(DiffLineKind.Added, line[1..], null, @new++));
                    break;
                case '-':
                    lines.Add(new DiffLine(DiffLineKind.Removed, line[1..], old++, null));
                    break;
                case '\\':
                    lines.Add(new DiffLine(DiffLineKind.Remark, line[1..].TrimStart(), null, null));
                    break;
                case ' ':
                    lines.Add(new DiffLine(DiffLineKind.Same, line.Length == 0 ? "" : line[1..], old++, @new++));
                    break;
                default:
                    lines.Add(new DiffLine(DiffLineKind.Same, line, old++, @new++));
                    break;
            }
        }
        MarkPairs(lines);
        return lines;
    }

    /// <summary>How many lines come and how many go.</summary>
    public static (int Added, int Removed) Count(IReadOnlyList<DiffLine> lines) =>
        (lines.Count(line => line.Kind is DiffLineKind.Added), lines.Count(line => line.Kind is DiffLineKind.Removed));

    // Only the pair counts as a header: a removed line may itself begin with "-- ".
    private static bool IsFileHeader(string[] source, int at) =>
        (source[at].StartsWith("--- ", StringComparison.Ordinal) && at + 1 < source.Length && source[at + 1].StartsWith("+++ ", StringComparison.Ordinal))
        || (source[at].StartsWith("+++ ", StringComparison.Ordinal) && at > 0 && source[at - 1].StartsWith("--- ", StringComparison.Ordinal));

    private static int? Number(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Where as many lines come as go, each replaces the one at the same place: the part that differs is marked.
    private static void MarkPairs(List<DiffLine> lines)
    {
        for (var i = 0; i < lines.Count;)
        {
            var removed = Run(lines, i, DiffLineKind.Removed);
            if (removed == 0) { i++; continue; }
            var added = Run(lines, i + removed, DiffLineKind.Added);
            for (var n = 0; removed == added && n < removed; n++)
            {
                var (before, after) = (lines[i + n], lines[i + removed + n]);
                var (start, end) = Shared(before.Text, after.Text);
                if (start + end == 0) continue;
                lines[i + n] = before with { Changed = start..(before.Text.Length - end) };
                lines[i + removed + n] = after with { Changed = start..(after.Text.Length - end) };
            }
            i += removed + added;
        }
    }

    private static int Run(List<DiffLine> lines, int from, DiffLineKind kind)
    {
        var count = 0;
        while (from + count < lines.Count && lines[from + count].Kind == kind) count++;
        return count;
    }

    private static (int Start, int End) Shared(string a, string b)
    {
        var most = Math.Min(a.Length, b.Length);
        var start = 0;
        while (start < most && a[start] == b[start]) start++;
        if (start > 0 && start < a.Length && char.IsLowSurrogate(a[start])) start--;
        var end = 0;
        while (end < most - start && a[^(end + 1)] == b[^(end + 1)]) end++;
        if (end > 0 && char.IsLowSurrogate(a[^end])) end--;
        return (start, end);
    }

    [GeneratedRegex(@"^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
