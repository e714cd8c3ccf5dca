using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Compiles maps beside the ones in use and proves each by reading the whole table back; only then they take their names.</summary>
/// <remarks>
/// postmap(1) may end with 0 and be wrong: duplicate keys, missing values and bad bytes only warn, lmdb is silent on a full disk.
/// cdb tables cannot be listed (<c>postmap -s</c> ends with "sequence operation is not supported"): the file itself is read (<see cref="CdbTable"/>).
/// </remarks>
internal static class MapCompiler
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The name under which a map is built.</summary>
    public static string NextOf(string path) => path + ".next";

    /// <summary>Compiles <c>path.next</c> and compares the table with the source.</summary>
    /// <exception cref="HostCommandException">postmap failed, warned, or the table is not the source.</exception>
    public static async Task BuildAsync(IMailHost reach, Host host, MapType type, RenderedFile file, CancellationToken ct)
    {
        var table = await CompileAsync(reach, host, type, file.Path, strict: true, ct);
        var rows = file.Content[(file.Content.Span.IndexOf((byte)'\n') + 1)..];
        if (type.Name == "cdb")
        {
            var compiled = await reach.ReadAsync(NextOf(file.Path) + type.Suffix, ct);
            if (CdbTable.Fault(compiled is null ? default : compiled.Content.Span, rows.Span) is { } fault)
                throw new HostCommandException(["postmap", table], $"{Path.GetFileName(file.Path)} was compiled, but the table does not hold what its source says: {fault}.");
            return;
        }
        string[] list = ["postmap", "-c", host.PostfixDirectory, "-s", table];
        var back = await reach.RunAsync(list, timeout: Patience, ct: ct);
        if (!IsSame(rows.Span, back.Output))
            throw new HostCommandException(list, $"{Path.GetFileName(file.Path)} was compiled, but the table does not hold what its source says. {back.Error.Trim()}", back);
    }

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
