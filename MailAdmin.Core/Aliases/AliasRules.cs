using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Aliases;

/// <summary>What must hold for aliases, asked inside the change that would break it.</summary>
internal static class AliasRules
{
    /// <summary>An alias's own address: <c>name@domain</c> or <c>@domain</c>.</summary>
    public static (string Text, string Shown, DomainName Domain)? ReadAddress(string? given, string field, Reasons reasons)
    {
        Objection why;
        if (CatchAll.IsMeantBy(given))
        {
            if (CatchAll.TryParse(given, out var all, out why)) return (all.ToString(), all.Unicode, all.Domain);
        }
        else if (Address.TryParseTarget(given, out var address, out why))
        {
            return (address.ToString(), address.Unicode, address.Domain);
        }
        reasons.Add(why, field, given);
        return null;
    }

    /// <summary>Where it leads: canonical, in the order given, each once, at least one.</summary>
    public static IReadOnlyList<string> ReadTargets(IReadOnlyList<string>? given, int most, Reasons reasons)
    {
        if (given is null || given.Count == 0)
        {
            reasons.Add(new Malformed("targets", null, "The alias leads nowhere.", "Give at least one address."));
            return [];
        }
        if (given.Count > most)
        {
            reasons.Add(new TargetLimit("targets", $"{given.Count}", most));
            return [];
        }
        var targets = new List<string>(given.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < given.Count; i++)
        {
            var field = $"targets[{i}]";
            if (!Address.TryParseTarget(given[i], out var target, out var why)) reasons.Add(why, field, given[i]);
            else if (!seen.Add(target.ToString())) reasons.Add(new ListedTwice(field, target.Unicode));
            else targets.Add(target.ToString());
        }
        return targets;
    }

    /// <summary>When it ends: in the future.</summary>
    public static void CheckExpiry(DateTimeOffset? expires, DateTimeOffset now, Reasons reasons)
    {
        if (expires <= now) reasons.Add(new ExpiryInThePast("expires", expires.Value.ToString("u", CultureInfo.InvariantCulture)));
    }

    /// <summary>The address is free for an alias with these targets.</summary>
    public static async Task CheckFreeAsync(MailAdminContext db, string address, string shown, IReadOnlyList<string> targets, int self, Reasons reasons, CancellationToken ct)
    {
        if (await db.Aliases.Where(a => a.Address == address && a.Id != self).Select(a => new { a.TrashedUntil }).SingleOrDefaultAsync(ct) is { } other)
        {
            reasons.Add(other.TrashedUntil is null
                ? new AddressTaken("address", shown, $"The alias {shown} exists already.", "Change the existing one, or choose another address.")
                : new AddressTaken("address", shown, $"The alias {shown} is in trash.", "Restore it, or remove it for good first."));
        }
        if (await db.Mailboxes.Where(m => m.Address == address).Select(m => new { m.TrashedUntil }).SingleOrDefaultAsync(ct) is not { } mailbox) return;
        if (mailbox.TrashedUntil is not null)
            reasons.Add(new AddressTaken("address", shown, $"The mailbox {shown} is in trash.", "Restore it, or remove it for good first."));
        else if (!targets.Contains(address))
            reasons.Add(new AddressTaken("address", shown, $"{shown} is a mailbox, and would get no more mail.", $"Add {shown} to the targets to keep a copy there, or choose another address."));
    }

    /// <summary>The domain has room for aliases as it stands, the change included.</summary>
    public static async Task CheckRoomAsync(MailAdminContext db, Domain domain, int more, string value, Reasons reasons, CancellationToken ct)
    {
        if (domain.MaxAliases is { } most && await DomainRules.CountAliasesAsync(db, domain.Id, ct) + more > most)
            reasons.Add(new DomainFull("address", value, domain.Name, most, "aliases"));
    }

    /// <summary>Follows the targets through the database as the change leaves it (saved, not committed): no circles; what is new leads somewhere; not too many.</summary>
    /// <param name="known">Targets that were there before: a dead end among them is no reason against an unrelated change.</param>
    public static async Task CheckWayAsync(MailAdminContext db, Alias alias, IReadOnlyList<string> known, Access access, int most, DateTimeOffset now, Reasons reasons, CancellationToken ct)
    {
        var lookup = await AddressLookup.LoadAsync(db, [alias.Address, .. alias.Targets.Select(t => t.Target)], ct);
        CheckWay(lookup, alias, known, access, most, now, reasons);
    }

    /// <summary>The same over a look-up that holds everything the alias can reach.</summary>
    public static void CheckWay(AddressLookup lookup, Alias alias, IReadOnlyList<string> known, Access access, int most, DateTimeOffset now, Reasons reasons)
    {
        var way = new WhereDoesItLead(lookup, now);
        var sight = new Sight(lookup, access, [alias.Address, .. alias.Targets.Select(t => t.Target)]);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in alias.Targets.OrderBy(t => t.Position))
        {
            var field = $"targets[{target.Position}]";
            var ends = way.FollowTarget(alias.Address, target.Target);
            if (ends.OfType<InCircles>().FirstOrDefault() is { } circle)
            {
                reasons.Add(new AliasLoop(field, target.Target, sight.Show(circle.Path)));
                continue;
            }
            var good = ends.Where(e => e is ToMailbox or ToElsewhere).ToList();
            reached.UnionWith(good.Select(e => e.Address));
            if (good.Count == 0 && !known.Contains(target.Target) && ends.OfType<ToNowhere>().FirstOrDefault() is { } nowhere) reasons.Add(DeadEndOf(field, target.Target, nowhere, sight));
        }
        if (reached.Count > most) reasons.Add(new TargetLimit("targets", $"{reached.Count}", most));
    }

    private static DeadEnd DeadEndOf(string field, string target, ToNowhere nowhere, Sight sight)
    {
        if (!sight.Sees(nowhere.Address)) return new DeadEnd(field, target, $"{target} leads to no mailbox.", "Choose another target.");
        var (what, nextStep) = nowhere.Reason switch
        {
            NowhereReason.Unknown => ($"{nowhere.Address} does not exist: its domain is managed here and has neither a mailbox nor an alias nor a catch-all for it.", "Add it first, or choose another target."),
            NowhereReason.Suspended => ($"The mailbox {nowhere.Address} is suspended and takes no mail.", "Let it receive again first, or choose another target."),
            NowhereReason.MailboxInTrash => ($"The mailbox {nowhere.Address} is in trash.", "Restore it first, or choose another target."),
            NowhereReason.AliasInTrash => ($"The alias {nowhere.Address} is in trash.", "Restore it first, or choose another target."),
            NowhereReason.Expired => ($"The alias {nowhere.Address} has expired.", "Give it a later end first, or choose another target."),
            NowhereReason.DomainInTrash => ($"The domain of {nowhere.Address} is in trash.", "Restore it first, or choose another target."),
            NowhereReason.TooFar => ($"The way from {target} has more steps than Postfix follows.", "Lead it to the mailbox directly."),
        };
        return new DeadEnd(field, target, nowhere.Path.Count > 2 ? $"{what} The way there: {string.Join(" → ", sight.Show(nowhere.Path))}." : what, nextStep);
    }
}
