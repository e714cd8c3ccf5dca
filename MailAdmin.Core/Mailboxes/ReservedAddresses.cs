using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Mailboxes;

/// <summary>postmaster@ and abuse@ of a live domain: once something answers them, something must go on answering.</summary>
internal static class ReservedAddresses
{
    private static readonly string[] Names = ["postmaster", "abuse"];

    /// <summary>True for an address that is guarded.</summary>
    public static bool IsReserved(string address) => address.IndexOf('@') is var at and > 0 && Names.Contains(address[..at]);

    /// <summary>For each host without a postmaster address: how many of its live domains have nobody at postmaster@ or at abuse@.</summary>
    public static async Task<IReadOnlyList<UnreadDuties>> UnreadAsync(MailAdminContext db, IReadOnlySet<int>? visible, DateTimeOffset now, CancellationToken ct)
    {
        var domains = db.Domains.AsNoTracking().Where(d => d.TrashedUntil == null && d.AliasOfId == null && db.Hosts.Any(h => h.Id == d.HostId && (h.PostmasterAddress == null || h.PostmasterAddress == "")));
        if (visible is { } ids) domains = domains.Where(d => ids.Contains(d.Id));
        var caught = db.Aliases.Where(a => a.TrashedUntil == null && (a.ExpiresAt == null || a.ExpiresAt > now));
        var read = db.Mailboxes.Where(m => m.TrashedUntil == null && m.State != MailboxState.Suspended);
        var unread = domains.Where(d => !caught.Any(a => a.Address == "@" + d.Name) && !(
            (read.Any(m => m.Address == "postmaster@" + d.Name) || caught.Any(a => a.Address == "postmaster@" + d.Name)) && (read.Any(m => m.Address == "abuse@" + d.Name) || caught.Any(a => a.Address == "abuse@" + d.Name))));
        var found = await (from d in unread join h in db.Hosts on d.HostId equals h.Id group d by h.Name into g orderby g.Key select new { Host = g.Key, Count = g.Count(), First = g.Min(d => d.Name) }).ToListAsync(ct);
        return [.. found.Select(f => new UnreadDuties(f.Host, f.Count, f.First!))];
    }

    /// <summary>Looks at the database as the change leaves it (saved, not committed); the refusal when nothing answers the address for good.</summary>
    /// <remarks>A catch-all answers too. One that expires does not answer for good, no more than an alias that does.</remarks>
    public static async Task<Refusal?> CheckAsync(MailAdminContext db, string address, Domain domain, string field, CancellationToken ct)
    {
        if (!IsReserved(address) || domain.TrashedUntil is not null) return null;
        if (await db.Hosts.AnyAsync(h => h.Id == domain.HostId && h.PostmasterAddress != null && h.PostmasterAddress != "", ct)) return null;
        if (await db.Mailboxes.AnyAsync(m => m.Address == address && m.TrashedUntil == null && m.State != MailboxState.Suspended, ct)) return null;
        // A mailbox that is suspended or in trash refuses the address before any alias or catch-all sees it.
        if (await db.Mailboxes.AnyAsync(m => m.Address == address, ct)) return new ReservedAddress(field, address);
        var catchAll = "@" + domain.Name;
        if (await db.Aliases.AnyAsync(a => (a.Address == address || a.Address == catchAll) && a.TrashedUntil == null && a.ExpiresAt == null, ct)) return null;
        return new ReservedAddress(field, address);
    }
}

/// <summary>Domains of a host in which nobody reads postmaster@ or abuse@ (RFC 5321 4.5.1 and RFC 2142 want both).</summary>
/// <param name="Host">The host's name; a postmaster address there would answer for all of them.</param>
/// <param name="Domains">How many.</param>
/// <param name="First">The first of them by name.</param>
public sealed record UnreadDuties(string Host, int Domains, string First);
