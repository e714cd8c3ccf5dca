using System.Collections.Concurrent;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.ClientSetup;

/// <summary>A hosted domain with its answers made ready.</summary>
/// <param name="Settings">What clients need to know.</param>
/// <param name="HostId">The host that serves it.</param>
/// <param name="Autoconfig">The file config-v1.1.xml; null when there is nowhere to read or to send mail at the moment.</param>
/// <param name="Seen">The host's doors as they were seen from outside; empty when nobody looked lately.</param>
public sealed record ClientDomain(ClientSettings Settings, int HostId, byte[]? Autoconfig, IReadOnlyList<SeenDoor> Seen);

/// <summary>The hosted domains as clients ask for them, kept in memory until the database changes.</summary>
public sealed class ClientDirectory(IDbContextFactory<MailAdminContext> factory, DataDirectory directory, ISeenServices seen, TimeProvider time) : IDisposable
{
    // Strangers choose the names that are asked for: what is kept about those that are not here is bounded.
    private const int MostKept = 10_000;

    // What was seen from outside may change without the database.
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly DatabaseVersion _version = new(directory);
    private Kept _kept = new(-1, -1, 0);

    /// <summary>A domain that is hosted here and not in trash, alias domains too.</summary>
    /// <param name="name">Its name as somebody wrote it: Unicode or A-label, any case.</param>
    /// <returns>Null when it is not here.</returns>
    public async ValueTask<ClientDomain?> FindAsync(string name, CancellationToken ct)
    {
        if (name.Length is 0 or > 255) return null;
        // Read before the database is: what is kept can then only be newer than its number says, never older.
        var (version, looks) = (_version.Read(), seen.Version);
        var kept = _kept;
        if (kept.Version != version || kept.Looks != looks || time.GetElapsedTime(kept.Since) > KeptFor || kept.Domains.Count > MostKept) _kept = kept = new Kept(version, looks, time.GetTimestamp());
        if (kept.Domains.TryGetValue(name, out var known)) return known;
        var found = await ReadAsync(name, ct);
        kept.Domains[name] = found;
        return found;
    }

    /// <inheritdoc />
    public void Dispose() => _version.Dispose();

    private async Task<ClientDomain?> ReadAsync(string name, CancellationToken ct)
    {
        if (!DomainName.TryParse(name, out var domain, out _)) return null;
        var text = domain.ToString();
        await using var db = await factory.CreateDbContextAsync(ct);
        var row = await db.Domains.AsNoTracking().Where(d => d.Name == text && d.TrashedUntil == null)
            .Join(db.Hosts, d => d.HostId, h => h.Id, (d, h) => new { HostId = h.Id, h.Name, h.Ports, AliasOf = db.Domains.Where(o => o.Id == d.AliasOfId).Select(o => o.Name).SingleOrDefault() })
            .SingleOrDefaultAsync(ct);
        if (row is null) return null;
        var doors = await seen.ReadAsync(row.HostId, row.Ports, ct);
        var settings = ClientSettings.Of(text, row.AliasOf, row.Name, row.Ports, port => doors.Any(door => door.Port == port && !door.IsOpen));
        // A file without a server is none: clients that get nothing look elsewhere, or ask again.
        return new ClientDomain(settings, row.HostId, settings.Incoming.Count == 0 || settings.Outgoing.Count == 0 ? null : ClientSetup.Autoconfig.Write(settings), doors);
    }

    private sealed record Kept(long Version, long Looks, long Since)
    {
        public ConcurrentDictionary<string, ClientDomain?> Domains { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
