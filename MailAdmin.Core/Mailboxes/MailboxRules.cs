using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Mailboxes;

/// <summary>What must hold for mailboxes, asked inside the change that would break it.</summary>
internal static class MailboxRules
{
    public const int MostRights = 200;

    /// <summary>The address is free for a new mailbox.</summary>
    public static async Task CheckFreeAsync(MailAdminContext db, Address address, Reasons reasons, CancellationToken ct)
    {
        var text = address.ToString();
        if (await db.Mailboxes.Where(m => m.Address == text).Select(m => new { m.TrashedUntil }).SingleOrDefaultAsync(ct) is { } other)
        {
            reasons.Add(other.TrashedUntil is null
                ? new AddressTaken("address", address.Unicode, $"The mailbox {address.Unicode} exists already.", "Change the existing one, or choose another address.")
                : new AddressTaken("address", address.Unicode, $"The mailbox {address.Unicode} is in trash.", "Restore it, or remove it for good first."));
        }
        if (await InTheWay(db).AnyAsync(a => a.Address == text, ct)) reasons.Add(TakenByAlias("address", address.Unicode));
    }

    /// <summary>No alias took the address of a mailbox while it was in trash.</summary>
    public static async Task CheckNoAliasesAsync(MailAdminContext db, IReadOnlyList<(string Field, Mailbox Mailbox)> restored, Reasons reasons, CancellationToken ct)
    {
        foreach (var chunk in restored.Chunk(500))
        {
            var addresses = chunk.Select(r => r.Mailbox.Address).ToList();
            var taken = await InTheWay(db).Where(a => addresses.Contains(a.Address)).Select(a => a.Address).ToHashSetAsync(ct);
            foreach (var (field, mailbox) in chunk.Where(r => taken.Contains(r.Mailbox.Address))) reasons.Add(TakenByAlias(field, Address.Parse(mailbox.Address).Unicode));
        }
    }

    private static IQueryable<Alias> InTheWay(MailAdminContext db) => db.Aliases.Where(a => a.TrashedUntil == null && a.Targets.All(t => t.Target != a.Address));

    private static AddressTaken TakenByAlias(string field, string address) =>
        new(field, address, $"{address} is an alias that does not lead to itself.", "Move the alias to trash, or choose another address.");

    /// <summary>The domain has room for more mailboxes.</summary>
    public static async Task CheckRoomAsync(MailAdminContext db, Domain domain, int more, string field, string? value, Reasons reasons, CancellationToken ct)
    {
        if (domain.MaxMailboxes is { } most && await DomainRules.CountMailboxesAsync(db, domain.Id, ct) + more > most)
            reasons.Add(new DomainFull(field, value, domain.Name, most, "mailboxes"));
    }

    /// <summary>A quota of its own: 0 to the domain's largest.</summary>
    public static void CheckQuota(long? bytes, Domain? domain, Reasons reasons)
    {
        if (bytes is not { } given) return;
        if (!ByteQuota.TryFrom(given, out var quota, out var why)) reasons.Add(why, "quotaBytes", $"{given}");
        else if (domain?.MaxQuotaBytes is { } most && (quota.IsUnlimited || given > most)) reasons.Add(new QuotaAboveDomainLimit("quotaBytes", quota.Human, domain.Name, most));
    }

    /// <summary>The state is one of those there are.</summary>
    public static void CheckState(MailboxState state, Reasons reasons)
    {
        if (!Enum.IsDefined(state)) reasons.Add(new Malformed("state", $"{(int)state}", $"{(int)state} is no state of a mailbox.", "Give active, receiveOnly or suspended."));
    }

    /// <summary>Rights to send as: canonical, sorted; new ones only of domains on this host that the actor manages.</summary>
    public static async Task<IReadOnlyList<string>> ReadRightsAsync(MailAdminContext db, IReadOnlyList<string>? given, Mailbox mailbox, Domain home, Access access, Reasons reasons, CancellationToken ct)
    {
        if (given is null)
        {
            reasons.Add(new Malformed("senderRights", null, "No list was given.", "Give a list; an empty one takes all rights back."));
            return [];
        }
        if (given.Count > MostRights)
        {
            reasons.Add(new TooMany("senderRights", $"{given.Count}", MostRights));
            return [];
        }
        var rights = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < given.Count; i++)
        {
            var field = $"senderRights[{i}]";
            if (Parse(given[i], field, reasons) is not { } sender) continue;
            if (!rights.Add(sender.Text)) reasons.Add(new ListedTwice(field, sender.Text));
            if (mailbox.SenderRights.Any(r => r.Sender == sender.Text)) continue;    // granted before, perhaps by someone who may do more
            var name = sender.Domain.ToString();
            var domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == name, ct);
            if (domain is null || domain.HostId != home.HostId || domain.TrashedUntil is not null || !access.Permits(Right.ChangeAccounts, domain.Id))
                reasons.Add(new SenderNotHere(field, ShownText.Of(given[i], 80)));
        }
        return [.. rights];
    }

    private static (string Text, DomainName Domain)? Parse(string? given, string field, Reasons reasons)
    {
        Objection why;
        if (CatchAll.IsMeantBy(given))
        {
            if (CatchAll.TryParse(given, out var all, out why)) return (all.ToString(), all.Domain);
        }
        else if (Address.TryParseTarget(given, out var address, out why))
        {
            return (address.ToString(), address.Domain);
        }
        reasons.Add(why, field, given);
        return null;
    }
}
