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
        aliases = query.InTrash ? aliases.Where(a => a.TrashedUntil != null) : aliases.Where(a => a.TrashedUntil == null);
        if (target is not null) aliases = aliases.Where(a => a.Targets.Any(t => t.Target == target));
        if (ListRules.Containing(query.Search) is { } pattern)
        {
            var international = await InternationalDomains.MatchingAsync(db, query.Search!, ct);
            var byTarget = db.AliasTargets.Where(t => EF.Functions.Like(t.Target, pattern, ListRules.Escape)).Select(t => t.AliasId);
            aliases = international.Count == 0
                ? aliases.Where(a => EF.Functions.Like(a.Address, pattern, ListRules.Escape) || EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || byTarget.Contains(a.Id))
                : aliases.Where(a => EF.Functions.Like(a.Address, pattern, ListRules.Escape) || EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || byTarget.Contains(a.Id) || international.Contains(a.DomainId));
        }
        var total = await aliases.CountAsync(ct);
        var page = query.Offset >= total ? [] : await Sort(aliases, sort).Select(a => a.Id).Skip(query.Offset).Take(query.Limit).ToListAsync(ct);
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
    private static IQueryable<Alias> Sort(IQueryable<Alias> aliases, ListSort sort) => (sort.Field, sort.Descending) switch
    {
        ("updatedAt", false) => aliases.OrderBy(a => a.UpdatedAt).ThenBy(a => a.Address),
        ("updatedAt", true) => aliases.OrderByDescending(a => a.UpdatedAt).ThenByDescending(a => a.Address),
        ("expires", false) => aliases.OrderBy(a => a.ExpiresAt).ThenBy(a => a.Address),
        ("expires", true) => aliases.OrderByDescending(a => a.ExpiresAt).ThenByDescending(a => a.Address),
        (_, false) => aliases.OrderBy(a => a.Address),
        (_, true) => aliases.OrderByDescending(a => a.Address),
    };
}
