using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Mailboxes;

// What is done to one mailbox, alone or as one of several.
public sealed partial class MailboxService
{
    /// <summary>Most mailboxes of one bulk act.</summary>
    public const int MostAtOnce = 10_000;

    private sealed record Act(Change Change, Access Access, Mailbox Mailbox, Domain Domain, Reasons Reasons);

    private static async Task EditAsync(Act act, MailboxEdit edit, CancellationToken ct)
    {
        var (change, access, mailbox, domain, reasons) = act;
        RefuseInTrash(act);
        var displayName = edit.DisplayName.Or(mailbox.DisplayName);
        if (!FreeText.TryParseName(displayName, out var name, out var why)) reasons.Add(why, "displayName", displayName);
        var givenNote = edit.Note.Or(mailbox.Note);
        if (!FreeText.TryParseNote(givenNote, out var note, out why)) reasons.Add(why, "note", givenNote);
        mailbox.DisplayName = name;
        mailbox.Note = note;
        if (edit.QuotaBytes.IsSet)
        {
            mailbox.QuotaBytes = edit.QuotaBytes.Or(null);
            MailboxRules.CheckQuota(mailbox.QuotaBytes, domain, reasons);
        }
        if (edit.State.IsSet)
        {
            mailbox.State = edit.State.Or(mailbox.State);
            MailboxRules.CheckState(mailbox.State, reasons);
        }
        if (edit.SenderRights.IsSet) MailboxSnapshot.SetRights(mailbox, [.. await MailboxRules.ReadRightsAsync(change.Db, edit.SenderRights.Or([]), mailbox, domain, access, reasons, ct)]);
    }

    private Task Trash(Act act)
    {
        act.Mailbox.TrashedUntil ??= act.Change.Now + settings.Value.TrashKeepFor;
        return Task.CompletedTask;
    }

    private static Task Restore(Act act)
    {
        var (_, _, mailbox, domain, reasons) = act;
        if (mailbox.TrashedUntil is null) return Task.CompletedTask;
        mailbox.TrashedUntil = null;
        if (domain.TrashedUntil is not null) reasons.Add(new DomainInTrash("address", domain.Name));
        if (mailbox.QuotaBytes is not null) MailboxRules.CheckQuota(mailbox.QuotaBytes, domain, reasons);
        return Task.CompletedTask;
    }

    private static void RefuseInTrash(Act act)
    {
        if (act.Mailbox.TrashedUntil is not null) act.Reasons.Add(new InTrash("address", act.Mailbox.Address));
        else if (act.Domain.TrashedUntil is not null) act.Reasons.Add(new DomainInTrash("address", act.Domain.Name));
    }

