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
