using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Mailboxes as administrators manage them; the right is checked in each call.</summary>
public sealed partial class MailboxService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time, MailboxPasswords passwords, IOptions<MailboxOptions> settings)
{
    /// <summary>One page of the mailboxes that the actor may see.</summary>
    public async Task<Outcome<Page<MailboxRow>>> ListAsync(MailboxQuery query, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        var sort = ListRules.Check(query, MailboxListing.Sorts, reasons);
        var domainId = await DomainRules.FindForListAsync(db, access, query.Domain, reasons, ct);
        if (reasons.Any) return reasons.Refuse<Page<MailboxRow>>();
        return new Outcome<Page<MailboxRow>>.Accepted(await MailboxListing.ReadAsync(db, query, domainId, sort, access, ct), null);
    }

    /// <summary>One mailbox by address.</summary>
    public async Task<Outcome<MailboxView>> GetAsync(string address, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        var reasons = new Reasons();
        return await FindAsync(db.Mailboxes.AsNoTracking(), address, "address", access, reasons, ct) is { } mailbox
            ? new Outcome<MailboxView>.Accepted(await MailboxListing.ViewAsync(db, mailbox.Id, access, ct), null)
            : reasons.Refuse<MailboxView>();
    }

    /// <summary>Adds a mailbox.</summary>
    public async Task<Outcome<MailboxView>> AddAsync(NewMailbox mailbox, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } notNow) return notNow;
        var reasons = new Reasons();
        if (!Address.TryParse(mailbox.Address, out var address, out var why)) reasons.Add(why, "address", mailbox.Address);
        var hash = await passwords.ReadAsync(new NewPassword { Password = mailbox.Password, PasswordHash = mailbox.PasswordHash, Scheme = mailbox.PasswordScheme }, address, reasons, ct);
        if (!FreeText.TryParseName(mailbox.DisplayName, out var displayName, out why)) reasons.Add(why, "displayName", mailbox.DisplayName);
        if (!FreeText.TryParseNote(mailbox.Note, out var note, out why)) reasons.Add(why, "note", mailbox.Note);
        MailboxRules.CheckState(mailbox.State, reasons);

        await using var change = await changes.BeginAsync(actor, options, ct);
        var db = change.Db;
        var access = await Access.ReadAsync(db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        var domain = address is null ? null : await DomainRules.FindForAddressAsync(db, access, address.Domain, "address", reasons, ct);
        MailboxRules.CheckQuota(mailbox.QuotaBytes, domain, reasons);
        if (address is not null && domain is not null)
        {
            await MailboxRules.CheckFreeAsync(db, address, reasons, ct);
            await MailboxRules.CheckRoomAsync(db, domain, 1, "address", address.Unicode, reasons, ct);
            MailboxPasswords.Check(hash, mailbox.State, await HostOfAsync(db, domain, ct), reasons);
        }
        var rights = domain is null ? [] : await MailboxRules.ReadRightsAsync(db, mailbox.SenderRights ?? [], new Mailbox(), domain, access, reasons, ct);
        if (reasons.Any || address is null || domain is null) return reasons.Refuse<MailboxView>();

        var added = new Mailbox
        {
            DomainId = domain.Id,
            Address = address.ToString(),
            DisplayName = displayName,
            Note = note,
            State = mailbox.State,
            PasswordHash = hash?.Unlocked().Text,
            PasswordChangedAt = hash is null ? null : change.Now,
            QuotaBytes = mailbox.QuotaBytes,
            SenderRights = [.. rights.Select(r => new SenderRight { Sender = r })],
            CreatedAt = change.Now,
            UpdatedAt = change.Now,
            Revision = 1,
        };
        db.Mailboxes.Add(added);
        await change.RememberAsync(domain.HostId, "mailbox", added.Address, null, ct);
        change.Audit("mailbox.add", added.Address, null, MailboxSnapshot.Of(added, domain.Name).ForAudit());
        return await StoreAsync(change, access, added, [], ct);
    }

    /// <summary>Changes a mailbox.</summary>
    public Task<Outcome<MailboxView>> ChangeAsync(string address, MailboxEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "mailbox.change", actor, options, act => EditAsync(act, edit, ct), ct);

    /// <summary>Sets a password.</summary>
    public async Task<Outcome<MailboxView>> SetPasswordAsync(string address, NewPassword password, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } notNow) return notNow;
        var reasons = new Reasons();
        Address.TryParse(address, out var whose, out _);
        var hash = await passwords.ReadAsync(password, whose, reasons, ct);
        if (hash is null && !reasons.Any) reasons.Add(new PasswordRefused("password", "No password was given.", "Give a password, or a ready hash."));
        return await ActAsync(address, "mailbox.password", actor, options, async act =>
        {
            act.Reasons.AddAll(reasons);
            RefuseInTrash(act);
            MailboxPasswords.Check(hash, act.Mailbox.State, await HostOfAsync(act.Change.Db, act.Domain, ct), act.Reasons);
            if (hash is null || hash.Unlocked().Text == act.Mailbox.PasswordHash) return;
            act.Mailbox.PasswordHash = hash.Unlocked().Text;
            act.Mailbox.PasswordChangedAt = act.Change.Now;
        }, ct);
    }

    /// <summary>Moves a mailbox to trash; it can be restored until a date.</summary>
    public Task<Outcome<MailboxView>> TrashAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "mailbox.trash", actor, options, Trash, ct);

    /// <summary>Brings a mailbox back from trash.</summary>
    public Task<Outcome<MailboxView>> RestoreAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActAsync(address, "mailbox.restore", actor, options, Restore, ct);

    /// <summary>Removes a mailbox in trash for good; its mail stays on disk.</summary>
    public async Task<Outcome<MailboxView>> PurgeAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db.Mailboxes.Include(m => m.SenderRights), address, "address", access, reasons, ct) is not { } mailbox) return reasons.Refuse<MailboxView>();
        if (Stale.Check(mailbox.Address, mailbox.Revision, options) is { } stale) return stale;
        if (mailbox.TrashedUntil is null) return new NotInTrash("address", mailbox.Address);

        var view = await MailboxListing.ViewAsync(change.Db, mailbox.Id, access, ct);
        await MailboxRemoval.RemoveAsync(change, mailbox, await change.Db.Domains.SingleAsync(d => d.Id == mailbox.DomainId, ct), ct);
        return new Outcome<MailboxView>.Accepted(view, await change.CommitAsync(ct));
    }

    /// <summary>Changes several mailboxes, all or none.</summary>
    public Task<Outcome<int>> ChangeManyAsync(IReadOnlyList<string> addresses, MailboxEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActOnManyAsync(addresses, "mailbox.change", actor, options, act => EditAsync(act, edit, ct), ct);

    /// <summary>Moves several mailboxes to trash, all or none.</summary>
    public Task<Outcome<int>> TrashManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActOnManyAsync(addresses, "mailbox.trash", actor, options, Trash, ct);

    /// <summary>Brings several mailboxes back from trash, all or none.</summary>
    public Task<Outcome<int>> RestoreManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ActOnManyAsync(addresses, "mailbox.restore", actor, options, Restore, ct);

    /// <summary>Before the costly hashing: the actor may change accounts at all. Asked again inside the change.</summary>
    private async Task<Refusal?> RefuseAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeAccounts);
    }

    private static Task<Host> HostOfAsync(MailAdminContext db, Domain domain, CancellationToken ct) => db.Hosts.AsNoTracking().SingleAsync(h => h.Id == domain.HostId, ct);
}
