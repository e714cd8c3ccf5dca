using System.Text.Json;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>What the writers need to know of the database at one moment. Values only: nothing of it is tracked.</summary>
/// <param name="Host">The host it is for.</param>
/// <param name="Scope">Which files can be written from it.</param>
/// <param name="Domains">The live domains, sorted by name; what lies in trash with its domain is not there.</param>
/// <param name="SenderRights">Who may send as what, for mailboxes that can log in.</param>
/// <param name="OtherLogins">Mailboxes of domains out of scope that log in and are named by aliases in scope.</param>
public sealed record Snapshot(Host Host, RenderScope Scope, IReadOnlyList<SnapshotDomain> Domains, IReadOnlyList<(string Login, string Sender)> SenderRights, IReadOnlySet<string> OtherLogins)
{
    private static readonly HashSet<string> None = [];

    /// <summary>The domains whose rows the maps are rendered from.</summary>
    public IEnumerable<SnapshotDomain> InMaps => Scope.MapDomains is { } some ? Domains.Where(d => some.Contains(d.Name)) : Domains;

    /// <summary>Reads what the scope asks for. Open a transaction first when several reads must agree.</summary>
    /// <param name="now">The moment at which expiry is judged.</param>
    public static Task<Snapshot> ReadAsync(MailAdminContext db, Host host, RenderScope scope, DateTimeOffset now, CancellationToken ct) => ReadAsync(db, host, scope, now, static _ => { }, ct);

    /// <summary>The same; shows the domains and their mailboxes as soon as these are there, while aliases are still read.</summary>
    internal static async Task<Snapshot> ReadAsync(MailAdminContext db, Host host, RenderScope scope, DateTimeOffset now, Action<Snapshot> mailboxesAreThere, CancellationToken ct)
    {
        // The rows of accounts are read past EF, which would open the connection by itself. The context closes it.
        await db.Database.OpenConnectionAsync(ct);
        var rows = await db.Domains.AsNoTracking().Where(d => d.HostId == host.Id && d.TrashedUntil == null).OrderBy(d => d.Name)
            .Select(d => new { d.Id, d.Name, d.AliasOfId, d.DefaultQuotaBytes }).ToListAsync(ct);
        var byId = rows.ToDictionary(d => d.Id, d => new SnapshotDomain(d.Id, d.Name, d.DefaultQuotaBytes, scope.Has(d.Id)));
        var domains = new List<SnapshotDomain>(rows.Count);
        foreach (var row in rows)
        {
            var domain = byId[row.Id];
            if (row.AliasOfId is { } id)
            {
                if (!byId.TryGetValue(id, out var target)) continue;   // its domain is in trash, and so is it
                domain.AliasOf = target;
                target.AlsoKnownAs.Add(domain);
            }
            domains.Add(domain);
        }

        var inMaps = scope.MapDomains is { } some ? rows.Where(d => some.Contains(d.Name)).Select(d => d.Id).ToArray() : null;
        await ReadMailboxesAsync(db, scope, inMaps, byId, ct);
        var half = new Snapshot(host, scope, domains, [], None);
        mailboxesAreThere(half);
        if (!scope.Maps) return half;
        await ReadAliasesAsync(db, inMaps, byId, now, ct);
        var live = domains.Select(d => d.Id).ToHashSet();
        return new Snapshot(host, scope, domains, await ReadRightsAsync(db, scope, live, ct), inMaps is null ? None : await ReadOtherLoginsAsync(db, inMaps, live, byId, ct));
    }

    private static async Task<List<(string, string)>> ReadRightsAsync(MailAdminContext db, RenderScope scope, HashSet<int> live, CancellationToken ct)
    {
        var rights = db.SenderRights.AsNoTracking();
        if (scope.MapDomains?.ToArray() is { } some) rights = rights.Where(r => some.Contains(r.Sender.Substring(r.Sender.IndexOf("@") + 1)));
        var named = await (from r in rights
                           join m in db.Mailboxes on r.MailboxId equals m.Id
                           where m.TrashedUntil == null && m.State == MailboxState.Active
                           orderby m.Address, r.Sender
                           select new { m.DomainId, m.Address, r.Sender }).ToListAsync(ct);
        return [.. named.Where(r => live.Contains(r.DomainId)).Select(r => (r.Address, r.Sender))];
    }

    private static async Task<IReadOnlySet<string>> ReadOtherLoginsAsync(MailAdminContext db, int[] inMaps, HashSet<int> live, Dictionary<int, SnapshotDomain> domains, CancellationToken ct)
    {
        var read = inMaps.ToHashSet();
        var named = inMaps.SelectMany(id => domains[id].Aliases).Where(a => a.Leads).SelectMany(a => a.Targets).Distinct(StringComparer.Ordinal).ToArray();
        var logins = await db.Mailboxes.AsNoTracking().Where(m => named.Contains(m.Address) && m.TrashedUntil == null && m.State == MailboxState.Active).Select(m => new { m.Address, m.DomainId }).ToListAsync(ct);
        return logins.Where(m => live.Contains(m.DomainId) && !read.Contains(m.DomainId)).Select(m => m.Address).ToHashSet(StringComparer.Ordinal);
    }

