using System.Collections.Concurrent;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Reads from the database what should be on a host, all of it or what changed since the host was last seen to serve it.</summary>
internal sealed class DesiredStates(HostInspector inspector, TimeProvider time)
{
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
    /// <param name="reach">The host, whose present maps are built upon where little changed.</param>
    /// <param name="whole">True: every file. False: those that changed since <see cref="Host.AppliedRevision"/>.</param>
    public async Task<DesiredState> ReadAsync(MailAdminContext db, Host host, IMailHost reach, bool whole, CancellationToken ct)
    {
        host.Capabilities = await CapabilitiesAsync(host, ct);
        var now = time.GetUtcNow();
        var scope = whole ? RenderScope.All : await new ChangedScope(db, host, now).ReadAsync(ct);
        var applied = await db.Set<AppliedFile>().AsNoTracking().Where(f => f.HostId == host.Id).ToDictionaryAsync(f => f.Path, StringComparer.Ordinal, ct);
        var present = scope.MapDomains is null ? null : await MapSplice.PresentAsync(reach, host, applied, ct);
        if (present is null) scope = scope with { MapDomains = null };
        var (snapshot, files) = await RenderAsync(db, host, scope, now, ct);
        var hasDomains = snapshot.Domains.Count > 0 || await db.Domains.AnyAsync(d => d.HostId == host.Id, ct);
        if (present is null) return new DesiredState(snapshot, host.DesiredRevision, files, applied, hasDomains);

        var spliced = await Task.WhenAll(files.Where(f => present.ContainsKey(f.Path)).Select(f => Task.Run(() => MapSplice.Apply(present[f.Path], f, scope.MapDomains!, applied[f.Path].Entries), ct)));
        var wholeFiles = spliced.ToDictionary(s => s.File.Path, s => s.File, StringComparer.Ordinal);
        return new DesiredState(snapshot, host.DesiredRevision, [.. files.Select(f => wholeFiles.GetValueOrDefault(f.Path, f))], applied, hasDomains)
        {
            Spliced = spliced.ToDictionary(s => s.File.Path, s => new SplicedMap(present[s.File.Path], applied[s.File.Path].Hash, s.Difference), StringComparer.Ordinal),
        };
    }

    private static async Task<(Snapshot, IReadOnlyList<RenderedFile>)> RenderAsync(MailAdminContext db, Host host, RenderScope scope, DateTimeOffset now, CancellationToken ct)
    {
        Task<IReadOnlyList<RenderedFile>> mailboxes = Task.FromResult<IReadOnlyList<RenderedFile>>([]);
        try
        {
            // Aliases take as long to read as mailboxes to render.
            var snapshot = await Snapshot.ReadAsync(db, host, scope, now, half => mailboxes = HostFiles.RenderMailboxesAsync(half, ct), ct);
            return (snapshot, await HostFiles.RenderAsync(snapshot, mailboxes, ct));
        }
        finally
        {
            await ((Task)mailboxes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // whoever failed, nothing goes on behind
        }
    }

    /// <summary>What the daemons can do: as stored, or asked once.</summary>
    public async Task<HostCapabilities> CapabilitiesAsync(Host host, CancellationToken ct)
    {
        if (host.Capabilities is { } stored) return stored;
        if (_capabilities.TryGetValue(host.Id, out var known)) return known;
        return _capabilities[host.Id] = await inspector.InspectAsync(host, ct);
    }
}
