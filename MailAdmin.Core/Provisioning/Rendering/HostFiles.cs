using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>All files that a snapshot yields. Pure: same snapshot, same bytes.</summary>
public static class HostFiles
{
    /// <summary>The files of the snapshot's scope: passwd-files by domain name, then maps.</summary>
    /// <exception cref="UnrepresentableException">A record does not fit into its file; nothing may be written.</exception>
    public static async Task<IReadOnlyList<RenderedFile>> RenderAsync(Snapshot snapshot, CancellationToken ct)
    {
        var maps = !snapshot.Scope.Maps ? [] : new Func<Snapshot, RenderedFile>[]
        {
            SenderLoginMaps.Render, VirtualAliasMaps.Render, VirtualMailboxMaps.Render, RecipientAccess.Render, VirtualMailboxDomains.Render,
        };
        var rendering = maps.Select(render => Task.Run(() => render(snapshot), ct)).ToList();
        var domains = snapshot.Domains.Where(d => d.AliasOf is null && snapshot.Scope.Has(d.Id)).ToList();
        var passwd = await Task.WhenAll(domains.Chunk(Math.Max(1, domains.Count / 4)).Select(some => Task.Run(() => some.Select(d => PasswdFile.Render(snapshot.Host, d)).ToList(), ct)));
        var rendered = await Task.WhenAll(rendering);
        return [.. passwd.SelectMany(some => some), .. rendered.OrderBy(Order)];
    }

    // Access and senders first, the domains last: a domain becomes ours when its mailboxes are known.
    private static int Order(RenderedFile file) => Array.IndexOf(InOrder, Path.GetFileName(file.Path));

    private static readonly string[] InOrder = [RecipientAccess.Name, SenderLoginMaps.Name, VirtualMailboxMaps.Name, VirtualAliasMaps.Name, VirtualMailboxDomains.Name];

    /// <summary>The order in which maps take their names, as full paths.</summary>
    public static IReadOnlyList<string> MapPaths(Hosts.Host host) => [.. InOrder.Select(name => BaselineLayout.Map(host, name))];
}
