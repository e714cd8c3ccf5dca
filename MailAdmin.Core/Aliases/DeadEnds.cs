using System.Globalization;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

/// <summary>Finds live aliases whose mail reaches nobody.</summary>
internal static class DeadEnds
{
    private const int Most = 1000;      // aliases looked at in one question
    private const int Named = 3;

    /// <summary>What a person should hear when addresses stop taking mail: which aliases lead to nobody now. The change must be saved, not committed.</summary>
    /// <param name="stopped">Addresses of mailboxes and aliases that took mail before the change and do not any more.</param>
    public static async Task<IReadOnlyList<string>> CausedAsync(MailAdminContext db, IReadOnlyCollection<string> stopped, Access access, DateTimeOffset now, CancellationToken ct)
    {
        if (stopped.Count == 0) return [];
        var leading = await LeadingToAsync(db, await UnderEveryNameAsync(db, stopped, ct), now, ct);
        return Sentences(await JudgeAsync(db, leading, now, ct), await VisibleAsync(db, access, ct));
    }

    /// <summary>The same for a domain that goes with all in it.</summary>
    public static async Task<IReadOnlyList<string>> CausedByDomainAsync(MailAdminContext db, int domainId, string name, Access access, DateTimeOffset now, CancellationToken ct)
    {
        var end = "@" + name;
        var direct = await Live(db, now).Where(a => a.DomainId != domainId && a.Targets.Any(t => t.Target.EndsWith(end))).Select(a => a.Address).OrderBy(a => a).Take(Most).ToListAsync(ct);
        var leading = (await LeadingToAsync(db, direct, now, ct)).Union(direct, StringComparer.Ordinal).ToList();
        return Sentences(await JudgeAsync(db, leading, now, ct), await VisibleAsync(db, access, ct));
    }

    /// <summary>Live aliases that lead to nobody, because what they lead to is suspended, expired or in trash; sorted, those that the actor sees.</summary>
    public static async Task<IReadOnlyList<DeadAlias>> ReadAsync(MailAdminContext db, Access access, DateTimeOffset now, CancellationToken ct)
    {
        var stopped = db.Mailboxes.Where(m => m.TrashedUntil != null || m.State == MailboxState.Suspended).Select(m => m.Address)
            .Concat(db.Aliases.Where(a => a.TrashedUntil != null || a.ExpiresAt <= now).Select(a => a.Address));
        var leading = (await (from s in stopped join t in db.AliasTargets on s equals t.Target join a in Live(db, now) on t.AliasId equals a.Id select a.Address).Distinct().OrderBy(a => a).Take(Most).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in await db.Domains.Where(d => d.TrashedUntil != null).OrderBy(d => d.Name).Select(d => "@" + d.Name).Take(50).ToListAsync(ct))
            leading.UnionWith(await Live(db, now).Where(a => a.Targets.Any(t => t.Target.EndsWith(name))).Select(a => a.Address).OrderBy(a => a).Take(Most).ToListAsync(ct));
        // At the address of a mailbox that takes no mail an alias leads nowhere, and so does what leads to it.
        leading.UnionWith(await (from m in db.Mailboxes where m.TrashedUntil != null || m.State == MailboxState.Suspended join a in Live(db, now) on m.Address equals a.Address select a.Address).OrderBy(a => a).Take(Most).ToListAsync(ct));
        leading.UnionWith(await LeadingToAsync(db, [.. leading], now, ct));
        var visible = await VisibleAsync(db, access, ct);
        return [.. (await JudgeAsync(db, leading, now, ct)).Where(dead => visible is null || visible.Contains(AddressLookup.DomainOf(dead.Address)))];
    }

    /// <summary>Live aliases that lead to the addresses, directly or by others.</summary>
    private static async Task<HashSet<string>> LeadingToAsync(MailAdminContext db, List<string> addresses, DateTimeOffset now, CancellationToken ct)
    {
        var leading = new HashSet<string>(StringComparer.Ordinal);
        for (var next = addresses; next.Count > 0 && leading.Count < Most;)
        {
            var found = new List<string>();
            foreach (var chunk in next.Chunk(500))
                found.AddRange(await (from t in db.AliasTargets where chunk.Contains(t.Target) join a in Live(db, now) on t.AliasId equals a.Id select a.Address).Distinct().OrderBy(a => a).Take(Most).ToListAsync(ct));
            // A catch-all has no address that another alias could lead to.
            next = [.. found.Where(leading.Add).Where(address => address[0] != '@')];
        }
        return leading;
    }