    private async Task<Outcome<MailboxView>> ActAsync(string address, string action, Actor actor, ChangeOptions options, Func<Act, Task> act, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db.Mailboxes.Include(m => m.SenderRights), address, "address", access, reasons, ct) is not { } mailbox) return reasons.Refuse<MailboxView>();
        if (Stale.Check(mailbox.Address, mailbox.Revision, options) is { } stale) return stale;
        var stopped = new List<string>();
        await ActAsync(change, access, [("address", mailbox)], action, reasons, act, stopped, ct);
        return reasons.Any ? reasons.Refuse<MailboxView>() : await StoreAsync(change, access, mailbox, stopped, ct);
    }

    private async Task<Outcome<int>> ActOnManyAsync(IReadOnlyList<string> addresses, string action, Actor actor, ChangeOptions options, Func<Act, Task> act, CancellationToken ct)
    {
        if (addresses.Count == 0) return new Malformed("addresses", null, "No address was given.", "Choose at least one mailbox.");
        if (addresses.Count > MostAtOnce) return new TooMany("addresses", $"{addresses.Count}", MostAtOnce);
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;

        var reasons = new Reasons();
        var found = await FindManyAsync(change.Db, addresses, access, reasons, ct);
        if (reasons.Any) return reasons.Refuse<int>();
        var stopped = new List<string>();
        var changed = await ActAsync(change, access, found, action, reasons, act, stopped, ct);
        if (reasons.Any) return reasons.Refuse<int>();
        var remarks = await DeadEnds.CausedAsync(change.Db, stopped, access, change.Now, ct);
        return new Outcome<int>.Accepted(changed, await change.CommitAsync(ct)) { Remarks = remarks };
    }

    /// <summary>Does the act to each, then looks at rules that concern them together.</summary>
    /// <param name="stopped">Gets the addresses that took mail before and do not any more.</param>
    private static async Task<int> ActAsync(
        Change change, Access access, IReadOnlyList<(string Field, Mailbox Mailbox)> mailboxes, string action, Reasons reasons, Func<Act, Task> act, List<string> stopped, CancellationToken ct)
    {
        var db = change.Db;
        var changed = 0;
        var domains = new Dictionary<int, Domain>();
        var guarded = new List<(string Field, string Address, Domain Domain)>();
        var restored = new List<(string Field, Mailbox Mailbox)>();
        foreach (var (field, mailbox) in mailboxes)
        {
            if (!domains.TryGetValue(mailbox.DomainId, out var domain)) domains[mailbox.DomainId] = domain = await db.Domains.SingleAsync(d => d.Id == mailbox.DomainId, ct);
            var before = MailboxSnapshot.Of(mailbox, domain.Name);
            var own = new Reasons();
            await act(new Act(change, access, mailbox, domain, own));
            reasons.AddAll(own, mailboxes.Count == 1 ? null : field);
            if (own.Any) continue;
            var after = MailboxSnapshot.Of(mailbox, domain.Name);
            if (after.Same(before)) continue;
            changed++;
            if (ReservedAddresses.IsReserved(mailbox.Address) && (after.State != before.State || after.TrashedUntil != before.TrashedUntil)) guarded.Add((field, mailbox.Address, domain));
            if (TakesMail(before) && !TakesMail(after)) stopped.Add(mailbox.Address);
            if (before.TrashedUntil is not null && after.TrashedUntil is null) restored.Add((field, mailbox));
            await change.RememberAsync(domain.HostId, "mailbox", mailbox.Address, before, ct);
            mailbox.Revision++;
            mailbox.UpdatedAt = change.Now;
            change.Audit(action, mailbox.Address, before.ForAudit(), after.ForAudit());
        }
        if (reasons.Any) return 0;
        await db.SaveChangesAsync(ct);
        await MailboxRules.CheckNoAliasesAsync(db, restored, reasons, ct);
        foreach (var (_, first) in restored.DistinctBy(r => r.Mailbox.DomainId)) await MailboxRules.CheckRoomAsync(db, domains[first.DomainId], 0, "address", first.Address, reasons, ct);
        foreach (var (field, address, domain) in guarded) reasons.Add(await ReservedAddresses.CheckAsync(db, address, domain, field, ct));
        return changed;
    }

    private static bool TakesMail(MailboxSnapshot mailbox) => mailbox.TrashedUntil is null && mailbox.State != MailboxState.Suspended;

    private static async Task<Outcome<MailboxView>> StoreAsync(Change change, Access access, Mailbox mailbox, IReadOnlyCollection<string> stopped, CancellationToken ct)
    {
        await change.Db.SaveChangesAsync(ct);
        var view = await MailboxListing.ViewAsync(change.Db, mailbox.Id, access, ct);
        var remarks = await DeadEnds.CausedAsync(change.Db, stopped, access, change.Now, ct);
        return new Outcome<MailboxView>.Accepted(view, await change.CommitAsync(ct)) { Remarks = remarks };
    }

    private static async Task<Mailbox?> FindAsync(IQueryable<Mailbox> mailboxes, string given, string field, Access access, Reasons reasons, CancellationToken ct)
    {
        if (!Address.TryParse(given, out var address, out var why))
        {
            reasons.Add(why, field, given);
            return null;
        }
        var text = address.ToString();
        var mailbox = await mailboxes.SingleOrDefaultAsync(m => m.Address == text, ct);
        if (mailbox is not null && access.Sees(mailbox.DomainId)) return mailbox;
        reasons.Add(Missing(field, address.Unicode));
        return null;
    }

    private static async Task<List<(string Field, Mailbox Mailbox)>> FindManyAsync(MailAdminContext db, IReadOnlyList<string> addresses, Access access, Reasons reasons, CancellationToken ct)
    {
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < addresses.Count; i++)
        {
            var field = $"addresses[{i}]";
            if (!Address.TryParse(addresses[i], out var address, out var why)) reasons.Add(why, field, addresses[i]);
            else wanted.TryAdd(address.ToString(), field);
        }
        var found = new List<(string, Mailbox)>();
        foreach (var chunk in wanted.Keys.Chunk(500))
        {
            var mailboxes = await db.Mailboxes.Include(m => m.SenderRights).Where(m => chunk.Contains(m.Address)).ToDictionaryAsync(m => m.Address, ct);
            foreach (var address in chunk)
            {
                if (mailboxes.TryGetValue(address, out var mailbox) && access.Sees(mailbox.DomainId)) found.Add((wanted[address], mailbox));
                else reasons.Add(Missing(wanted[address], address));
            }
        }
        return found;
    }

    private static NotFound Missing(string field, string address) => new(field, address, $"There is no mailbox {address}.", "Check the spelling, or add it.");
}
