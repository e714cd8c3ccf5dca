using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

/// <summary>Reads aliases for showing: first the page's keys by an index alone, then those rows.</summary>
internal static class AliasListing
{
    public static readonly string[] Sorts = ["address", "updatedAt", "expires"];

    public static async Task<Page<AliasView>> ReadAsync(IDbContextFactory<MailAdminContext> factory, MailAdminContext db, AliasQuery query, int? domainId, string? target, ListSort sort, Access access, DateTimeOffset now, CancellationToken ct)
    {
        var aliases = target is null ? db.Aliases.AsNoTracking() : LeadingTo(db, target);
        if (domainId is { } domain) aliases = aliases.Where(a => a.DomainId == domain);
        else if (access.DomainIds is { } ids) aliases = aliases.Where(a => ids.Contains(a.DomainId));
        if (domainId is null && await DomainRules.InTrashAsync(db, ct) is { Count: > 0 } gone) aliases = aliases.Where(a => !gone.Contains(a.DomainId));
        var (total, page) = ListRules.Containing(query.Search) is { } pattern
            ? await SearchAsync(factory, db, aliases, domainId, pattern, query, sort, ct)
            : await ListPage.ReadAsync(aliases, a => a.TrashedUntil != null, query.InTrash, isIndexed: false, a => a.Id, Sort, query, sort, ct);
        return new Page<AliasView>(await ViewsAsync(db, page, now, ct), total, query.Offset);
    }

    /// <summary>Aliases that lead directly to an address; a join, so that the few targets are found first and not every alias is looked at.</summary>
    public static IQueryable<Alias> LeadingTo(MailAdminContext db, string target) => db.AliasTargets.Where(t => t.Target == target).Join(db.Aliases.AsNoTracking(), t => t.AliasId, a => a.Id, (_, a) => a);

    // As for mailboxes.
    private static async Task<(int Total, List<int> Ids)> SearchAsync(IDbContextFactory<MailAdminContext> factory, MailAdminContext db, IQueryable<Alias> aliases, int? domainId, string pattern, AliasQuery query, ListSort sort, CancellationToken ct)
    {
        var address = ListRules.InAddress(query.Search!);
        var international = await InternationalDomains.MatchingAsync(db, query.Search!, ct);
        var few = domainId is not null || international.Count > 0 ? null : await FewAsync(factory, db, address, pattern, ct);
        var byTarget = ByTarget(db, address);
        aliases = aliases.Where(a => (a.TrashedUntil != null) == query.InTrash);
        aliases = few is not null
            ? aliases.Where(a => few.Contains(a.Id))
            : aliases.Where(a => EF.Functions.Glob(a.Address, address) || a.Comment != "" && EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || international.Contains(a.DomainId) || byTarget.Contains(a.Id));
        return await ListPage.SearchAsync(db, aliases.Select(a => new { a.Id, a.Address, a.UpdatedAt, Expires = a.ExpiresAt }), query, sort, ct);
    }

    // The targets are as many again as the aliases: they are looked through at the same time.
    private static async Task<List<int>?> FewAsync(IDbContextFactory<MailAdminContext> factory, MailAdminContext db, string address, string pattern, CancellationToken ct)
    {
        var leading = Task.Run(async () =>
        {
            await using var beside = await factory.CreateDbContextAsync(ct);
            return await ListPage.FewAsync(ByTarget(beside, address), ct);
        }, ct);
        var named = Task.Run(() => ListPage.FewAsync(
            db.Aliases.Where(a => EF.Functions.Glob(a.Address, address)).Select(a => a.Id)
                .Concat(db.Aliases.Where(a => a.Comment != "" && EF.Functions.Like(a.Comment, pattern, ListRules.Escape)).Select(a => a.Id)), ct), ct);
        await Task.WhenAll(leading, named);
        return await leading is { } some && await named is { } own ? [.. own.Union(some)] : null;
    }

    private static IQueryable<int> ByTarget(MailAdminContext db, string address) => db.AliasTargets.Where(t => EF.Functions.Glob(t.Target, address)).Select(t => t.AliasId);

    public static async Task<AliasView> ViewAsync(MailAdminContext db, int id, DateTimeOffset now, CancellationToken ct) => (await ViewsAsync(db, [id], now, ct)).Single();

    private static async Task<IReadOnlyList<AliasView>> ViewsAsync(MailAdminContext db, List<int> ids, DateTimeOffset now, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        // One parameter, whatever their number: the statement is made once.
        var rows = await (
            from a in db.Aliases.AsNoTracking()
            join d in db.Domains on a.DomainId equals d.Id
            where EF.Parameter(ids).Contains(a.Id)
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
                    DomainTrashedUntil = d.TrashedUntil,
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
