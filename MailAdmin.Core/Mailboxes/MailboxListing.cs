using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Reads mailboxes for showing: first the page's keys by an index alone, then those rows.</summary>
internal static class MailboxListing
{
    public const int MostAliases = 500;

    public static readonly string[] Sorts = ["address", "displayName", "state", "quotaBytes", "updatedAt"];

    public static async Task<Page<MailboxRow>> ReadAsync(MailAdminContext db, MailboxQuery query, int? domainId, ListSort sort, Access access, CancellationToken ct)
    {
        var mailboxes = db.Mailboxes.AsNoTracking();
        if (domainId is { } domain) mailboxes = mailboxes.Where(m => m.DomainId == domain);
        else if (access.DomainIds is { } ids) mailboxes = mailboxes.Where(m => ids.Contains(m.DomainId));
        // What lies in trash with its domain is listed at that domain alone: it is not live, and comes back with the domain.
        if (domainId is null && await DomainRules.InTrashAsync(db, ct) is { Count: > 0 } gone) mailboxes = mailboxes.Where(m => !gone.Contains(m.DomainId));
        if (query.State is { } state) mailboxes = mailboxes.Where(m => m.State == state);
        var (total, page) = ListRules.Containing(query.Search) is { } pattern
            ? await SearchAsync(db, mailboxes, domainId, pattern, query, sort, ct)
            : await ListPage.ReadAsync(mailboxes, m => m.TrashedUntil != null, query.InTrash, isIndexed: query.State is not null, m => m.Id, Sort, query, sort, ct);
        return new Page<MailboxRow>(await RowsAsync(db, page, ct), total, query.Offset);
    }

    // Few matches are found by the narrowest indexes. Else the condition on the trash is written such that no index by it applies: one pass through the index that has all columns is cheaper than looking at each row.
    private static async Task<(int Total, List<int> Ids)> SearchAsync(MailAdminContext db, IQueryable<Mailbox> mailboxes, int? domainId, string pattern, MailboxQuery query, ListSort sort, CancellationToken ct)
    {
        var address = ListRules.InAddress(query.Search!);
        var international = await InternationalDomains.MatchingAsync(db, query.Search!, ct);
        var few = domainId is not null || international.Count > 0 ? null : await ListPage.FewAsync(
            db.Mailboxes.Where(m => EF.Functions.Glob(m.Address, address)).Select(m => m.Id)
                .Concat(db.Mailboxes.Where(m => m.DisplayName != "" && EF.Functions.Like(m.DisplayName, pattern, ListRules.Escape)).Select(m => m.Id))
                .Concat(db.Mailboxes.Where(m => m.Note != "" && EF.Functions.Like(m.Note, pattern, ListRules.Escape)).Select(m => m.Id)), ct);
        mailboxes = mailboxes.Where(m => (m.TrashedUntil != null) == query.InTrash);
        mailboxes = few is not null
            ? mailboxes.Where(m => few.Contains(m.Id))
            : mailboxes.Where(m => EF.Functions.Glob(m.Address, address) || m.DisplayName != "" && EF.Functions.Like(m.DisplayName, pattern, ListRules.Escape) || m.Note != "" && EF.Functions.Like(m.Note, pattern, ListRules.Escape) || international.Contains(m.DomainId));
        return await ListPage.SearchAsync(db, mailboxes.Select(m => new { m.Id, m.Address, m.DisplayName, m.State, m.QuotaBytes, m.UpdatedAt }), query, sort, ct);
    }

    public static async Task<MailboxView> ViewAsync(MailAdminContext db, int id, Access access, CancellationToken ct)
    {
        var row = (await RowsAsync(db, [id], ct)).Single();
        var more = await (
            from m in db.Mailboxes.AsNoTracking()
            join d in db.Domains on m.DomainId equals d.Id
            where m.Id == id
            select new
            {
                Domain = d.Name,
                Host = db.Hosts.Where(h => h.Id == d.HostId).Select(h => h.Name).Single(),
                m.QuotaBytes,
                m.Note,
                m.PasswordHash,
                m.PasswordChangedAt,
                m.CreatedAt,
                Rights = m.SenderRights.OrderBy(r => r.Sender).Select(r => r.Sender).ToList(),
            }).SingleAsync(ct);
        var leading = AliasListing.LeadingTo(db, row.Address).Where(a => a.TrashedUntil == null);
        if (access.DomainIds is { } ids) leading = leading.Where(a => ids.Contains(a.DomainId));
        var aliases = await leading.OrderBy(a => a.Address).Select(a => a.Address).Take(MostAliases).ToListAsync(ct);
        return new MailboxView
        {
            Row = row,
            Domain = more.Domain,
            Host = more.Host,
            QuotaBytes = more.QuotaBytes,
            Note = more.Note,
            PasswordScheme = MailboxSnapshot.SchemeOf(more.PasswordHash),
            PasswordChangedAt = more.PasswordChangedAt,
            SenderRights = more.Rights,
            Aliases = aliases,
            CreatedAt = more.CreatedAt,
        };
    }

    private static async Task<IReadOnlyList<MailboxRow>> RowsAsync(MailAdminContext db, List<int> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        // One parameter, whatever their number: the statement is made once.
        var rows = await (
            from m in db.Mailboxes.AsNoTracking()
            join d in db.Domains on m.DomainId equals d.Id
            where EF.Parameter(ids).Contains(m.Id)
            select new
            {
                m.Id,
                Row = new MailboxRow
                {
                    Address = m.Address,
                    UnicodeAddress = InternationalDomains.Show(m.Address),
                    DisplayName = m.DisplayName,
                    State = m.State,
                    TrashedUntil = m.TrashedUntil,
                    DomainTrashedUntil = d.TrashedUntil,
                    EffectiveQuotaBytes = m.QuotaBytes ?? d.DefaultQuotaBytes ?? 0,
                    HasPassword = m.PasswordHash != null,
                    UpdatedAt = m.UpdatedAt,
                    Revision = m.Revision,
                },
            }).ToDictionaryAsync(r => r.Id, r => r.Row, ct);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    // The address breaks ties in the same direction, so that an index read backwards gives the descending order.
    private static IQueryable<Mailbox> Sort(IQueryable<Mailbox> mailboxes, ListSort sort) => (sort.Field, sort.Descending) switch
    {
        ("displayName", false) => mailboxes.OrderBy(m => m.DisplayName).ThenBy(m => m.Address),
        ("displayName", true) => mailboxes.OrderByDescending(m => m.DisplayName).ThenByDescending(m => m.Address),
        ("state", false) => mailboxes.OrderBy(m => m.State).ThenBy(m => m.Address),
        ("state", true) => mailboxes.OrderByDescending(m => m.State).ThenByDescending(m => m.Address),
        ("quotaBytes", false) => mailboxes.OrderBy(m => m.QuotaBytes).ThenBy(m => m.Address),
        ("quotaBytes", true) => mailboxes.OrderByDescending(m => m.QuotaBytes).ThenByDescending(m => m.Address),
        ("updatedAt", false) => mailboxes.OrderBy(m => m.UpdatedAt).ThenBy(m => m.Address),
        ("updatedAt", true) => mailboxes.OrderByDescending(m => m.UpdatedAt).ThenByDescending(m => m.Address),
        (_, false) => mailboxes.OrderBy(m => m.Address),
        (_, true) => mailboxes.OrderByDescending(m => m.Address),
    };
}
