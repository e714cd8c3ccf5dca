using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>All files that a snapshot yields. Pure: same snapshot, same bytes.</summary>
public static class HostFiles
{
    /// <summary>The files of the snapshot's scope: passwd-files by domain name, then maps.</summary>
    /// <exception cref="UnrepresentableException">A record does not fit into its file; nothing may be written.</exception>
    public static Task<IReadOnlyList<RenderedFile>> RenderAsync(Snapshot snapshot, CancellationToken ct) => RenderAsync(snapshot, RenderMailboxesAsync(snapshot, ct), ct);

    /// <summary>The same, where <see cref="RenderMailboxesAsync"/> is under way already.</summary>
    internal static async Task<IReadOnlyList<RenderedFile>> RenderAsync(Snapshot snapshot, Task<IReadOnlyList<RenderedFile>> mailboxes, CancellationToken ct)
    {
        var maps = !snapshot.Scope.Maps ? [] : new Func<Snapshot, RenderedFile>[] { SenderLoginMaps.Render, VirtualAliasMaps.Render, RecipientAccess.Render, VirtualMailboxDomains.Render };
        var rendering = Task.WhenAll(maps.Select(render => Task.Run(() => render(snapshot), ct)));
        // Of several objections the one of a passwd-file is told; the others have ended by then.
        await Task.WhenAll(mailboxes, rendering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. (await mailboxes).Concat(await rendering).OrderBy(Order)];
    }

    /// <summary>The files that need mailboxes and not aliases: passwd-files and the map of those who receive.</summary>
    internal static async Task<IReadOnlyList<RenderedFile>> RenderMailboxesAsync(Snapshot snapshot, CancellationToken ct)
    {
        var map = Task.Run(() => snapshot.Scope.Maps ? [VirtualMailboxMaps.Render(snapshot)] : Array.Empty<RenderedFile>(), ct);
        var domains = snapshot.Domains.Where(d => d.AliasOf is null && snapshot.Scope.Has(d.Id)).ToList();
        var passwd = Task.WhenAll(domains.Chunk(Math.Max(1, domains.Count / 4)).Select(some => Task.Run(() => some.Select(d => PasswdFile.Render(snapshot.Host, d)).ToList(), ct)));
        await Task.WhenAll(passwd, map).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. (await passwd).SelectMany(some => some), .. await map];
    }

    // Passwd-files before all; then access and senders first, the domains last: a domain becomes ours when its mailboxes are known.
    private static int Order(RenderedFile file) => file.Kind == RenderedKind.PasswdFile ? -1 : Array.IndexOf(InOrder, Path.GetFileName(file.Path));

    private static readonly string[] InOrder = [RecipientAccess.Name, SenderLoginMaps.Name, VirtualMailboxMaps.Name, VirtualAliasMaps.Name, VirtualMailboxDomains.Name];

    /// <summary>The order in which maps take their names, as full paths.</summary>
    public static IReadOnlyList<string> MapPaths(Hosts.Host host) => [.. InOrder.Select(name => BaselineLayout.Map(host, name))];
}
