using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

// What is done to one alias, alone or as one of several.
public sealed partial class AliasService
{
    /// <summary>Most aliases of one bulk act.</summary>
    public const int MostAtOnce = 10_000;

    private sealed record Act(Change Change, Alias Alias, Domain Domain, Reasons Reasons);

    private async Task EditAsync(Act act, AliasEdit edit, CancellationToken ct)
    {
        var (change, alias, domain, reasons) = act;
        if (alias.TrashedUntil is not null) reasons.Add(new InTrash("address", alias.Address));
        else if (domain.TrashedUntil is not null) reasons.Add(new DomainInTrash("address", domain.Name));
        var given = edit.Comment.Or(alias.Comment);
        if (!FreeText.TryParseNote(given, out var comment, out var why)) reasons.Add(why, "comment", given);
        alias.Comment = comment;
        if (edit.Expires.IsSet && edit.Expires.Or(null)?.ToUniversalTime() is var expires && expires != alias.ExpiresAt)
        {
            AliasRules.CheckExpiry(expires, change.Now, reasons);
            alias.ExpiresAt = expires;
        }
        if (!edit.Targets.IsSet) return;
        var targets = AliasRules.ReadTargets(edit.Targets.Or([]), settings.Value.MostTargets, reasons);
        if (reasons.Any) return;
        await AliasRules.CheckFreeAsync(change.Db, alias.Address, alias.Address, targets, alias.Id, reasons, ct);
        AliasSnapshot.SetTargets(alias, targets);
    }

    private Task Trash(Act act)
    {
        act.Alias.TrashedUntil ??= act.Change.Now + settings.Value.TrashKeepFor;
        return Task.CompletedTask;
    }

    private static async Task RestoreAsync(Act act, CancellationToken ct)
    {
        var (change, alias, domain, reasons) = act;
        if (alias.TrashedUntil is null) return;
        alias.TrashedUntil = null;
        if (domain.TrashedUntil is not null) reasons.Add(new DomainInTrash("address", domain.Name));
        await AliasRules.CheckFreeAsync(change.Db, alias.Address, alias.Address, [.. alias.Targets.Select(t => t.Target)], alias.Id, reasons, ct);
    }

    private async Task<Outcome<AliasView>> ActAsync(string address, string action, Actor actor, ChangeOptions options, Func<Act, Task> act, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        var reasons = new Reasons();
        if (await FindAsync(change.Db.Aliases.Include(a => a.Targets), address, "address", access, reasons, ct) is not { } alias) return reasons.Refuse<AliasView>();
        if (Stale.Check(alias.Address, alias.Revision, options) is { } stale) return stale;
        var stopped = new List<string>();
        await ActAsync(change, access, [("address", alias)], action, reasons, act, stopped, ct);
        return reasons.Any ? reasons.Refuse<AliasView>() : await StoreAsync(change, access, alias, stopped, ct);
    }