    private static IQueryable<Alias> Live(MailAdminContext db, DateTimeOffset now) =>
        db.Aliases.AsNoTracking().Where(a => a.TrashedUntil == null && (a.ExpiresAt == null || a.ExpiresAt > now) && db.Domains.Any(d => d.Id == a.DomainId && d.TrashedUntil == null));

    private static async Task<IReadOnlyList<DeadAlias>> JudgeAsync(MailAdminContext db, IReadOnlyCollection<string> aliases, DateTimeOffset now, CancellationToken ct)
    {
        if (aliases.Count == 0) return [];
        var way = new WhereDoesItLead(await AddressLookup.LoadAsync(db, aliases, ct), now);
        var dead = new List<DeadAlias>();
        foreach (var alias in aliases.Order(StringComparer.Ordinal))
        {
            var ends = way.Follow(alias);
            if (!ends.Any(end => end is ToMailbox or ToElsewhere) && ends.OfType<ToNowhere>().FirstOrDefault() is { } nowhere) dead.Add(new DeadAlias(alias, nowhere.Address, nowhere.Reason));
        }
        return dead;
    }

    // An alias may name a mailbox by an alias domain.
    private static async Task<List<string>> UnderEveryNameAsync(MailAdminContext db, IReadOnlyCollection<string> addresses, CancellationToken ct)
    {
        var names = await (from d in db.Domains join of in db.Domains on d.AliasOfId equals of.Id where d.TrashedUntil == null select new { d.Name, Of = of.Name }).ToListAsync(ct);
        var others = names.ToLookup(n => n.Of, n => n.Name);
        return [.. addresses, .. addresses.SelectMany(address => others[AddressLookup.DomainOf(address)].Select(name => $"{AddressLookup.LocalOf(address)}@{name}"))];
    }

    private static async Task<HashSet<string>?> VisibleAsync(MailAdminContext db, Access access, CancellationToken ct) =>
        access.DomainIds is not { } ids ? null : [.. await db.Domains.Where(d => ids.Contains(d.Id)).Select(d => d.Name).ToListAsync(ct)];

    private static IReadOnlyList<string> Sentences(IReadOnlyList<DeadAlias> dead, HashSet<string>? visible)
    {
        var shown = dead.Where(d => visible is null || visible.Contains(AddressLookup.DomainOf(d.Address))).ToList();
        var elsewhere = dead.Count - shown.Count;
        var sentences = shown.Count <= Named
            ? shown.Select(d => d.Sentence).ToList()
            : [string.Create(CultureInfo.InvariantCulture, $"{shown.Count:N0} aliases lead to nobody now: {string.Join(", ", shown.Take(Named).Select(d => d.Address))} and others. Give them other targets, or take this back.")];
        if (elsewhere > 0) sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{elsewhere:N0} {(elsewhere == 1 ? "alias" : "aliases")} of other domains {(elsewhere == 1 ? "leads" : "lead")} to nobody now."));
        return sentences;
    }
}

/// <summary>A live alias whose mail reaches nobody.</summary>
/// <param name="Address">Its address, or <c>@domain</c>.</param>
/// <param name="End">Where its way ends.</param>
/// <param name="Reason">Why nothing takes mail there.</param>
public sealed record DeadAlias(string Address, string End, NowhereReason Reason)
{
    /// <summary>The same in a sentence.</summary>
    public string What => $"{(Address[0] == '@' ? $"The catch-all of {Address[1..]}" : Address)} leads to nobody: {Cause}";

    /// <summary>The same with the next step.</summary>
    public string Sentence => $"{What} Give it another target, or move it to trash.";

    private string Cause => Reason switch
    {
        NowhereReason.Unknown => $"{End} does not exist.",
        NowhereReason.Suspended => $"{End} is suspended.",
        NowhereReason.MailboxInTrash or NowhereReason.AliasInTrash => $"{End} is in trash.",
        NowhereReason.Expired => $"{End} has expired.",
        NowhereReason.DomainInTrash => $"the domain of {End} is in trash.",
        NowhereReason.TooFar => $"the way to {End} is too long for Postfix.",
    };
}
