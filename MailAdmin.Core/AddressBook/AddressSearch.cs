using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.AddressBook;

/// <summary>Finds any domain, mailbox or alias by a part of its address or name.</summary>
public sealed class AddressSearch(IDbContextFactory<MailAdminContext> factory, TimeProvider time)
{
    /// <summary>The best matches that the actor may see, what is in trash included: domains, then mailboxes, then aliases; of each kind first those that begin with the text.</summary>
    /// <param name="text">As typed; empty finds nothing.</param>
    /// <param name="limit">Most of each kind, 1 to 50.</param>
    public async Task<Outcome<IReadOnlyList<FoundAddress>>> FindAsync(string text, int limit, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        ListRules.Check(new ListQuery(text, Limit: limit), [""], reasons);
        if (limit > 50) reasons.Add(new Malformed("limit", $"{limit}", $"{limit} matches of each kind are too many.", "Give 1 to 50."));
        if (reasons.Any) return reasons.Refuse<IReadOnlyList<FoundAddress>>();
        if (ListRules.Containing(text) is not { } pattern) return new Outcome<IReadOnlyList<FoundAddress>>.Accepted([], null);

        var wanted = new Wanted(text.Trim().Normalize().ToLowerInvariant(), pattern, await InternationalDomains.MatchingAsync(db, text, ct), access.DomainIds, limit);
        return new Outcome<IReadOnlyList<FoundAddress>>.Accepted([.. await DomainsAsync(db, wanted, ct), .. await MailboxesAsync(db, wanted, ct), .. await AliasesAsync(db, wanted, ct)], null);
    }

    private sealed record Wanted(string Start, string Pattern, List<int> International, IReadOnlySet<int>? Visible, int Limit)
    {
        /// <summary>Greater than every text that begins with <see cref="Start"/>.</summary>
        public string End => Start + "\uFFFF";
    }

    private static async Task<List<FoundAddress>> DomainsAsync(MailAdminContext db, Wanted wanted, CancellationToken ct)
    {
        var (pattern, international) = (wanted.Pattern, wanted.International);
        var domains = db.Domains.AsNoTracking();
        if (wanted.Visible is { } ids) domains = domains.Where(d => ids.Contains(d.Id));
        var found = await domains.Where(d => EF.Functions.Like(d.Name, pattern, ListRules.Escape) || EF.Functions.Like(d.Note, pattern, ListRules.Escape) || international.Contains(d.Id))
            .OrderBy(d => d.Name.StartsWith(wanted.Start) ? 0 : 1).ThenBy(d => d.Name).Take(wanted.Limit)
            .Select(d => new { d.Name, d.Note, d.TrashedUntil }).ToListAsync(ct);
        return [.. found.Select(d => new FoundAddress(FoundKind.Domain, d.Name, InternationalDomains.Show(d.Name), d.Note, d.TrashedUntil is not null))];
    }

    private static async Task<List<FoundAddress>> MailboxesAsync(MailAdminContext db, Wanted wanted, CancellationToken ct)
    {
        var (start, end, pattern, international) = (wanted.Start, wanted.End, wanted.Pattern, wanted.International);
        var mailboxes = db.Mailboxes.AsNoTracking();
        if (wanted.Visible is { } ids) mailboxes = mailboxes.Where(m => ids.Contains(m.DomainId));
        var beginning = await mailboxes.Where(m => string.Compare(m.Address, start) >= 0 && string.Compare(m.Address, end) < 0).OrderBy(m => m.Address).Select(m => m.Id).Take(wanted.Limit).ToListAsync(ct);
        // Not sorted: the scan ends as soon as there are enough.
        var anywhere = beginning.Count == wanted.Limit ? [] : await mailboxes
            .Where(m => m.Address.Contains(start) || EF.Functions.Like(m.DisplayName, pattern, ListRules.Escape) || international.Contains(m.DomainId))
            .Select(m => m.Id).Take(wanted.Limit + beginning.Count).ToListAsync(ct);
        List<int> keys = [.. beginning.Concat(anywhere).Distinct().Take(wanted.Limit)];
        var rows = await db.Mailboxes.AsNoTracking().Where(m => keys.Contains(m.Id)).Select(m => new { m.Id, m.Address, m.DisplayName, IsInTrash = m.TrashedUntil != null || db.Domains.Any(d => d.Id == m.DomainId && d.TrashedUntil != null) }).ToListAsync(ct);
        return [.. rows.OrderBy(r => keys.IndexOf(r.Id)).Select(r => new FoundAddress(FoundKind.Mailbox, r.Address, InternationalDomains.Show(r.Address), r.DisplayName, r.IsInTrash))];
    }

    private static async Task<List<FoundAddress>> AliasesAsync(MailAdminContext db, Wanted wanted, CancellationToken ct)
    {
        var (start, end, pattern, international) = (wanted.Start, wanted.End, wanted.Pattern, wanted.International);
        var aliases = db.Aliases.AsNoTracking();
        if (wanted.Visible is { } ids) aliases = aliases.Where(a => ids.Contains(a.DomainId));
        var beginning = await aliases.Where(a => string.Compare(a.Address, start) >= 0 && string.Compare(a.Address, end) < 0).OrderBy(a => a.Address).Select(a => a.Id).Take(wanted.Limit).ToListAsync(ct);
        var anywhere = beginning.Count == wanted.Limit ? [] : await aliases
            .Where(a => a.Address.Contains(start) || a.Comment != "" && EF.Functions.Like(a.Comment, pattern, ListRules.Escape) || international.Contains(a.DomainId))
            .Select(a => a.Id).Take(wanted.Limit + beginning.Count).ToListAsync(ct);
        List<int> keys = [.. beginning.Concat(anywhere).Distinct().Take(wanted.Limit)];
        var rows = await db.Aliases.AsNoTracking().Where(a => keys.Contains(a.Id)).Select(a => new { a.Id, a.Address, IsInTrash = a.TrashedUntil != null || db.Domains.Any(d => d.Id == a.DomainId && d.TrashedUntil != null) }).ToListAsync(ct);
        var targets = (await db.AliasTargets.AsNoTracking().Where(t => keys.Contains(t.AliasId) && t.Position < 4).OrderBy(t => t.Position).ToListAsync(ct)).ToLookup(t => t.AliasId, t => t.Target);
        return [.. rows.OrderBy(r => keys.IndexOf(r.Id)).Select(r => new FoundAddress(FoundKind.Alias, r.Address, InternationalDomains.Show(r.Address), Shorten([.. targets[r.Id]]), r.IsInTrash))];
    }

    private static string Shorten(List<string> targets) => string.Join(", ", targets.Take(3).Select(InternationalDomains.Show)) + (targets.Count > 3 ? ", …" : "");
}

/// <summary>One match.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Name or canonical address, for linking.</param>
/// <param name="UnicodeAddress">The same with the domain in Unicode, for showing.</param>
/// <param name="Detail">A domain's note, a mailbox's display name, an alias's first targets; may be empty.</param>
/// <param name="InTrash">True when it is in trash.</param>
public sealed record FoundAddress(FoundKind Kind, string Address, string UnicodeAddress, string Detail, bool InTrash);

/// <summary>What was found.</summary>
public enum FoundKind
{
    /// <summary>A domain.</summary>
    Domain,

    /// <summary>A mailbox.</summary>
    Mailbox,

    /// <summary>An alias.</summary>
    Alias,
}
