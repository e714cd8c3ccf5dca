using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Removes a mailbox's record for good; its mail stays on disk.</summary>
internal static class MailboxRemoval
{
    /// <param name="mailbox">With its rights loaded.</param>
    /// <param name="domain">Its domain.</param>
    public static async Task RemoveAsync(Change change, Mailbox mailbox, Domain domain, CancellationToken ct)
    {
        var before = MailboxSnapshot.Of(mailbox, domain.Name);
        await change.RememberAsync(domain.HostId, "mailbox", mailbox.Address, before, ct);
        change.Audit("mailbox.purge", mailbox.Address, before.ForAudit(), null);
        change.Db.Mailboxes.Remove(mailbox);
    }
}
