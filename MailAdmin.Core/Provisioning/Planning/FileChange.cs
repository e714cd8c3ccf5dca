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
    /// <summary>What the history calls it: the step's sentence, but for a hand edit, which was replaced then.</summary>
    public string DoneSentence { get => field ?? Step.Sentence; init; }

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
    private RowChanges(Rows added, Rows removed, Dictionary<string, (string Before, string After)> changed) => (Added, Removed, Changed) = (added, removed, changed);

    public Rows Added { get; }

    public Rows Removed { get; }

    public Dictionary<string, (string Before, string After)> Changed { get; }

    /// <summary>Sorts the lines of a difference by their keys.</summary>
    public static RowChanges Of(LineDifference difference, RenderedKind kind)
    {
        var changed = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var removed = Rows.ByKey(difference.Removed, kind);
        // What only comes was rendered by us: no key twice, and often a whole file of which a few rows are looked at.
        if (removed.Count == 0) return new RowChanges(Rows.AsTheyAre(difference.Added, kind), Rows.Of(removed), changed);
        var added = Rows.ByKey(difference.Added, kind);
        foreach (var (key, before) in removed)
            if (added.Remove(key, out var after)) changed[key] = (before, after);
        foreach (var key in changed.Keys) removed.Remove(key);
        return new RowChanges(Rows.Of(added), Rows.Of(removed), changed);
    }
}

/// <summary>Keys with their values. Read from their lines only when they are asked for.</summary>
internal sealed class Rows : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly IEnumerable<KeyValuePair<string, string>> _rows;

    private Rows(IEnumerable<KeyValuePair<string, string>> rows, IEnumerable<string> keys, int count) => (_rows, Keys, Count) = (rows, keys, count);

    /// <inheritdoc />
    public int Count { get; }

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys { get; }

    /// <summary>Rows whose keys are known to differ.</summary>
    public static Rows AsTheyAre(IEnumerable<ReadOnlyMemory<byte>> lines, RenderedKind kind) => new(lines.Where(IsRow).Select(line => Read(line, kind)), lines.Where(IsRow).Select(line => KeyOf(line.Span, kind)), lines.Count(IsRow));

    /// <summary>Rows that were read.</summary>
    public static Rows Of(Dictionary<string, string> rows) => new(rows, rows.Keys, rows.Count);

    /// <summary>Reads rows; of several with one key the last.</summary>
    public static Dictionary<string, string> ByKey(IEnumerable<ReadOnlyMemory<byte>> lines, RenderedKind kind)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in lines.Where(IsRow).Select(line => Read(line, kind))) rows[key] = value;
        return rows;
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _rows.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The key of a line.</summary>
    public static string KeyOf(ReadOnlySpan<byte> line, RenderedKind kind)
    {
        var end = kind == RenderedKind.PasswdFile ? line.IndexOf((byte)':') : line.IndexOfAny((byte)' ', (byte)'\t');
        return System.Text.Encoding.UTF8.GetString(end < 0 ? line : line[..end]).TrimEnd('\n');
    }

    private static bool IsRow(ReadOnlyMemory<byte> line) => line.Span is not ([] or [(byte)'\n', ..] or [(byte)'#', ..]);

    private static KeyValuePair<string, string> Read(ReadOnlyMemory<byte> line, RenderedKind kind)
    {
        var text = System.Text.Encoding.UTF8.GetString(line.Span).TrimEnd('\n');
        var end = kind == RenderedKind.PasswdFile ? text.IndexOf(':') : text.IndexOfAny([' ', '\t']);
        return KeyValuePair.Create(end < 0 ? text : text[..end], end < 0 ? "" : text[(end + 1)..].TrimStart());
    }
}
