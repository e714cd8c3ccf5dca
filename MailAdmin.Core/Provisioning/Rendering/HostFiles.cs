using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>All files that a snapshot yields. Pure: same snapshot, same bytes.</summary>
public static class HostFiles
{
    /// <summary>The files of the snapshot's scope: passwd-files by domain name, then maps.</summary>
    /// <exception cref="UnrepresentableException">A record does not fit into its file; nothing may be written.</exception>
    public static Task<IReadOnlyList<RenderedFile>> RenderAsync(Snapshot snapshot, CancellationToken ct) =>
        RenderAsync(snapshot, RenderPasswdAsync(snapshot.Host, snapshot.Scope, snapshot.Domains, ct), ct);

    /// <summary>The same, where the passwd-files are under way already.</summary>
    internal static async Task<IReadOnlyList<RenderedFile>> RenderAsync(Snapshot snapshot, Task<IReadOnlyList<RenderedFile>> passwd, CancellationToken ct)
    {
        var maps = !snapshot.Scope.Maps ? [] : new Func<Snapshot, RenderedFile>[]
        {
            SenderLoginMaps.Render, VirtualAliasMaps.Render, VirtualMailboxMaps.Render, RecipientAccess.Render, VirtualMailboxDomains.Render,
        };
        var rendering = Task.WhenAll(maps.Select(render => Task.Run(() => render(snapshot), ct)));
        await Task.WhenAll(passwd, rendering);   // of several objections the one of a passwd-file is told
        return [.. await passwd, .. (await rendering).OrderBy(Order)];
    }

    /// <summary>The passwd-files alone, which need the mailboxes and not the aliases.</summary>
    internal static async Task<IReadOnlyList<RenderedFile>> RenderPasswdAsync(Hosts.Host host, RenderScope scope, IReadOnlyList<SnapshotDomain> domains, CancellationToken ct)
    {
        var own = domains.Where(d => d.AliasOf is null && scope.Has(d.Id)).ToList();
        var files = await Task.WhenAll(own.Chunk(Math.Max(1, own.Count / 4)).Select(some => Task.Run(() => some.Select(d => PasswdFile.Render(host, d)).ToList(), ct)));
        return [.. files.SelectMany(some => some)];
    }

    // Access and senders first, the domains last: a domain becomes ours when its mailboxes are known.
    private static int Order(RenderedFile file) => Array.IndexOf(InOrder, Path.GetFileName(file.Path));

    private static readonly string[] InOrder = [RecipientAccess.Name, SenderLoginMaps.Name, VirtualMailboxMaps.Name, VirtualAliasMaps.Name, VirtualMailboxDomains.Name];

    /// <summary>The order in which maps take their names, as full paths.</summary>
    public static IReadOnlyList<string> MapPaths(Hosts.Host host) => [.. InOrder.Select(name => BaselineLayout.Map(host, name))];
}
