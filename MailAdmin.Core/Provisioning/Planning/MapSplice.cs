using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Puts the rows of a few domains into the present text of a map, in place of those it has of them. The result is what rendering all domains would give.</summary>
internal static class MapSplice
{
    /// <summary>The maps as they are; null when one of them is not, byte for byte, what MailAdmin last wrote: then nothing may be built upon it.</summary>
    public static async Task<IReadOnlyDictionary<string, HostFile>?> PresentAsync(IMailHost reach, Host host, IReadOnlyDictionary<string, AppliedFile> applied, CancellationToken ct)
    {
        var header = Encoding.ASCII.GetBytes(Lines.Header);
        var present = await Task.WhenAll(Spliced(host).Select(path => Task.Run(async () =>
            applied.TryGetValue(path, out var known) && await reach.ReadAsync(path, ct) is { } file && file.Content.Span.StartsWith(header) && LineDifference.HashOf(file.Content) == known.Hash ? file : null, ct)));
        return present.Contains(null) ? null : present.ToDictionary(file => file!.Info.Path, file => file!, StringComparer.Ordinal);
    }

    /// <summary>The whole map from its present text and the rows of some domains.</summary>
    /// <param name="rows">The map, rendered for these domains only.</param>
    /// <param name="names">The domains.</param>
    /// <param name="entries">How many rows the present text has.</param>
    public static (RenderedFile File, LineDifference Difference) Apply(HostFile present, RenderedFile rows, IReadOnlySet<string> names, int entries)
    {
        var byLength = names.ToLookup(name => name.Length, Encoding.ASCII.GetBytes);
        var some = new byte[254][][];
        foreach (var group in byLength)
            if (group.Key < some.Length) some[group.Key] = [.. group];
        var (difference, change) = LineDifference.Replacing(present.Content, rows.Content, line => IsOf(line, some));
        var content = difference.IsEmpty ? present.Content : difference.Forward(present.Content);
        return (rows with { Content = content, Entries = entries + change }, difference);
    }

    // The domains themselves are few: that map is always rendered whole.
    private static IEnumerable<string> Spliced(Host host) => HostFiles.MapPaths(host).Where(path => Path.GetFileName(path) != VirtualMailboxDomains.Name);

    private static bool IsOf(ReadOnlySpan<byte> line, byte[]?[]?[] names)
    {
        var key = line[..line.IndexOf((byte)'\t')];
        var name = key[(key.LastIndexOf((byte)'@') + 1)..];
        if (name.Length >= names.Length || names[name.Length] is not { } some) return false;
        foreach (var one in some)
            if (name.SequenceEqual(one)) return true;
        return false;
    }
}

/// <summary>A map that was spliced: what it was, and how it differs.</summary>
internal sealed record SplicedMap(HostFile Existing, string Hash, LineDifference Difference);
