using System.Text;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Adoption;

/// <summary>The rows of a managed file in its three states, by key: as last written, as it should be, as it is. Pure.</summary>
internal sealed class HandEditedFile
{
    private readonly Dictionary<string, string>? _written;
    private readonly Dictionary<string, string> _wanted;
    private readonly Dictionary<string, string> _there;

    /// <summary>Reads the contents.</summary>
    /// <param name="written">As last written; null when it is not known.</param>
    /// <param name="wanted">As it should be; empty when it should not be there.</param>
    public HandEditedFile(string path, RenderedKind kind, ReadOnlyMemory<byte>? written, ReadOnlyMemory<byte> wanted, ReadOnlyMemory<byte> there)
    {
        (Path, Kind) = (path, kind);
        (_written, _wanted, _there) = (written is { } known ? Rows(known) : null, Rows(wanted), Rows(there));
        Remarks = [.. Comments(there).Except(written is { } former ? Comments(former) : Comments(wanted))];
    }

    public string Path { get; }

    public RenderedKind Kind { get; }

    /// <summary>Lines that are no rows and were not written by us.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Rows that a hand edited and that are not as they should be, sorted by key.</summary>
    public IEnumerable<HandEditedRow> Open()
    {
        var before = _written ?? _wanted;
        foreach (var key in before.Keys.Union(_there.Keys).Order(StringComparer.Ordinal))
        {
            var (was, iss, should) = (before.GetValueOrDefault(key), _there.GetValueOrDefault(key), _wanted.GetValueOrDefault(key));
            if (Same(key, was, iss) || Same(key, iss, should)) continue;
            yield return new HandEditedRow(key, was, iss, should);
        }
    }

    // The same in meaning, however it is written.
    private bool Same(string key, string? one, string? other)
    {
        if (one is null || other is null || one == other) return one == other;
        if (Kind == RenderedKind.PasswdFile) return PasswdRow.Means(key, one) is { } meaning && meaning == PasswdRow.Means(key, other);
        // Postfix does not look at what stands beside a domain; we tell alias domains by it.
        if (System.IO.Path.GetFileName(Path) == VirtualMailboxDomains.Name) return one == VirtualMailboxDomains.AliasDomain == (other == VirtualMailboxDomains.AliasDomain);
        return Words(one).SequenceEqual(Words(other));
    }

    internal static string[] Words(string value) => value.ToLowerInvariant().Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);

    private Dictionary<string, string> Rows(ReadOnlyMemory<byte> content)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines(content).Where(IsRow))
        {
            var end = Kind == RenderedKind.PasswdFile ? line.IndexOf(':') : line.IndexOfAny([' ', '\t']);
            // Of several with one key the first: that is the one that Dovecot and Postfix take.
            rows.TryAdd((end < 0 ? line : line[..end]).ToLowerInvariant(), end < 0 ? "" : line[(end + 1)..].Trim());
        }
        return rows;
    }

    private static IEnumerable<string> Comments(ReadOnlyMemory<byte> content) => Lines(content).Where(line => line.Trim().Length > 0 && !IsRow(line) && !line.StartsWith(Hosts.Baseline.BaselineLayout.Header, StringComparison.Ordinal));

    private static IEnumerable<string> Lines(ReadOnlyMemory<byte> content) => LineDifference.Split(content).Select(line => Encoding.UTF8.GetString(line.Span).TrimEnd('\n', '\r'));

    private static bool IsRow(string line) => line.Trim().Length > 0 && line[0] is not ('#' or ' ' or '\t');
}

/// <summary>One row of a managed file that a hand edited.</summary>
/// <param name="Key">Its key, lower case.</param>
/// <param name="Was">What followed the key when it was last written, or what should follow when that is not known; null when there was no row.</param>
/// <param name="Is">What follows it now; null when the row is gone.</param>
/// <param name="Should">What should follow it; null when there should be no row.</param>
internal sealed record HandEditedRow(string Key, string? Was, string? Is, string? Should)
{
    public HandEditKind Kind => Was is null ? HandEditKind.Added : Is is null ? HandEditKind.Removed : HandEditKind.Changed;
}
