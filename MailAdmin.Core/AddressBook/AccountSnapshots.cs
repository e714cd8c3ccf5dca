using System.Text.Json;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.AddressBook;

/// <summary>Brings domains, mailboxes and aliases back to what they were, as part of a change; each is remembered and audited like any other change.</summary>
/// <remarks>The right to do so is the caller's to check. A removed domain that comes back has lost the administrators that were given to it.</remarks>
public static class AccountSnapshots
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Restores objects, in an order that holds: what belongs to a domain goes before it and comes after it.</summary>
    /// <returns>How many objects differ now from before.</returns>
    /// <exception cref="InvalidOperationException">An object belongs to a domain that neither exists nor is among the objects.</exception>
    public static async Task<int> RestoreAsync(Change change, int hostId, IReadOnlyList<FormerObject> objects, CancellationToken ct)
    {
        var aliasDomains = (await change.Db.Domains.Where(d => d.AliasOfId != null).Select(d => d.Name).ToListAsync(ct)).ToHashSet();
        var restored = 0;
        foreach (var group in objects.GroupBy(o => Place(o, aliasDomains)).OrderBy(g => g.Key))
        {
            foreach (var chunk in group.Chunk(500)) restored += await RestoreChunkAsync(change, hostId, chunk, ct);
            // Each group is stored before the next: domains must have their keys, and an address may pass from one object to another.
            await change.Db.SaveChangesAsync(ct);
        }
        return restored;
    }

    /// <summary>Which group an object belongs to; all of a group are of one kind.</summary>
    private static int Place(FormerObject former, HashSet<string> aliasDomains) => (former.Kind, former.Before) switch
    {
        ("alias", null) => 0,
        ("mailbox", null) => 1,
        ("domain", { } json) => Read<DomainSnapshot>(json)!.AliasOf is null ? 2 : 3,
        ("mailbox", _) => 4,
        ("alias", _) => 5,
        ("domain", null) => aliasDomains.Contains(former.Key) ? 6 : 7,
        _ => throw new InvalidOperationException($"'{former.Kind}' is no kind of account."),
    };

    private static async Task<int> RestoreChunkAsync(Change change, int hostId, FormerObject[] objects, CancellationToken ct)
    {
        var db = change.Db;
        var keys = objects.Select(o => o.Key).ToList();
        var changed = 0;
        switch (objects[0].Kind)
        {
            case "alias":
                var aliases = await db.Aliases.Include(a => a.Targets).Where(a => keys.Contains(a.Address)).ToDictionaryAsync(a => a.Address, ct);
                foreach (var o in objects) changed += await RestoreAliasAsync(change, hostId, o.Key, aliases.GetValueOrDefault(o.Key), Read<AliasSnapshot>(o.Before), ct) ? 1 : 0;
                break;
            case "mailbox":
                var mailboxes = await db.Mailboxes.Include(m => m.SenderRights).Where(m => keys.Contains(m.Address)).ToDictionaryAsync(m => m.Address, ct);
                foreach (var o in objects) changed += await RestoreMailboxAsync(change, hostId, o.Key, mailboxes.GetValueOrDefault(o.Key), Read<MailboxSnapshot>(o.Before), ct) ? 1 : 0;
                break;
            default:
                var domains = await db.Domains.Where(d => keys.Contains(d.Name)).ToDictionaryAsync(d => d.Name, ct);
                foreach (var o in objects) changed += await RestoreDomainAsync(change, hostId, o.Key, domains.GetValueOrDefault(o.Key), Read<DomainSnapshot>(o.Before), ct) ? 1 : 0;
                break;
        }
        return changed;
    }

    private static T? Read<T>(string? json) where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Json);

    private static async Task<bool> RestoreAliasAsync(Change change, int hostId, string key, Alias? alias, AliasSnapshot? former, CancellationToken ct)
    {
        var db = change.Db;
        var before = alias is null ? null : AliasSnapshot.Of(alias, await NameAsync(db, alias.DomainId, ct));
        if (former is null)
        {
            if (alias is null) return false;
            db.Aliases.Remove(alias);
        }
        else
        {
            if (before is not null && former.Same(before with { Revision = former.Revision })) return false;
            if (alias is null) db.Aliases.Add(alias = new Alias { Revision = former.Revision });
            alias.DomainId = await IdAsync(db, former.Domain, ct);
            former.WriteTo(alias);
            alias.UpdatedAt = change.Now;
            alias.Revision++;
        }
        await change.RememberAsync(hostId, "alias", key, before, ct);
        change.Audit("alias.rollBack", key, before?.ForAudit(), former?.ForAudit());
        return true;
    }

    private static async Task<bool> RestoreMailboxAsync(Change change, int hostId, string key, Mailbox? mailbox, MailboxSnapshot? former, CancellationToken ct)
    {
        var db = change.Db;
        var before = mailbox is null ? null : MailboxSnapshot.Of(mailbox, await NameAsync(db, mailbox.DomainId, ct));
        if (former is null)
        {
            if (mailbox is null) return false;
            db.Mailboxes.Remove(mailbox);
        }
        else
        {
            if (before is not null && former.Same(before with { Revision = former.Revision })) return false;
            if (mailbox is null) db.Mailboxes.Add(mailbox = new Mailbox { Revision = former.Revision });
            mailbox.DomainId = await IdAsync(db, former.Domain, ct);
            former.WriteTo(mailbox);
            mailbox.UpdatedAt = change.Now;
            mailbox.Revision++;
        }
        await change.RememberAsync(hostId, "mailbox", key, before, ct);
        change.Audit("mailbox.rollBack", key, before?.ForAudit(), former?.ForAudit());
        return true;
    }

    private static async Task<bool> RestoreDomainAsync(Change change, int hostId, string key, Domain? domain, DomainSnapshot? former, CancellationToken ct)
    {
        var db = change.Db;
        var before = domain is null ? null : await DomainSnapshot.OfAsync(db, domain, ct);
        if (former is null)
        {
            if (domain is null) return false;
            db.Domains.Remove(domain);
        }
        else
        {
            if (before is not null && former == before with { Revision = former.Revision }) return false;
            if (domain is null) db.Domains.Add(domain = new Domain { Revision = former.Revision });
            former.WriteTo(domain);
            domain.AliasOfId = former.AliasOf is { } target ? await IdAsync(db, target, ct) : null;
            domain.UpdatedAt = change.Now;
            domain.Revision++;
        }
        await change.RememberAsync(hostId, "domain", key, before, ct);
        change.Audit("domain.rollBack", key, before?.ForAudit(), former?.ForAudit());
        return true;
    }

    private static async Task<string> NameAsync(MailAdminContext db, int id, CancellationToken ct) => (await db.Domains.FindAsync([id], ct))!.Name;

    private static async Task<int> IdAsync(MailAdminContext db, string name, CancellationToken ct) =>
        db.Domains.Local.FirstOrDefault(d => d.Name == name)?.Id
        ?? (await db.Domains.SingleOrDefaultAsync(d => d.Name == name, ct))?.Id
        ?? throw new InvalidOperationException($"The domain {name} is not there, so what belongs to it cannot be restored.");
}
