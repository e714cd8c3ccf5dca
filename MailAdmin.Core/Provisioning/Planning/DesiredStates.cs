using System.Collections.Concurrent;
using System.Text.Json;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Reads from the database what should be on a host, all of it or what changed since the host was last seen to serve it.</summary>
internal sealed class DesiredStates(HostInspector inspector, TimeProvider time)
{
    // Beyond this many changed objects everything is rendered: reading them one by one would cost more.
    private const int MostVersions = 5000;

    private readonly ConcurrentDictionary<int, HostCapabilities> _capabilities = new();

    /// <summary>Opens a read transaction, so that everything read through the context is of one moment.</summary>
    public static async Task<SqliteTransaction> BeginReadAsync(MailAdminContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(transaction, ct);
        return transaction;
    }

    /// <summary>What should be on the host.</summary>
    /// <param name="db">Inside a transaction.</param>
    /// <param name="whole">True: every file. False: those that changed since <see cref="Host.AppliedRevision"/>.</param>
    public async Task<DesiredState> ReadAsync(MailAdminContext db, Host host, bool whole, CancellationToken ct)
    {
        host.Capabilities = await CapabilitiesAsync(host, ct);
        var scope = whole ? RenderScope.All : await ScopeAsync(db, host, ct);
        var snapshot = await Snapshot.ReadAsync(db, host, scope, time.GetUtcNow(), ct);
        var applied = await db.Set<AppliedFile>().AsNoTracking().Where(f => f.HostId == host.Id).ToDictionaryAsync(f => f.Path, StringComparer.Ordinal, ct);
        var hasDomains = snapshot.Domains.Count > 0 || await db.Domains.AnyAsync(d => d.HostId == host.Id, ct);
        return new DesiredState(snapshot, host.DesiredRevision, await HostFiles.RenderAsync(snapshot, ct), applied, hasDomains);
    }

    /// <summary>What the daemons can do: as stored, or asked once.</summary>
    public async Task<HostCapabilities> CapabilitiesAsync(Host host, CancellationToken ct)
    {
        if (host.Capabilities is { } stored) return stored;
        if (_capabilities.TryGetValue(host.Id, out var known)) return known;
        return _capabilities[host.Id] = await inspector.InspectAsync(host, ct);
    }

    private static async Task<RenderScope> ScopeAsync(MailAdminContext db, Host host, CancellationToken ct)
    {
        if (host.AppliedRevision == 0) return RenderScope.All;
        var versions = await db.ObjectVersions.AsNoTracking().Where(v => v.HostId == host.Id && v.Revision > host.AppliedRevision).OrderBy(v => v.Id)
            .Select(v => new { v.Revision, v.Kind, v.Key, v.Before }).Take(MostVersions + 1).ToListAsync(ct);
        // A revision that names no object (a host's setting, the passing of time) may concern any file.
        if (versions.Count > MostVersions || versions.Select(v => v.Revision).Distinct().Count() != host.DesiredRevision - host.AppliedRevision) return RenderScope.All;

        var maps = false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in versions.GroupBy(v => (v.Kind, v.Key)))
        {
            if (group.Key.Kind != "mailbox")
            {
                maps = true;
                if (group.Key.Kind == "domain") names.Add(group.Key.Key);
                continue;
            }
            names.Add(group.Key.Key[(group.Key.Key.IndexOf('@') + 1)..]);
            maps = maps || await TouchesMapsAsync(db, group.Key.Key, group.First().Before, ct);
        }
        var ids = await db.Domains.Where(d => names.Contains(d.Name)).Select(d => d.Id).ToListAsync(ct);
        return new RenderScope(maps, ids.ToHashSet());
    }

    // Password, quota, name and note stand in no map.
    private static async Task<bool> TouchesMapsAsync(MailAdminContext db, string address, string? before, CancellationToken ct)
    {
        if (before is null || await db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).SingleOrDefaultAsync(m => m.Address == address, ct) is not { } now) return true;
        var former = JsonSerializer.Deserialize<Marks>(before, JsonSerializerOptions.Web);
        return former is not { SenderRights: { } rights } || former.State != now.State || former.TrashedUntil is not null != now.TrashedUntil is not null
            || !rights.Order(StringComparer.Ordinal).SequenceEqual(now.SenderRights.Select(r => r.Sender).Order(StringComparer.Ordinal));
    }

    private sealed record Marks(MailboxState State, DateTimeOffset? TrashedUntil, List<string>? SenderRights);
}
