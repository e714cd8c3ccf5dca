using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Aliases;

/// <summary>Aliases as administrators manage them; the right is checked in each call.</summary>
public sealed partial class AliasService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time, IOptions<MailboxOptions> settings)
{
    /// <summary>One page of the aliases that the actor may see.</summary>
    public async Task<Outcome<Page<AliasView>>> ListAsync(AliasQuery query, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var access = await Access.ReadAsync(db, actor, now, ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        var sort = ListRules.Check(query, AliasListing.Sorts, reasons);
        var domainId = await DomainRules.FindForListAsync(db, access, query.Domain, reasons, ct);
        Address? target = null;
        if (!string.IsNullOrEmpty(query.Target) && !Address.TryParseTarget(query.Target, out target, out var why)) reasons.Add(why, "target", query.Target);
        if (reasons.Any) return reasons.Refuse<Page<AliasView>>();
        return new Outcome<Page<AliasView>>.Accepted(await AliasListing.ReadAsync(factory, db, query, domainId, target?.ToString(), sort, access, now, ct), null);
    }

    /// <summary>One alias by address (<c>@domain</c> for the catch-all).</summary>
    public async Task<Outcome<AliasView>> GetAsync(string address, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var access = await Access.ReadAsync(db, actor, now, ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        return await FindAsync(db.Aliases.AsNoTracking(), address, "address", access, reasons, ct) is { } alias
            ? new Outcome<AliasView>.Accepted(await AliasListing.ViewAsync(db, alias.Id, now, ct), null)
            : reasons.Refuse<AliasView>();
    }

    /// <summary>Where mail to an address of a domain that we manage ends, whether an alias, a mailbox or nothing stands there. Ways through domains that the actor does not see are shown as <c>…</c>.</summary>
    public async Task<Outcome<IReadOnlyList<Destination>>> FollowAsync(string address, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var access = await Access.ReadAsync(db, actor, now, ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        if (AliasRules.ReadAddress(address, "address", reasons) is not { } parsed) return reasons.Refuse<IReadOnlyList<Destination>>();
        var lookup = await AddressLookup.LoadAsync(db, [parsed.Text], ct);
        if (!lookup.Domains.TryGetValue(parsed.Domain.ToString(), out var domain) || !access.Sees(domain.Id)) return new DomainUnknown("address", parsed.Domain.Unicode);
        var named = lookup.Aliases.TryGetValue(parsed.Text, out var alias) ? alias.Targets : [];
        var sight = new Sight(lookup, access, [parsed.Text, .. named]);
        return new Outcome<IReadOnlyList<Destination>>.Accepted([.. new WhereDoesItLead(lookup, now).Follow(parsed.Text).Select(sight.Show)], null);
    }

    /// <summary>Live aliases that lead to nobody, because what they lead to is suspended, expired or in trash; sorted by address.</summary>
    /// <remarks>Aliases to addresses that never were, or are gone for good, are not among them: finding those means following every alias.</remarks>
    public async Task<Outcome<IReadOnlyList<DeadAlias>>> DeadEndsAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var access = await Access.ReadAsync(db, actor, now, ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        return new Outcome<IReadOnlyList<DeadAlias>>.Accepted(await DeadEnds.ReadAsync(db, access, now, ct), null);
    }

    /// <summary>Adds an alias.</summary>
    public async Task<Outcome<AliasView>> AddAsync(NewAlias alias, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var db = change.Db;
        var access = await Access.ReadAsync(db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;

        var reasons = new Reasons();
        var address = AliasRules.ReadAddress(alias.Address, "address", reasons);
        var targets = AliasRules.ReadTargets(alias.Targets, settings.Value.MostTargets, reasons);
        AliasRules.CheckExpiry(alias.Expires, change.Now, reasons);
        if (!FreeText.TryParseNote(alias.Comment, out var comment, out var why)) reasons.Add(why, "comment", alias.Comment);
        var domain = address is null ? null : await DomainRules.FindForAddressAsync(db, access, address.Value.Domain, "address", reasons, ct);
        if (address is not null && domain is not null)
        {
            await AliasRules.CheckFreeAsync(db, address.Value.Text, address.Value.Shown, targets, 0, reasons, ct);
            await AliasRules.CheckRoomAsync(db, domain, 1, address.Value.Shown, reasons, ct);
        }
        if (reasons.Any || address is null || domain is null) return reasons.Refuse<AliasView>();

        var added = new Alias { DomainId = domain.Id, Address = address.Value.Text, Comment = comment, ExpiresAt = alias.Expires?.ToUniversalTime(), CreatedAt = change.Now, UpdatedAt = change.Now, Revision = 1 };
        AliasSnapshot.SetTargets(added, targets);
        db.Aliases.Add(added);
        await change.RememberAsync(domain.HostId, "alias", added.Address, null, ct);
        change.Audit("alias.add", added.Address, null, AliasSnapshot.Of(added, domain.Name).ForAudit());
        await db.SaveChangesAsync(ct);
        await AliasRules.CheckWayAsync(db, added, [], access, settings.Value.MostTargets, change.Now, reasons, ct);
        return reasons.Any ? reasons.Refuse<AliasView>() : await StoreAsync(change, access, added, [], ct);
    }

    /// <summary>Changes an alias.</summary>
    public Task<Outcome<AliasView>> ChangeAsync(string address, AliasEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "alias.change", actor, options, act => EditAsync(act, edit, ct), ct);

    /// <summary>Moves an alias to trash.</summary>
    public Task<Outcome<AliasView>> TrashAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "alias.trash", actor, options, Trash, ct);

    /// <summary>Brings an alias back from trash.</summary>
    public Task<Outcome<AliasView>> RestoreAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "alias.restore", actor, options, act => RestoreAsync(act, ct), ct);

    /// <summary>Removes an alias in trash for good.</summary>
    public async Task<Outcome<AliasView>> PurgeAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db.Aliases.Include(a => a.Targets), address, "address", access, reasons, ct) is not { } alias) return reasons.Refuse<AliasView>();
        if (Stale.Check(alias.Address, alias.Revision, options) is { } stale) return stale;
        if (alias.TrashedUntil is null) return new NotInTrash("address", alias.Address);

        var view = await AliasListing.ViewAsync(change.Db, alias.Id, change.Now, ct);
        await AliasRemoval.RemoveAsync(change, alias, await change.Db.Domains.SingleAsync(d => d.Id == alias.DomainId, ct), ct);
        return new Outcome<AliasView>.Accepted(view, await change.CommitAsync(ct));
    }

    /// <summary>Moves several aliases to trash, all or none.</summary>
    public Task<Outcome<int>> TrashManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActOnManyAsync(addresses, "alias.trash", actor, options, Trash, ct);

    /// <summary>Brings several aliases back from trash, all or none.</summary>
    public Task<Outcome<int>> RestoreManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActOnManyAsync(addresses, "alias.restore", actor, options, act => RestoreAsync(act, ct), ct);
}
