using System.Text.Json;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.History;

/// <summary>Restores objects to what they were at a former revision, by what each change remembered. A change like any other: remembered itself, so that it can be rolled back too.</summary>
internal sealed class RollBack(Change change, int hostId)
{
    private MailAdminContext Db => change.Db;

    /// <summary>Restores everything that changed since.</summary>
    /// <returns>How many objects were restored or removed.</returns>
    public async Task<int> ToAsync(long revision, CancellationToken ct)
    {
        // The first thing remembered after the revision is what the object was at it.
        var versions = await Db.ObjectVersions.AsNoTracking().Where(v => v.HostId == hostId && v.Revision > revision).OrderBy(v => v.Id).ToListAsync(ct);
        var former = versions.GroupBy(v => (v.Kind, v.Key)).ToDictionary(g => g.Key, g => g.First().Before);
        List<(string Key, T? Before)> Of<T>(string kind) where T : class => [.. former.Where(f => f.Key.Kind == kind).Select(f => (f.Key.Key, f.Value is null ? null : JsonSerializer.Deserialize<T>(f.Value, JsonSerializerOptions.Web)))];
        var (domains, mailboxes, aliases) = (Of<DomainSnapshot>("domain"), Of<MailboxSnapshot>("mailbox"), Of<AliasSnapshot>("alias"));

        // Domains that are to be come first and those that are not go last: addresses belong to them.
        foreach (var (name, before) in domains) if (before is not null) await RestoreAsync(name, before, ct);
        foreach (var (name, before) in domains) if (before is not null) await LinkAsync(name, before.AliasOf, ct);
        foreach (var (address, before) in aliases) await RestoreAsync(address, before, ct);
        foreach (var (address, before) in mailboxes) await RestoreAsync(address, before, ct);
        await Db.SaveChangesAsync(ct);
        foreach (var (name, before) in domains) if (before is null) await RemoveAsync(name, ct);
        await Db.SaveChangesAsync(ct);
        return former.Count;
    }

    private async Task RestoreAsync(string name, DomainSnapshot before, CancellationToken ct)
    {
        var domain = await Db.Domains.SingleOrDefaultAsync(d => d.Name == name, ct);
        await change.RememberAsync(hostId, "domain", name, domain is null ? null : await DomainSnapshot.OfAsync(Db, domain, ct), ct);
        if (domain is null) Db.Domains.Add(domain = new Domain());
        before.WriteTo(domain);
        domain.Revision = Math.Max(domain.Revision, before.Revision) + 1;
        domain.UpdatedAt = change.Now;
        await Db.SaveChangesAsync(ct);
    }

    private async Task LinkAsync(string name, string? aliasOf, CancellationToken ct)
    {
        var domain = await Db.Domains.SingleAsync(d => d.Name == name, ct);
        domain.AliasOfId = aliasOf is null ? null : await Db.Domains.Where(d => d.Name == aliasOf).Select(d => (int?)d.Id).SingleOrDefaultAsync(ct);
        await Db.SaveChangesAsync(ct);
    }

    private async Task RemoveAsync(string name, CancellationToken ct)
    {
        if (await Db.Domains.SingleOrDefaultAsync(d => d.Name == name, ct) is not { } domain) return;
        await change.RememberAsync(hostId, "domain", name, await DomainSnapshot.OfAsync(Db, domain, ct), ct);
        foreach (var other in await Db.Domains.Where(d => d.AliasOfId == domain.Id).ToListAsync(ct)) other.AliasOfId = null;
        Db.Domains.Remove(domain);
    }

    private async Task RestoreAsync(string address, MailboxSnapshot? before, CancellationToken ct)
    {
        var mailbox = await Db.Mailboxes.Include(m => m.SenderRights).SingleOrDefaultAsync(m => m.Address == address, ct);
        await change.RememberAsync(hostId, "mailbox", address, mailbox is null ? null : MailboxSnapshot.Of(mailbox, DomainOf(address)), ct);
        if (before is null)
        {
            if (mailbox is not null) Db.Mailboxes.Remove(mailbox);
            return;
        }
        if (mailbox is null) Db.Mailboxes.Add(mailbox = new Mailbox());
        mailbox.DomainId = await DomainIdAsync(before.Domain, ct);
        before.WriteTo(mailbox);
        mailbox.Revision = Math.Max(mailbox.Revision, before.Revision) + 1;
        mailbox.UpdatedAt = change.Now;
    }

    private async Task RestoreAsync(string address, AliasSnapshot? before, CancellationToken ct)
    {
        var alias = await Db.Aliases.Include(a => a.Targets).SingleOrDefaultAsync(a => a.Address == address, ct);
        await change.RememberAsync(hostId, "alias", address, alias is null ? null : AliasSnapshot.Of(alias, DomainOf(address)), ct);
        if (before is null)
        {
            if (alias is not null) Db.Aliases.Remove(alias);
            return;
        }
        if (alias is null) Db.Aliases.Add(alias = new Alias());
        alias.DomainId = await DomainIdAsync(before.Domain, ct);
        before.WriteTo(alias);
        alias.Revision = Math.Max(alias.Revision, before.Revision) + 1;
        alias.UpdatedAt = change.Now;
    }

    private Task<int> DomainIdAsync(string name, CancellationToken ct) => Db.Domains.Where(d => d.Name == name).Select(d => d.Id).SingleAsync(ct);

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
