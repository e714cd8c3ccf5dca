using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Domains;

/// <summary>Reads domains for showing. What is costly (counts, catch-alls) is read for the page's rows only.</summary>
internal static class DomainListing
{
    public static readonly string[] Sorts = ["name", "mailboxes", "aliases", "updatedAt"];

    public static async Task<Page<DomainView>> ReadAsync(MailAdminContext db, DomainQuery query, ListSort sort, Access access, CancellationToken ct)
    {
        var domains = db.Domains.AsNoTracking().Where(d => (d.TrashedUntil != null) == query.InTrash);
        if (access.DomainIds is { } ids) domains = domains.Where(d => ids.Contains(d.Id));
        if (ListRules.Containing(query.Search) is { } pattern)
        {
            var international = await InternationalDomains.MatchingAsync(db, query.Search!, ct);
            domains = domains.Where(d => EF.Functions.Like(d.Name, pattern, ListRules.Escape) || EF.Functions.Like(d.Note, pattern, ListRules.Escape) || international.Contains(d.Id));
        }
        var total = await domains.CountAsync(ct);
        var page = await Sort(db, domains, sort).Select(d => d.Id).Skip(query.Offset).Take(query.Limit).ToListAsync(ct);
        return new Page<DomainView>(await ViewsAsync(db, page, ct), total, query.Offset);
    }

    public static async Task<DomainView> ViewAsync(MailAdminContext db, int id, CancellationToken ct) => (await ViewsAsync(db, [id], ct)).Single();

    private static async Task<IReadOnlyList<DomainView>> ViewsAsync(MailAdminContext db, List<int> ids, CancellationToken ct)
    {
        var rows = await (
            from d in db.Domains.AsNoTracking()
            where ids.Contains(d.Id)
            select new
            {
                Domain = d,
                Host = db.Hosts.Where(h => h.Id == d.HostId).Select(h => h.Name).Single(),
                AliasOf = db.Domains.Where(o => o.Id == d.AliasOfId).Select(o => o.Name).FirstOrDefault(),
                Mailboxes = db.Mailboxes.Count(m => m.DomainId == d.Id && m.TrashedUntil == null),
                Aliases = db.Aliases.Count(a => a.DomainId == d.Id && a.TrashedUntil == null),
            }).ToDictionaryAsync(r => r.Domain.Id, ct);

        var catchAlls = rows.Values.Select(r => "@" + r.Domain.Name).ToList();
        var targets = (await db.Aliases.AsNoTracking().Where(a => catchAlls.Contains(a.Address) && a.TrashedUntil == null)
            .Select(a => new { a.DomainId, a.Revision, Targets = a.Targets.OrderBy(t => t.Position).Select(t => t.Target).ToList() }).ToListAsync(ct)).ToDictionary(a => a.DomainId);

        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id]).Select(r => new DomainView
        {
            Id = r.Domain.Id,
            Name = r.Domain.Name,
            UnicodeName = InternationalDomains.Show(r.Domain.Name),
            Host = r.Host,
            AliasOf = r.AliasOf,
            Mailboxes = r.Mailboxes,
            Aliases = r.Aliases,
            MaxMailboxes = r.Domain.MaxMailboxes,
            MaxAliases = r.Domain.MaxAliases,
            DefaultQuotaBytes = r.Domain.DefaultQuotaBytes,
            MaxQuotaBytes = r.Domain.MaxQuotaBytes,
            CatchAll = targets.GetValueOrDefault(r.Domain.Id)?.Targets ?? [],
            CatchAllRevision = targets.GetValueOrDefault(r.Domain.Id)?.Revision,
            Note = r.Domain.Note,
            TrashedUntil = r.Domain.TrashedUntil,
            CreatedAt = r.Domain.CreatedAt,
            UpdatedAt = r.Domain.UpdatedAt,
            Revision = r.Domain.Revision,
        })];
    }

    private static IQueryable<Domain> Sort(MailAdminContext db, IQueryable<Domain> domains, ListSort sort) => (sort.Field, sort.Descending) switch
    {
        ("mailboxes", false) => domains.OrderBy(d => db.Mailboxes.Count(m => m.DomainId == d.Id && m.TrashedUntil == null)).ThenBy(d => d.Name),
        ("mailboxes", true) => domains.OrderByDescending(d => db.Mailboxes.Count(m => m.DomainId == d.Id && m.TrashedUntil == null)).ThenBy(d => d.Name),
        ("aliases", false) => domains.OrderBy(d => db.Aliases.Count(a => a.DomainId == d.Id && a.TrashedUntil == null)).ThenBy(d => d.Name),
        ("aliases", true) => domains.OrderByDescending(d => db.Aliases.Count(a => a.DomainId == d.Id && a.TrashedUntil == null)).ThenBy(d => d.Name),
        ("updatedAt", false) => domains.OrderBy(d => d.UpdatedAt).ThenBy(d => d.Name),
        ("updatedAt", true) => domains.OrderByDescending(d => d.UpdatedAt).ThenBy(d => d.Name),
        (_, false) => domains.OrderBy(d => d.Name),
        (_, true) => domains.OrderByDescending(d => d.Name),
    };
}
