using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

/// <summary>What is known about the addresses that mail may pass: a part of the database, in memory.</summary>
/// <remarks>Fill it by hand (tests, a whole snapshot) or by <see cref="LoadAsync"/>, which reads just what can be reached.</remarks>
public sealed class AddressLookup
{
    /// <summary>A domain that we manage.</summary>
    /// <param name="AliasOf">The domain it is an alias of; null for one of its own.</param>
    /// <param name="Postmaster">Where postmaster@ and abuse@ go when it has none; null means nowhere.</param>
    public sealed record DomainFacts(int Id, bool IsInTrash, string? AliasOf, string? Postmaster);

    /// <summary>A mailbox.</summary>
    public sealed record MailboxFacts(MailboxState State, bool IsInTrash);

    /// <summary>An alias.</summary>
    public sealed record AliasFacts(DateTimeOffset? ExpiresAt, bool IsInTrash, IReadOnlyList<string> Targets);

    private const int MostAddresses = 100_000;

    /// <summary>By name.</summary>
    public Dictionary<string, DomainFacts> Domains { get; } = new(StringComparer.Ordinal);

    /// <summary>By address.</summary>
    public Dictionary<string, MailboxFacts> Mailboxes { get; } = new(StringComparer.Ordinal);

    /// <summary>By address, <c>@domain</c> for catch-alls.</summary>
    public Dictionary<string, AliasFacts> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads everything that mail to these addresses can reach, a round of queries for each step on the way.</summary>
    public static async Task<AddressLookup> LoadAsync(MailAdminContext db, IEnumerable<string> addresses, CancellationToken ct)
    {
        var lookup = new AddressLookup();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var next = new HashSet<string>(addresses, StringComparer.Ordinal);
        while (next.Count > 0 && asked.Count < MostAddresses)
        {
            var round = next.Where(asked.Add).ToList();
            next = new HashSet<string>(StringComparer.Ordinal);
            await lookup.LoadDomainsAsync(db, round.Select(DomainOf).Distinct().ToList(), ct);

            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var address in round)
            {
                if (!lookup.Domains.TryGetValue(DomainOf(address), out var domain)) continue;
                if (domain.Postmaster is { } postmaster) next.Add(postmaster);
                if (domain.AliasOf is { } other) next.Add(LocalOf(address) + "@" + other);
                keys.UnionWith([address, WithoutExtension(address), "@" + DomainOf(address)]);
            }
            foreach (var chunk in keys.Chunk(500))
            {
                await foreach (var m in db.Mailboxes.AsNoTracking().Where(m => chunk.Contains(m.Address)).Select(m => new { m.Address, m.State, m.TrashedUntil }).AsAsyncEnumerable().WithCancellation(ct))
                    lookup.Mailboxes[m.Address] = new MailboxFacts(m.State, m.TrashedUntil is not null);
                var aliases = await db.Aliases.AsNoTracking().Where(a => chunk.Contains(a.Address))
                    .Select(a => new { a.Address, a.ExpiresAt, a.TrashedUntil, Targets = a.Targets.OrderBy(t => t.Position).Select(t => t.Target).ToList() }).ToListAsync(ct);
                foreach (var a in aliases)
                {
                    lookup.Aliases[a.Address] = new AliasFacts(a.ExpiresAt, a.TrashedUntil is not null, a.Targets);
                    if (a.TrashedUntil is null) next.UnionWith(a.Targets);
                }
            }
            next.ExceptWith(asked);
        }
        return lookup;
    }

    internal static string DomainOf(string address) => address[(address.IndexOf('@') + 1)..];

    internal static string LocalOf(string address) => address[..address.IndexOf('@')];

    /// <summary>The address that Postfix tries when the whole one is not found (<c>recipient_delimiter = +</c>).</summary>
    internal static string WithoutExtension(string address) => address.IndexOf('+') is var plus && plus > 0 && plus < address.IndexOf('@') ? address[..plus] + address[address.IndexOf('@')..] : address;

    private async Task LoadDomainsAsync(MailAdminContext db, List<string> names, CancellationToken ct)
    {
        foreach (var chunk in names.Where(n => !Domains.ContainsKey(n)).Chunk(500))
        {
            var domains = await (
                from d in db.Domains.AsNoTracking()
                where chunk.Contains(d.Name)
                select new
                {
                    d.Id,
                    d.Name,
                    d.TrashedUntil,
                    AliasOf = db.Domains.Where(o => o.Id == d.AliasOfId).Select(o => o.Name).FirstOrDefault(),
                    Postmaster = db.Hosts.Where(h => h.Id == d.HostId).Select(h => h.PostmasterAddress).FirstOrDefault(),
                }).ToListAsync(ct);
            foreach (var d in domains) Domains[d.Name] = new DomainFacts(d.Id, d.TrashedUntil is not null, d.AliasOf, string.IsNullOrEmpty(d.Postmaster) ? null : d.Postmaster);
        }
    }
}
