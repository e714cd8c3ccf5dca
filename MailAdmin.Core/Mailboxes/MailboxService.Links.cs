using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Mailboxes;

// Passwords that are stored as part of a larger change.
public sealed partial class MailboxService
{
    /// <summary>Stores a password inside a change that somebody else began and commits; who may do so was asked there.</summary>
    /// <param name="mailbox">Tracked by the change, with its sender rights.</param>
    internal static async Task StorePasswordAsync(Change change, Mailbox mailbox, HashText hash, Reasons reasons, CancellationToken ct)
    {
        var access = await Access.ReadAsync(change.Db, change.Actor, change.Now, ct);
        await ActAsync(change, access, [("password", mailbox)], "mailbox.password", reasons, async act =>
        {
            RefuseInTrash(act);
            MailboxPasswords.Check(hash, act.Mailbox.State, await HostOfAsync(act.Change.Db, act.Domain, ct), act.Reasons);
            act.Mailbox.PasswordHash = hash.Unlocked().Text;
            act.Mailbox.PasswordChangedAt = act.Change.Now;
        }, [], ct);
    }
}
