using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Compiles maps beside the ones in use and proves each by reading the whole table back; only then they take their names.</summary>
/// <remarks>
/// postmap(1) may end with 0 and be wrong: duplicate keys, missing values and bad bytes only warn, lmdb is silent on a full disk.
/// cdb tables cannot be listed (<c>postmap -s</c> ends with "sequence operation is not supported"): the file itself is read (<see cref="CdbTable"/>), and postmap is asked
/// for a sample. They are also compiled here (<see cref="CdbWriter"/>): the same bytes as postmap's, at a fraction of its cost. Former contents, which may be a hand's, are left to postmap.
/// </remarks>
internal static class MapCompiler
{
    private const int Sample = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The name under which a map is built.</summary>
    public static string NextOf(string path) => path + ".next";

    /// <summary>Writes <c>path.next</c> and its compiled form, and compares the table with the source.</summary>
    /// <exception cref="HostCommandException">postmap failed, warned, or the table is not the source.</exception>
    public static async Task BuildAsync(IMailHost reach, Host host, MapType type, RenderedFile file, CancellationToken ct)
    {
        var source = SourceOf(file);
        var rows = file.Content[(file.Content.Span.IndexOf((byte)'\n') + 1)..];
        if (type.Name == "cdb")
        {
            await reach.WriteAsync([source, source with { Path = source.Path + type.Suffix, Content = CdbWriter.Compile(rows.Span) }], ct);
            await ProveAsync(reach, host, type, file, rows, ct);
            return;
        }
        await reach.WriteAsync([source], ct);
        await CompileAsync(reach, host, type, file.Path, strict: true, ct);
        string[] list = ["postmap", "-c", host.PostfixDirectory, "-s", type.Table(source.Path)];
        var back = await reach.RunAsync(list, timeout: Patience, ct: ct);
        if (!IsSame(rows.Span, back.Output)) throw Differs(list, file, back.Error.Trim(), back);
    }

    /// <summary>The source as it is built upon.</summary>
    public static HostFileWrite SourceOf(RenderedFile file) => new(NextOf(file.Path), file.Content, file.Mode, file.Owner, file.Group);

    /// <summary>Compiles <c>path.next</c> without proof.</summary>
    /// <param name="strict">True: a warning is a failure. False: for former contents, which may be a hand's.</param>
    /// <returns>The table's name.</returns>
    /// <exception cref="HostCommandException">postmap failed.</exception>
    public static async Task<string> CompileAsync(IMailHost reach, Host host, MapType type, string path, bool strict, CancellationToken ct)
    {
        var table = type.Table(NextOf(path));
        string[] build = ["postmap", "-c", host.PostfixDirectory, table];
        var built = await reach.RunAsync(build, timeout: Patience, ct: ct);
        if (!built.Succeeded || strict && built.Error.AsSpan().Trim().Length > 0)
            throw new HostCommandException(build, $"{Path.GetFileName(path)} could not be compiled: {built.Error.Trim()}", built);
        return table;
    }

    /// <summary>Gives the built map its name: the compiled form first, so that it is never older than its source.</summary>
    public static async Task InstallAsync(IMailHost reach, MapType type, string path, CancellationToken ct)
    {
        await reach.MoveAsync(NextOf(path) + type.Suffix, path + type.Suffix, ct);
        await reach.MoveAsync(NextOf(path), path, ct);
    }

    /// <summary>Removes what an unfinished build left.</summary>
    public static async Task CleanAsync(IMailHost reach, MapType type, string path, CancellationToken ct)
    {
        await reach.DeleteAsync(NextOf(path), ct);
        await reach.DeleteAsync(NextOf(path) + type.Suffix, ct);
        await reach.DeleteAsync($"{NextOf(path)}{type.Suffix}.tmp", ct);
    }

    // Every row by the file's own form; and whether Postfix takes it for the same, by some of the rows.
    private static async Task ProveAsync(IMailHost reach, Host host, MapType type, RenderedFile file, ReadOnlyMemory<byte> rows, CancellationToken ct)
    {
        string[] ask = ["postmap", "-c", host.PostfixDirectory, "-q", "-", type.Table(NextOf(file.Path))];
        var compiled = await reach.ReadAsync(NextOf(file.Path) + type.Suffix, ct);
        if (CdbTable.Fault(compiled is null ? default : compiled.Content.Span, rows.Span) is { } fault) throw Differs(ask, file, fault + ".", null);
        var (keys, answers) = SampleOf(rows.Span, Math.Max(1, file.Entries / Sample));
        var asked = await reach.RunAsync(ask, keys, Patience, ct);
        // postmap ends with 1 when a key is unknown, and when it was asked for none.
        if (asked.Output != answers || asked.Error.AsSpan().Trim().Length > 0) throw Differs(ask, file, $"Postfix answers something else. {asked.Error.Trim()}", asked);
    }

    private static (byte[] Keys, string Answers) SampleOf(ReadOnlySpan<byte> rows, int every)
    {
        var (keys, answers, n) = (new List<byte>(), new StringBuilder(), 0);
        foreach (var range in rows.Split((byte)'\n'))
        {
            if (n++ % every != 0 || rows[range] is not { Length: > 0 } row) continue;
            keys.AddRange(row[..row.IndexOf((byte)'\t')]);
            keys.Add((byte)'\n');
            answers.Append(Encoding.ASCII.GetString(row)).Append('\n');
        }
        return ([.. keys], answers.ToString());
    }

    private static HostCommandException Differs(string[] command, RenderedFile file, string how, CommandResult? result) =>
        new(command, $"{Path.GetFileName(file.Path)} was compiled, but the table does not hold what its source says: {how}".TrimEnd(), result);

    private static bool IsSame(ReadOnlySpan<byte> rows, string output)
    {
        if (Ascii.Equals(rows, output)) return true;
        // Some table types list in an order of their own.
        var expected = Encoding.ASCII.GetString(rows).Split('\n');
        var found = output.Split('\n');
        Array.Sort(expected, StringComparer.Ordinal);
        Array.Sort(found, StringComparer.Ordinal);
        return expected.AsSpan().SequenceEqual(found);
    }
}
