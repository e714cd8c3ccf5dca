using System.Text.Json;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Finds what has to be rendered for the changes that a host does not serve yet: passwd-files, and the domains whose rows in the maps may be others now.</summary>
internal sealed class ChangedScope(MailAdminContext db, Host host, DateTimeOffset now)
{
    // Beyond this many changed objects everything is rendered: reading them one by one would cost more.
    private const int MostVersions = 5000;

    // Beyond this many domains the maps are rendered whole.
    private const int MostDomains = 64;

    // An alias may expire between the reading of a run and its journal entry.
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mailboxes = new(StringComparer.Ordinal);

    public async Task<RenderScope> ReadAsync(CancellationToken ct)
    {
        if (host.AppliedRevision == 0) return RenderScope.All;
        var versions = await db.ObjectVersions.AsNoTracking().Where(v => v.HostId == host.Id && v.Revision > host.AppliedRevision).OrderBy(v => v.Id)
            .Select(v => new { v.Revision, v.Kind, v.Key, v.Before }).Take(MostVersions + 1).ToListAsync(ct);
        // A revision that names no object (a host's setting, the passing of time) may concern any file.
        if (versions.Count > MostVersions || versions.Select(v => v.Revision).Distinct().Count() != host.DesiredRevision - host.AppliedRevision) return RenderScope.All;

        var (maps, unknown) = (false, false);
        var passwd = new HashSet<string>(StringComparer.Ordinal);
        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in versions.GroupBy(v => (v.Kind, v.Key)))
        {
            var (kind, key) = group.Key;
            var name = DomainOf(key);
            if (kind == "mailbox")
            {
                passwd.Add(name);
                if (!await TouchesMapsAsync(key, group.First().Before, ct)) continue;
                _mailboxes.Add(key);
            }
            else if (kind == "domain")
            {
                passwd.Add(name);
                domains.Add(name);
            }
            else
            {
                unknown |= kind != "alias";
            }
            maps = true;
            _names.Add(name);
        }
        var ids = (await db.Domains.Where(d => passwd.Contains(d.Name)).Select(d => d.Id).ToListAsync(ct)).ToHashSet();
        if (!maps || unknown) return new RenderScope(maps, ids);
        return new RenderScope(true, ids) { MapDomains = await WidenAsync(domains, ct) ? _names : null };
    }

    // Whoever names what changed has other rows too: aliases that lead to a mailbox, addresses that it may send as, alias domains.
    private async Task<bool> WidenAsync(HashSet<string> changed, CancellationToken ct)
    {
        var all = await db.Domains.AsNoTracking().Where(d => d.HostId == host.Id).Select(d => new { d.Id, d.Name, d.AliasOfId }).ToListAsync(ct);
        var byId = all.ToDictionary(d => d.Id);
        var links = all.Where(d => d.AliasOfId is not null && byId.ContainsKey(d.AliasOfId.Value)).Select(d => (d.Name, Of: byId[d.AliasOfId!.Value].Name)).ToList();
        // A domain that is no more took its mailboxes along; who named them is not known any more.
        if (changed.Count > 0 && !changed.IsSubsetOf(all.Select(d => d.Name))) return false;
        Link(changed, links);
        var ids = all.Where(d => changed.Contains(d.Name)).Select(d => d.Id).ToList();
        _names.UnionWith(changed);

        var since = await db.Generations.Where(g => g.HostId == host.Id && g.State == GenerationState.Served && g.Files.Any(f => f.Path.StartsWith(host.ManagedDirectory + "/postfix/")))
            .OrderByDescending(g => g.Id).Select(g => (DateTimeOffset?)g.StartedAt).FirstOrDefaultAsync(ct);
        DateTimeOffset from = since is null ? DateTimeOffset.MinValue : since.Value - ExpiryMargin;
        var naming = (from t in db.AliasTargets where _mailboxes.Contains(t.Target) join a in db.Aliases on t.AliasId equals a.Id select a.DomainId)
            .Union(from m in db.Mailboxes where ids.Contains(m.DomainId) join t in db.AliasTargets on m.Address equals t.Target join a in db.Aliases on t.AliasId equals a.Id select a.DomainId)
            .Union(from a in db.Aliases where a.TrashedUntil == null && a.ExpiresAt > @from && a.ExpiresAt <= now select a.DomainId);
        foreach (var id in await naming.ToListAsync(ct))
            if (byId.TryGetValue(id, out var domain)) _names.Add(domain.Name);
        var senders = from m in db.Mailboxes where ids.Contains(m.DomainId) || _mailboxes.Contains(m.Address) join r in db.SenderRights on m.Id equals r.MailboxId select r.Sender;
        foreach (var sender in await senders.Distinct().ToListAsync(ct)) _names.Add(DomainOf(sender));

        Link(_names, links);
        return _names.Count <= MostDomains;
    }

    // A domain and its alias domains show each other's addresses.
    private static void Link(HashSet<string> names, IReadOnlyList<(string Name, string Of)> links)
    {
        for (var before = -1; before != names.Count;)
        {
            before = names.Count;
            foreach (var (name, of) in links)
                if (names.Contains(name) || names.Contains(of)) names.UnionWith([name, of]);
        }
    }

    // Password, quota, name and note stand in no map.
    private async Task<bool> TouchesMapsAsync(string address, string? before, CancellationToken ct)
    {
        var former = before is null ? null : JsonSerializer.Deserialize<Marks>(before, JsonSerializerOptions.Web);
        var now = await db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).SingleOrDefaultAsync(m => m.Address == address, ct);
        if (former is { SenderRights: { } rights } && now is not null && former.State == now.State && former.TrashedUntil is null == now.TrashedUntil is null
            && rights.Order(StringComparer.Ordinal).SequenceEqual(now.SenderRights.Select(r => r.Sender).Order(StringComparer.Ordinal))) return false;
        foreach (var sender in former?.SenderRights ?? []) _names.Add(DomainOf(sender));
        return true;
    }

    private static string DomainOf(string address) => address[(address.IndexOf('@') + 1)..];

    private sealed record Marks(MailboxState State, DateTimeOffset? TrashedUntil, List<string>? SenderRights);
}