    // Row by row and without entities: there may be hundreds of thousands.
    private static async Task ReadMailboxesAsync(MailAdminContext db, RenderScope scope, int[]? inMaps, Dictionary<int, SnapshotDomain> domains, CancellationToken ct)
    {
        var hashes = scope.PasswdDomains?.ToArray();
        var some = hashes is not null && (!scope.Maps || inMaps is not null) ? hashes.Union(inMaps ?? []).ToArray() : null;
        // Hashes are most of the bytes: only for the files that will be written.
        await using var command = Command(db, $"""
            SELECT DomainId, Address, State, QuotaBytes, TrashedUntil IS NOT NULL, {(hashes is null ? "PasswordHash" : "CASE WHEN DomainId IN (SELECT value FROM json_each($hashes)) THEN PasswordHash END")}
            FROM Mailboxes {(some is null ? "" : "WHERE DomainId IN (SELECT value FROM json_each($some))")}
            """, ("$hashes", hashes), ("$some", some));
        await using var row = await command.ExecuteReaderAsync(ct);
        while (row.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (!domains.TryGetValue(row.GetInt32(0), out var domain)) continue;
            var quota = row.IsDBNull(3) ? domain.DefaultQuotaBytes ?? 0 : row.GetInt64(3);
            domain.Mailboxes.Add(new SnapshotMailbox(row.GetString(1), (MailboxState)row.GetInt32(2), row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetString(5), quota));
        }
        // Reading in the order of the table and sorting a domain's few is cheaper than reading all in the order of the index.
        foreach (var domain in domains.Values) domain.Mailboxes.Sort((a, b) => string.CompareOrdinal(a.Address, b.Address));
    }

    private static async Task ReadAliasesAsync(MailAdminContext db, int[]? inMaps, Dictionary<int, SnapshotDomain> domains, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Command(db, $"""
            SELECT a.Id, a.DomainId, a.Address, a.TrashedUntil IS NULL AND (a.ExpiresAt IS NULL OR a.ExpiresAt > $now), t.Target
            FROM Aliases a LEFT JOIN AliasTargets t ON t.AliasId = a.Id {(inMaps is null ? "" : "WHERE a.DomainId IN (SELECT value FROM json_each($some))")} ORDER BY a.Id, t.Position
            """, ("$some", inMaps));
        command.Parameters.AddWithValue("$now", now.UtcTicks);
        await using var row = await command.ExecuteReaderAsync(ct);
        var alias = (Id: -1, Domain: (SnapshotDomain?)null, Address: "", Leads: false);
        var targets = new List<string>();
        while (row.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (row.GetInt32(0) is var id && id != alias.Id)
            {
                Add();
                alias = (id, domains.GetValueOrDefault(row.GetInt32(1)), row.GetString(2), row.GetBoolean(3));
            }
            if (!row.IsDBNull(4)) targets.Add(row.GetString(4));
        }
        Add();
        foreach (var domain in domains.Values) domain.Aliases.Sort((a, b) => string.CompareOrdinal(a.Address, b.Address));

        void Add()
        {
            alias.Domain?.Aliases.Add(new SnapshotAlias(alias.Address, alias.Leads, targets.ToArray()));
            targets.Clear();
        }
    }

    private static SqliteCommand Command(MailAdminContext db, string text, params (string Name, int[]? Ids)[] lists)
    {
        var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = text;
        foreach (var (name, ids) in lists)
            if (ids is not null) command.Parameters.AddWithValue(name, JsonSerializer.Serialize(ids));
        return command;
    }
}

/// <summary>Which files are to be rendered.</summary>
/// <param name="Maps">The Postfix maps.</param>
/// <param name="PasswdDomains">The domains (ids) whose passwd-files; null means all.</param>
public sealed record RenderScope(bool Maps, IReadOnlySet<int>? PasswdDomains)
{
    /// <summary>The domains (names, also of other hosts) whose rows of the maps are rendered, together with their alias domains and the domains these stand for; null means all.</summary>
    public IReadOnlySet<string>? MapDomains { get; init; }

    /// <summary>Every file.</summary>
    public static RenderScope All { get; } = new(true, null);

    /// <summary>True when this domain's passwd-file is to be rendered.</summary>
    public bool Has(int domainId) => PasswdDomains is null || PasswdDomains.Contains(domainId);
}

/// <summary>A live domain.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">A-label form.</param>
/// <param name="DefaultQuotaBytes">For mailboxes without a quota of their own; null means unlimited.</param>
/// <param name="WithHashes">True when the mailboxes' hashes were read.</param>
public sealed record SnapshotDomain(int Id, string Name, long? DefaultQuotaBytes, bool WithHashes)
{
    /// <summary>For an alias domain: the domain it stands for.</summary>
    public SnapshotDomain? AliasOf { get; internal set; }

    /// <summary>The alias domains that stand for this one.</summary>
    public List<SnapshotDomain> AlsoKnownAs { get; } = [];

    /// <summary>All mailboxes, sorted, those in trash included.</summary>
    public List<SnapshotMailbox> Mailboxes { get; } = [];

    /// <summary>All aliases, sorted, those in trash or expired included.</summary>
    public List<SnapshotAlias> Aliases { get; } = [];
}

/// <summary>A mailbox.</summary>
/// <param name="Address">Its address and login name.</param>
/// <param name="State">What it may do while not in trash.</param>
/// <param name="InTrash">True: it neither receives nor logs in.</param>
/// <param name="Hash">Password hash; null when none is set or none was read.</param>
/// <param name="QuotaBytes">The quota that holds; 0 means unlimited.</param>
public readonly record struct SnapshotMailbox(string Address, MailboxState State, bool InTrash, string? Hash, long QuotaBytes)
{
    /// <summary>True when mail is delivered to it.</summary>
    public bool Receives => !InTrash && State != MailboxState.Suspended;

    /// <summary>True when it logs in and sends.</summary>
    public bool LogsIn => !InTrash && State == MailboxState.Active;
}

/// <summary>An alias.</summary>
/// <param name="Address">Its address, or <c>@domain</c>.</param>
/// <param name="Leads">False when it expired or is in trash.</param>
/// <param name="Targets">Where it leads, in the order given.</param>
public readonly record struct SnapshotAlias(string Address, bool Leads, IReadOnlyList<string> Targets);
