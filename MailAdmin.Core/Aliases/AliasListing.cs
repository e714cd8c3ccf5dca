using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

/// <summary>Reads aliases for showing: first the page's keys by an index alone, then those rows.</summary>
internal static class AliasListing
{
    public static readonly string[] Sorts = ["address", "updatedAt", "expires"];

    public static async Task<Page<AliasView>> ReadAsync(MailAdminContext db, AliasQuery query, int? domainId, string? target, ListSort sort, Access access, DateTimeOffset now, CancellationToken ct)
    {
        var aliases = db.Aliases.AsNoTracking();
        if (domainId is { } domain) aliases = aliases.Where(a => a.DomainId == domain);
        else if (access.DomainIds is { } ids) aliases = aliases.Where(a => ids.Contains(a.DomainId));
        if (target is not null) aliases = aliases.Where(a => db.AliasTargets.Where(t => t.Target == target).Select(t => t.AliasId).Contains(a.Id));
        var pattern = ListRules.Containing(query.Search);
        if (pattern is not null)
        {
            var address = ListRules.InAddress(query.Search!);
            var international = await InternationalDomains.MatchingAsync(db, query.Search!, ct);
            var byTarget = db.AliasTargets.Where(t => t.Target.Contains(address)).Select(t => t.AliasId);
            aliases = international.Count == 0
                ? aliases.Where(a => a.Address.Contains(address) || EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || byTarget.Contains(a.Id))
                : aliases.Where(a => a.Address.Contains(address) || EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || byTarget.Contains(a.Id) || international.Contains(a.DomainId));
        }
        // Where rows are picked out (of one domain, by a search), one pass through the widest index and a sort beat rows in order with a look at each;
        // so the conditions are written such that no index which is only sorted rightly applies.
        var picks = pattern is not null || domainId is not null && sort.Field != "address";
        aliases = picks ? aliases.Where(a => (a.TrashedUntil != null) == query.InTrash) : query.InTrash ? aliases.Where(a => a.TrashedUntil != null) : aliases.Where(a => a.TrashedUntil == null);
        if (pattern is not null)
        {
            // Few matches, the usual search, need one pass only: they are sorted by themselves.
            var few = await aliases.Select(a => a.Id).Take(ListRules.FewMatches + 1).ToListAsync(ct);
            if (few.Count <= ListRules.FewMatches) (aliases, picks) = (db.Aliases.AsNoTracking().Where(a => few.Contains(a.Id)), false);
        }
        var total = await aliases.CountAsync(ct);
        var page = query.Offset >= total ? [] : await Sort(aliases, sort, picks).Select(a => a.Id).Skip(query.Offset).Take(query.Limit).ToListAsync(ct);
        return new Page<AliasView>(await ViewsAsync(db, page, now, ct), total, query.Offset);
    }

    public static async Task<AliasView> ViewAsync(MailAdminContext db, int id, DateTimeOffset now, CancellationToken ct) => (await ViewsAsync(db, [id], now, ct)).Single();

    private static async Task<IReadOnlyList<AliasView>> ViewsAsync(MailAdminContext db, List<int> ids, DateTimeOffset now, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var rows = await (
            from a in db.Aliases.AsNoTracking()
            join d in db.Domains on a.DomainId equals d.Id
            where ids.Contains(a.Id)
            select new
            {
                a.Id,
                View = new AliasView
                {
                    Address = a.Address,
                    UnicodeAddress = InternationalDomains.Show(a.Address),
                    Domain = d.Name,
                    Targets = a.Targets.OrderBy(t => t.Position).Select(t => t.Target).ToList(),
                    Comment = a.Comment,
                    Expires = a.ExpiresAt,
                    IsExpired = a.ExpiresAt != null && a.ExpiresAt <= now,
                    TrashedUntil = a.TrashedUntil,
                    CreatedAt = a.CreatedAt,
                    UpdatedAt = a.UpdatedAt,
                    Revision = a.Revision,
                },
            }).ToDictionaryAsync(r => r.Id, r => r.View, ct);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    // The address breaks ties in the same direction, so that an index read backwards gives the descending order.
    private static IQueryable<Alias> Sort(IQueryable<Alias> aliases, ListSort sort, bool picks) => (sort.Field, sort.Descending) switch
    {
        ("address", false) when picks => aliases.OrderBy(a => a.Address + ""),
        ("address", true) when picks => aliases.OrderByDescending(a => a.Address + ""),
        ("updatedAt", false) => aliases.OrderBy(a => a.UpdatedAt).ThenBy(a => a.Address),
        ("updatedAt", true) => aliases.OrderByDescending(a => a.UpdatedAt).ThenByDescending(a => a.Address),
        ("expires", false) => aliases.OrderBy(a => a.ExpiresAt).ThenBy(a => a.Address),
        ("expires", true) => aliases.OrderByDescending(a => a.ExpiresAt).ThenByDescending(a => a.Address),
        (_, false) => aliases.OrderBy(a => a.Address),
        (_, true) => aliases.OrderByDescending(a => a.Address),
    };
}
