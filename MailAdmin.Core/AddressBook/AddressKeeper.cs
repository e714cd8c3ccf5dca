using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.AddressBook;

/// <summary>Does what is due by time alone: ends aliases that expire, removes what has been in trash for long enough.</summary>
/// <remarks>
/// The portal's loop waits until <see cref="NextAsync"/> (or until something changed), calls <see cref="TidyAsync"/>, and has each revision served.
/// An alias's expiry is done once: doing it is a change of the record, after its end.
/// </remarks>
public sealed class AddressKeeper(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time)
{
    private const int Batch = 500;      // records of one transaction: nobody waits long for the write lock

    /// <summary>When <see cref="TidyAsync"/> next has something to do (UTC); in the past when it has now; null when nothing is planned.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        DateTimeOffset?[] next =
        [
            await Ending(db.Aliases).MinAsync(a => a.ExpiresAt, ct),
            await db.Aliases.Where(a => a.TrashedUntil != null).MinAsync(a => a.TrashedUntil, ct),
            await db.Mailboxes.Where(m => m.TrashedUntil != null).MinAsync(m => m.TrashedUntil, ct),
            await Removable(db).MinAsync(d => d.TrashedUntil, ct),
        ];
        return next.Min();
    }

    /// <summary>Does everything that is due now.</summary>
    /// <returns>The newest revision of each host that changed; empty when nothing was due.</returns>
    public async Task<IReadOnlyList<HostRevision>> TidyAsync(CancellationToken ct)
    {
        List<int> hosts;
        await using (var db = await factory.CreateDbContextAsync(ct)) hosts = await db.Hosts.OrderBy(h => h.Id).Select(h => h.Id).ToListAsync(ct);
        var revisions = new List<HostRevision>();
        foreach (var host in hosts)
        {
            HostRevision? newest = null;
            while (await IsDueAsync(host, ct) && await TidyBatchAsync(host, ct) is { } revision) newest = revision;
            if (newest is { } last) revisions.Add(last);
        }
        return revisions;
    }

    private async Task<bool> IsDueAsync(int host, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        return await Expired(db, host, now).AnyAsync(ct) || await DueAliases(db, host, now).AnyAsync(ct) || await DueMailboxes(db, host, now).AnyAsync(ct) || await DueDomains(db, host, now).AnyAsync(ct);
    }

    private async Task<HostRevision?> TidyBatchAsync(int host, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var (db, now) = (change.Db, change.Now);
        foreach (var domain in await DueDomains(db, host, now).OrderBy(d => d.Id).Take(1).ToListAsync(ct)) await DomainRemoval.RemoveAsync(change, domain, ct);
        foreach (var alias in await DueAliases(db, host, now).Include(a => a.Targets).OrderBy(a => a.Id).Take(Batch).ToListAsync(ct)) await AliasRemoval.RemoveAsync(change, alias, await db.Domains.SingleAsync(d => d.Id == alias.DomainId, ct), ct);
        foreach (var mailbox in await DueMailboxes(db, host, now).Include(m => m.SenderRights).OrderBy(m => m.Id).Take(Batch).ToListAsync(ct)) await MailboxRemoval.RemoveAsync(change, mailbox, await db.Domains.SingleAsync(d => d.Id == mailbox.DomainId, ct), ct);
        foreach (var alias in await Expired(db, host, now).Include(a => a.Targets).OrderBy(a => a.Id).Take(Batch).ToListAsync(ct)) await EndAsync(change, host, alias, ct);
        return await change.CommitAsync(ct);
    }

    private static async Task EndAsync(Change change, int host, Alias alias, CancellationToken ct)
    {
        var before = AliasSnapshot.Of(alias, await change.Db.Domains.Where(d => d.Id == alias.DomainId).Select(d => d.Name).SingleAsync(ct));
        await change.RememberAsync(host, "alias", alias.Address, before, ct);
        change.Audit("alias.expire", alias.Address, before.ForAudit(), before.ForAudit());
        alias.UpdatedAt = change.Now;
        alias.Revision++;
    }

    /// <summary>Aliases whose end has not been done: not changed since.</summary>
    private static IQueryable<Alias> Ending(IQueryable<Alias> aliases) => aliases.Where(a => a.ExpiresAt != null && a.TrashedUntil == null && a.UpdatedAt < a.ExpiresAt);

    private static IQueryable<Alias> Expired(MailAdminContext db, int host, DateTimeOffset now) =>
        Ending(db.Aliases).Where(a => a.ExpiresAt <= now && db.Domains.Any(d => d.Id == a.DomainId && d.HostId == host));

    private static IQueryable<Alias> DueAliases(MailAdminContext db, int host, DateTimeOffset now) =>
        db.Aliases.Where(a => a.TrashedUntil != null && a.TrashedUntil <= now && db.Domains.Any(d => d.Id == a.DomainId && d.HostId == host));

    private static IQueryable<Mailbox> DueMailboxes(MailAdminContext db, int host, DateTimeOffset now) =>
        db.Mailboxes.Where(m => m.TrashedUntil != null && m.TrashedUntil <= now && db.Domains.Any(d => d.Id == m.DomainId && d.HostId == host));

    private static IQueryable<Domain> DueDomains(MailAdminContext db, int host, DateTimeOffset now) => Removable(db).Where(d => d.TrashedUntil <= now && d.HostId == host);

    /// <summary>Domains in trash that no alias domain needs.</summary>
    private static IQueryable<Domain> Removable(MailAdminContext db) => db.Domains.Where(d => d.TrashedUntil != null && !db.Domains.Any(o => o.AliasOfId == d.Id));
}
