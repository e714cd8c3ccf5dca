using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Domains;

/// <summary>Domains as administrators manage them; the right is checked in each call.</summary>
/// <remarks>A domain in trash keeps its mailboxes and aliases as they are; none of them is served until it is restored.</remarks>
public sealed class DomainService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time, IOptions<MailboxOptions> settings)
{
    /// <summary>One page of the domains that the actor may see.</summary>
    public async Task<Outcome<Page<DomainView>>> ListAsync(DomainQuery query, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        var sort = ListRules.Check(query, DomainListing.Sorts, reasons);
        if (reasons.Any) return reasons.Refuse<Page<DomainView>>();
        return new Outcome<Page<DomainView>>.Accepted(await DomainListing.ReadAsync(db, query, sort, access, ct), null);
    }

    /// <summary>One domain by name (Unicode or A-label).</summary>
    public async Task<Outcome<DomainView>> GetAsync(string name, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        return await FindAsync(db, name, access, reasons, ct) is { } domain
            ? new Outcome<DomainView>.Accepted(await DomainListing.ViewAsync(db, domain.Id, ct), null)
            : reasons.Refuse<DomainView>();
    }

    /// <summary>Where nobody reads postmaster@ or abuse@, host by host; empty when somebody does everywhere.</summary>
    public async Task<Outcome<IReadOnlyList<UnreadDuties>>> UnreadDutiesAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        return new Outcome<IReadOnlyList<UnreadDuties>>.Accepted(await ReservedAddresses.UnreadAsync(db, access.DomainIds, time.GetUtcNow(), ct), null);
    }

    /// <summary>Adds a domain.</summary>
    public async Task<Outcome<DomainView>> AddAsync(NewDomain domain, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var db = change.Db;
        var access = await Access.ReadAsync(db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeDomains) is { } no) return no;

        var reasons = new Reasons();
        if (!DomainName.TryParse(domain.Name, out var name, out var why)) reasons.Add(why, "name", domain.Name);
        var host = await DomainRules.FindHostAsync(db, domain.Host, reasons, ct);
        if (!FreeText.TryParseNote(domain.Note, out var note, out why)) reasons.Add(why, "note", domain.Note);
        var added = new Domain
        {
            HostId = host?.Id ?? 0,
            Name = name?.ToString() ?? "",
            MaxMailboxes = DomainRules.ReadCount(domain.MaxMailboxes, "maxMailboxes", reasons),
            MaxAliases = DomainRules.ReadCount(domain.MaxAliases, "maxAliases", reasons),
            DefaultQuotaBytes = DomainRules.ReadQuota(domain.DefaultQuotaBytes, "defaultQuotaBytes", reasons),
            MaxQuotaBytes = DomainRules.ReadQuota(domain.MaxQuotaBytes, "maxQuotaBytes", reasons),
            Note = note,
            CreatedAt = change.Now,
            UpdatedAt = change.Now,
            Revision = 1,
        };
        DomainRules.CheckLimits(added, reasons);
        reasons.Add(DomainRules.CheckHostName(host, name));
        if (domain.AliasOf is not null && host is not null) added.AliasOfId = (await DomainRules.FindAliasTargetAsync(db, access, domain.AliasOf, host.Id, 0, reasons, ct))?.Id;
        if (name is not null && await db.Domains.Where(d => d.Name == added.Name).Select(d => new { d.TrashedUntil }).SingleOrDefaultAsync(ct) is { } taken)
            reasons.Add(new DomainTaken("name", name.Unicode, taken.TrashedUntil is not null));
        if (reasons.Any) return reasons.Refuse<DomainView>();

        await change.RememberAsync(added.HostId, "domain", added.Name, null, ct);
        db.Domains.Add(added);
        await db.SaveChangesAsync(ct);
        change.Audit("domain.add", added.Name, null, (await DomainSnapshot.OfAsync(db, added, ct)).ForAudit());
        return await StoreAsync(change, added, added.AliasOfId is null && string.IsNullOrEmpty(host!.PostmasterAddress)
            ? [$"Nobody reads postmaster@{added.Name} and abuse@{added.Name} yet. Add them as mailboxes or aliases, or give {host.Name} a postmaster address."] : [], ct);
    }

    /// <summary>Changes a domain.</summary>
    public Task<Outcome<DomainView>> ChangeAsync(string name, DomainEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(name, "domain.change", actor, options, async (change, access, domain, reasons) =>
        {
            if (domain.TrashedUntil is not null)
            {
                reasons.Add(new InTrash("name", domain.Name));
                return;
            }
            domain.MaxMailboxes = DomainRules.ReadCount(edit.MaxMailboxes.Or(domain.MaxMailboxes), "maxMailboxes", reasons);
            domain.MaxAliases = DomainRules.ReadCount(edit.MaxAliases.Or(domain.MaxAliases), "maxAliases", reasons);
            domain.DefaultQuotaBytes = DomainRules.ReadQuota(edit.DefaultQuotaBytes.Or(domain.DefaultQuotaBytes), "defaultQuotaBytes", reasons);
            domain.MaxQuotaBytes = DomainRules.ReadQuota(edit.MaxQuotaBytes.Or(domain.MaxQuotaBytes), "maxQuotaBytes", reasons);
            if (!FreeText.TryParseNote(edit.Note.Or(domain.Note), out var note, out var why)) reasons.Add(why, "note", edit.Note.Or(""));
            domain.Note = note;
            if (edit.AliasOf is { IsSet: true } aliasOf) await LinkAsync(change.Db, access, domain, aliasOf.Or(null), reasons, ct);
            if (reasons.Any) return;
            DomainRules.CheckLimits(domain, reasons);
            await DomainRules.CheckContentAsync(change.Db, domain, reasons, ct);
        }, ct);

    /// <summary>Moves a domain, with all in it, to trash.</summary>
    public Task<Outcome<DomainView>> TrashAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(name, "domain.trash", actor, options, async (change, _, domain, reasons) =>
        {
            if (domain.TrashedUntil is not null) return;
            await DomainRules.CheckNoAliasDomainsAsync(change.Db, domain, "name", reasons, ct, alsoInTrash: false);
            domain.TrashedUntil = change.Now + settings.Value.TrashKeepFor;
        }, ct);

    /// <summary>Brings a domain back from trash.</summary>
    public Task<Outcome<DomainView>> RestoreAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(name, "domain.restore", actor, options, async (change, access, domain, reasons) =>
        {
            if (domain.TrashedUntil is null) return;
            domain.TrashedUntil = null;
            reasons.Add(DomainRules.CheckHostName(await change.Db.Hosts.AsNoTracking().SingleAsync(h => h.Id == domain.HostId, ct), DomainName.Parse(domain.Name)));
            if (domain.AliasOfId is { } target)
                await DomainRules.FindAliasTargetAsync(change.Db, access, await change.Db.Domains.Where(d => d.Id == target).Select(d => d.Name).SingleAsync(ct), domain.HostId, domain.Id, reasons, ct);
        }, ct);

    /// <summary>Removes a domain in trash for good, with its mailboxes and aliases; their mail stays on disk.</summary>
    public async Task<Outcome<DomainView>> PurgeAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeDomains) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db, name, access, reasons, ct) is not { } domain) return reasons.Refuse<DomainView>();
        reasons.Add(Stale.Check(domain.Name, domain.Revision, options));
        if (domain.TrashedUntil is null) reasons.Add(new NotInTrash("name", domain.Name));
        await DomainRules.CheckNoAliasDomainsAsync(change.Db, domain, "name", reasons, ct);
        if (reasons.Any) return reasons.Refuse<DomainView>();

        var view = await DomainListing.ViewAsync(change.Db, domain.Id, ct);
        await DomainRemoval.RemoveAsync(change, domain, ct);
        return new Outcome<DomainView>.Accepted(view, await change.CommitAsync(ct));
    }

    private async Task<Outcome<DomainView>> ActAsync(string name, string action, Actor actor, ChangeOptions options, Func<Change, Access, Domain, Reasons, Task> act, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeDomains) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db, name, access, reasons, ct) is not { } domain) return reasons.Refuse<DomainView>();
        if (Stale.Check(domain.Name, domain.Revision, options) is { } stale) return stale;

        var before = await DomainSnapshot.OfAsync(change.Db, domain, ct);
        await act(change, access, domain, reasons);
        if (reasons.Any) return reasons.Refuse<DomainView>();
        var after = await DomainSnapshot.OfAsync(change.Db, domain, ct);
        if (after != before)
        {
            await change.RememberAsync(domain.HostId, "domain", domain.Name, before, ct);
            domain.Revision++;
            domain.UpdatedAt = change.Now;
            change.Audit(action, domain.Name, before.ForAudit(), after.ForAudit());
        }
        await change.Db.SaveChangesAsync(ct);
        var stops = before.TrashedUntil is null && after.TrashedUntil is not null;
        return await StoreAsync(change, domain, stops ? await DeadEnds.CausedByDomainAsync(change.Db, domain.Id, domain.Name, access, change.Now, ct) : [], ct);
    }

    private static async Task<Outcome<DomainView>> StoreAsync(Change change, Domain domain, IReadOnlyList<string> remarks, CancellationToken ct)
    {
        await change.Db.SaveChangesAsync(ct);
        var view = await DomainListing.ViewAsync(change.Db, domain.Id, ct);
        return new Outcome<DomainView>.Accepted(view, await change.CommitAsync(ct)) { Remarks = remarks };
    }

    private static async Task LinkAsync(MailAdminContext db, Access access, Domain domain, string? aliasOf, Reasons reasons, CancellationToken ct)
    {
        if (aliasOf is null)
        {
            domain.AliasOfId = null;
            return;
        }
        if (await DomainRules.FindAliasTargetAsync(db, access, aliasOf, domain.HostId, domain.Id, reasons, ct) is not { } target || target.Id == domain.AliasOfId) return;
        await DomainRules.CheckCanBecomeAliasAsync(db, domain, reasons, ct);
        domain.AliasOfId = target.Id;
    }

    private static async Task<Domain?> FindAsync(MailAdminContext db, string given, Access access, Reasons reasons, CancellationToken ct)
    {
        if (!DomainName.TryParse(given, out var name, out var why))
        {
            reasons.Add(why, "name", given);
            return null;
        }
        var text = name.ToString();
        var domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == text, ct);
        if (domain is not null && access.Sees(domain.Id)) return domain;
        reasons.Add(new NotFound("name", name.Unicode, $"There is no domain {name.Unicode}.", "Check the spelling, or add it."));
        return null;
    }
}