    private async Task<Outcome<int>> ActOnManyAsync(IReadOnlyList<string> addresses, string action, Actor actor, ChangeOptions options, Func<Act, Task> act, CancellationToken ct)
    {
        if (addresses.Count == 0) return new Malformed("addresses", null, "No address was given.", "Choose at least one alias.");
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
    /// <param name="stopped">Gets the addresses that led somewhere before and do not any more.</param>
    private async Task<int> ActAsync(Change change, Access access, IReadOnlyList<(string Field, Alias Alias)> aliases, string action, Reasons reasons, Func<Act, Task> act, List<string> stopped, CancellationToken ct)
    {
        var db = change.Db;
        var domains = new Dictionary<int, Domain>();
        var changed = new List<(string Field, Alias Alias, AliasSnapshot Before, AliasSnapshot After)>();
        foreach (var (field, alias) in aliases)
        {
            if (!domains.TryGetValue(alias.DomainId, out var domain)) domains[alias.DomainId] = domain = await db.Domains.SingleAsync(d => d.Id == alias.DomainId, ct);
            var before = AliasSnapshot.Of(alias, domain.Name);
            var own = new Reasons();
            await act(new Act(change, alias, domain, own));
            reasons.AddAll(own, aliases.Count == 1 ? null : field);
            if (own.Any) continue;
            var after = AliasSnapshot.Of(alias, domain.Name);
            if (after.Same(before)) continue;
            changed.Add((field, alias, before, after));
            if (after.TrashedUntil is not null && before.TrashedUntil is null) stopped.Add(alias.Address);
            await change.RememberAsync(domain.HostId, "alias", alias.Address, before, ct);
            alias.Revision++;
            alias.UpdatedAt = change.Now;
            change.Audit(action, alias.Address, before.ForAudit(), after.ForAudit());
        }
        if (reasons.Any) return 0;
        await db.SaveChangesAsync(ct);
        foreach (var chunk in changed.Chunk(50))
        {
            // One look-up for the ways of several: it reads everything that any of them reaches.
            var led = chunk.Where(c => IsRestored(c.Before, c.After) || !c.After.Targets.SequenceEqual(c.Before.Targets)).ToList();
            var lookup = await AddressLookup.LoadAsync(db, led.SelectMany(c => c.After.Targets.Prepend(c.Alias.Address)), ct);
            foreach (var (field, alias, before, after) in chunk)
            {
                var own = new Reasons();
                var isRestored = IsRestored(before, after);
                if (isRestored) await AliasRules.CheckRoomAsync(db, domains[alias.DomainId], 0, alias.Address, own, ct);
                if (isRestored || !after.Targets.SequenceEqual(before.Targets)) AliasRules.CheckWay(lookup, alias, isRestored ? [] : before.Targets, access, settings.Value.MostTargets, change.Now, own);
                var answersLess = after.ExpiresAt is not null && before.ExpiresAt is null || after.TrashedUntil is not null && before.TrashedUntil is null;
                if (answersLess) own.Add(await ReservedAddresses.CheckAsync(db, alias.Address, domains[alias.DomainId], "address", ct));
                reasons.AddAll(own, aliases.Count == 1 ? null : field);
            }
        }
        return changed.Count;
    }

    private static bool IsRestored(AliasSnapshot before, AliasSnapshot after) => before.TrashedUntil is not null && after.TrashedUntil is null;

    private static async Task<Outcome<AliasView>> StoreAsync(Change change, Access access, Alias alias, IReadOnlyCollection<string> stopped, CancellationToken ct)
    {
        await change.Db.SaveChangesAsync(ct);
        var view = await AliasListing.ViewAsync(change.Db, alias.Id, change.Now, ct);
        var remarks = await DeadEnds.CausedAsync(change.Db, stopped, access, change.Now, ct);
        return new Outcome<AliasView>.Accepted(view, await change.CommitAsync(ct)) { Remarks = remarks };
    }

    private static async Task<Alias?> FindAsync(IQueryable<Alias> aliases, string given, string field, Access access, Reasons reasons, CancellationToken ct)
    {
        if (AliasRules.ReadAddress(given, field, reasons) is not { } address) return null;
        var alias = await aliases.SingleOrDefaultAsync(a => a.Address == address.Text, ct);
        if (alias is not null && access.Sees(alias.DomainId)) return alias;
        reasons.Add(Missing(field, address.Shown));
        return null;
    }

    private static async Task<List<(string Field, Alias Alias)>> FindManyAsync(MailAdminContext db, IReadOnlyList<string> addresses, Access access, Reasons reasons, CancellationToken ct)
    {
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < addresses.Count; i++)
        {
            var field = $"addresses[{i}]";
            if (AliasRules.ReadAddress(addresses[i], field, reasons) is { } address) wanted.TryAdd(address.Text, field);
        }
        var found = new List<(string, Alias)>();
        foreach (var chunk in wanted.Keys.Chunk(500))
        {
            var aliases = await db.Aliases.Include(a => a.Targets).Where(a => chunk.Contains(a.Address)).ToDictionaryAsync(a => a.Address, ct);
            foreach (var address in chunk)
            {
                if (aliases.TryGetValue(address, out var alias) && access.Sees(alias.DomainId)) found.Add((wanted[address], alias));
                else reasons.Add(Missing(wanted[address], address));
            }
        }
        return found;
    }

    private static NotFound Missing(string field, string address) => new(field, address, $"There is no alias {address}.", "Check the spelling, or add it.");
}
