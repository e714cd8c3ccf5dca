using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Domains;

/// <summary>Removes a domain with everything in it, remembering each object.</summary>
internal static class DomainRemoval
{
    public static async Task RemoveAsync(Change change, Domain domain, CancellationToken ct)
    {
        var db = change.Db;
        foreach (var alias in await db.Aliases.Include(a => a.Targets).Where(a => a.DomainId == domain.Id).ToListAsync(ct))
            await AliasRemoval.RemoveAsync(change, alias, domain, ct);
        foreach (var mailbox in await db.Mailboxes.Include(m => m.SenderRights).Where(m => m.DomainId == domain.Id).ToListAsync(ct))
            await MailboxRemoval.RemoveAsync(change, mailbox, domain, ct);
        await TakeBackRightsAsync(change, domain, ct);

        var before = await DomainSnapshot.OfAsync(db, domain, ct);
        await change.RememberAsync(domain.HostId, "domain", domain.Name, before, ct);
        change.Audit("domain.purge", domain.Name, before.ForAudit(), null);
        db.Domains.Remove(domain);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Rights to send as the domain's addresses end with it: whoever adds the name again must not inherit them.</summary>
    private static async Task TakeBackRightsAsync(Change change, Domain domain, CancellationToken ct)
    {
        var db = change.Db;
        var ending = "@" + domain.Name;
        var holders = await db.Mailboxes.Include(m => m.SenderRights).Where(m => m.DomainId != domain.Id && m.SenderRights.Any(r => r.Sender.EndsWith(ending))).ToListAsync(ct);
        foreach (var mailbox in holders)
        {
            var home = await db.Domains.AsNoTracking().SingleAsync(d => d.Id == mailbox.DomainId, ct);
            var before = MailboxSnapshot.Of(mailbox, home.Name);
            mailbox.SenderRights.RemoveAll(r => r.Sender.EndsWith(ending, StringComparison.Ordinal));
            await change.RememberAsync(home.HostId, "mailbox", mailbox.Address, before, ct);
            mailbox.Revision++;
            mailbox.UpdatedAt = change.Now;
            change.Audit("mailbox.change", mailbox.Address, before.ForAudit(), MailboxSnapshot.Of(mailbox, home.Name).ForAudit());
        }
    }
}
