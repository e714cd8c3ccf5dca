using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Carries changes out on a host, and back.</summary>
/// <remarks>
/// The order keeps mail safe at each moment: users come before the maps that send them mail, and go after them; maps are built and
/// proven beside the ones in use, so that what can fail has failed before anything is in use.
/// </remarks>
internal sealed class HostWriter(IMailHost reach, Host host, MapType type)
{
    private readonly HashSet<string> _installed = new(StringComparer.Ordinal);

    /// <summary>True when a map was put in use, or nearly.</summary>
    public bool HasInstalled => _installed.Count > 0;

    /// <summary>Makes the files as they should be.</summary>
    /// <param name="come">Told of the passwd-files that were written before the maps.</param>
    public async Task ApplyAsync(IReadOnlyList<FileChange> changes, Func<string, string, Func<Task>, Task> step, Action<IReadOnlyList<FileChange>> come, CancellationToken ct)
    {
        var passwd = changes.Where(c => c.Kind == RenderedKind.PasswdFile).ToList();
        var coming = passwd.Where(c => c.Desired is not null && (c.Rows.Removed.Count == 0 || c.Rows.Added.Count + c.Rows.Changed.Count > 0)).ToList();
        var going = passwd.Where(c => c.Desired is not null).Except(coming).ToList();
        var gone = passwd.Where(c => c.Desired is null).ToList();
        var maps = InOrder(changes.Where(c => c.Kind == RenderedKind.PostfixMap));

        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Under other names, beside the ones in use: only to take their names they wait for the passwd-files.
        var building = maps.Count > 0 ? BuildAsync([.. maps.Select(c => c.Desired!)], lifetime.Token) : Task.CompletedTask;
        try
        {
            if (coming.Count > 0)
                await step("written", Counted(coming.Count, "passwd-file written", "passwd-files written"), () => reach.WriteAsync([.. coming.Select(c => Write(c.Desired!))], ct));
            come(coming);
            if (maps.Count > 0) await step("compiled", $"{Counted(maps.Count, "map", "maps")} compiled and read back ({type.Name})", () => building);
        }
        finally
        {
            await lifetime.CancelAsync();
            await building.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (maps.Count > 0)
        {
            await step("installed", $"{Counted(maps.Count, "map", "maps")} put in use", async () =>
            {
                foreach (var map in maps)
                {
                    _installed.Add(map.Path);
                    await MapCompiler.InstallAsync(reach, type, map.Path, ct);
                }
            });
        }
        if (going.Count > 0)
            await step("written", Counted(going.Count, "passwd-file shortened", "passwd-files shortened"), () => reach.WriteAsync([.. going.Select(c => Write(c.Desired!))], ct));
        if (gone.Count > 0)
            await step("removed", Counted(gone.Count, "passwd-file removed", "passwd-files removed"), async () =>
            {
                foreach (var file in gone) await reach.DeleteAsync(file.Path, ct);
            });
    }

    /// <summary>Puts former contents back. A file that still is what it was stays untouched; the compiled forms are made anew.</summary>
    /// <param name="afterCrash">True: nothing is known of how far the run came.</param>
    public async Task RestoreAsync(IReadOnlyList<FormerFile> files, bool afterCrash, CancellationToken ct)
    {
        var writes = new List<HostFileWrite>();
        var maps = new List<RenderedFile>();
        foreach (var file in files)
        {
            var now = await reach.ReadAsync(file.Path, ct);
            if (file.Content is not { } content) continue;
            if (file.Kind == RenderedKind.PostfixMap && !afterCrash && !_installed.Contains(file.Path)) continue;
            if (file.Kind == RenderedKind.PostfixMap) maps.Add(new RenderedFile(file.Path, file.Kind, content, file.Mode, file.Owner, file.Group, RowCount(content.Span)));
            else if (now is null || !now.Content.Span.SequenceEqual(content.Span) || now.Info.Mode != file.Mode) writes.Add(new HostFileWrite(file.Path, content, file.Mode, file.Owner, file.Group) { AdvanceModifiedSecond = true });
        }
        if (writes.Count > 0) await reach.WriteAsync(writes, ct);
        if (maps.Count > 0)
        {
            await reach.WriteAsync([.. maps.Select(MapCompiler.SourceOf)], ct);
            foreach (var map in maps)
            {
                await MapCompiler.CompileAsync(reach, host, type, map.Path, strict: false, ct);
                await MapCompiler.InstallAsync(reach, type, map.Path, ct);
            }
        }
        foreach (var file in files.Where(f => f.Content is null))
        {
            await reach.DeleteAsync(file.Path, ct);
            if (file.Kind == RenderedKind.PostfixMap) await reach.DeleteAsync(file.Path + type.Suffix, ct);
        }
        await CleanAsync([.. files.Where(f => f.Kind == RenderedKind.PostfixMap).Select(f => f.Path)], ct);
    }

    /// <summary>Removes what unfinished builds left.</summary>
    public async Task CleanAsync(IReadOnlyList<string> maps, CancellationToken ct)
    {
        foreach (var path in maps) await MapCompiler.CleanAsync(reach, type, path, ct);
    }

    private async Task BuildAsync(IReadOnlyList<RenderedFile> maps, CancellationToken ct)
    {
        // The largest first, each on one core.
        await Parallel.ForEachAsync(maps.OrderByDescending(m => m.Content.Length), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = ct },
            async (map, token) => await MapCompiler.BuildAsync(reach, host, type, map, token));
    }

    private List<FileChange> InOrder(IEnumerable<FileChange> maps)
    {
        var order = HostFiles.MapPaths(host);
        return [.. maps.OrderBy(c => Array.IndexOf([.. order], c.Path))];
    }

    private static HostFileWrite Write(RenderedFile file) => new(file.Path, file.Content, file.Mode, file.Owner, file.Group) { AdvanceModifiedSecond = true };

    private static string Counted(int count, string one, string several) => count == 1 ? $"1 {one}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {several}");

    private static int RowCount(ReadOnlySpan<byte> content) => content.Count((byte)'\n');
}

/// <summary>A file as it was before a run.</summary>
/// <param name="Content">All bytes; null when it was not there.</param>
internal sealed record FormerFile(string Path, RenderedKind Kind, ReadOnlyMemory<byte>? Content, UnixFileMode Mode, string Owner, string Group);
