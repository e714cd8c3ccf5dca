namespace MailAdmin.Web.Controls;

/// <summary>One line of one side of a three-way comparison.</summary>
/// <param name="Text">The line.</param>
/// <param name="IsOwn">True when the side it is compared with does not have it.</param>
public sealed record DriftLine(string Text, bool IsOwn)
{
    /// <summary>The lines of one side that not all three sides share, each marked when the base does not have it.</summary>
    /// <param name="side">The whole text of this side; null when there is no such file.</param>
    /// <param name="against">The text whose lines are not "own"; null marks nothing.</param>
    /// <param name="shared">The lines that all sides have.</param>
    public static IReadOnlyList<DriftLine> Of(string? side, string? against, IReadOnlySet<string> shared)
    {
        var known = against is null ? null : Lines(against).ToHashSet(StringComparer.Ordinal);
        return [.. Lines(side).Where(line => !shared.Contains(line)).Select(line => new DriftLine(line, known is not null && !known.Contains(line)))];
    }

    /// <summary>The lines that every given side has; sides that are not known do not count.</summary>
    public static IReadOnlySet<string> Shared(params ReadOnlySpan<string?> sides)
    {
        HashSet<string>? shared = null;
        foreach (var side in sides)
        {
            if (side is null) continue;
            if (shared is null) shared = Lines(side).ToHashSet(StringComparer.Ordinal);
            else shared.IntersectWith(Lines(side));
        }
        return shared ?? [];
    }

    private static IEnumerable<string> Lines(string? text) => (text ?? "").Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);
}
