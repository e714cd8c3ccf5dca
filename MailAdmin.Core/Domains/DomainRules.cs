using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Domains;

/// <summary>What must hold for domains, asked inside the change that would break it.</summary>
internal static class DomainRules
{
    /// <summary>The domain that an address belongs to, when addresses can be added to it; else the reason.</summary>
    public static async Task<Domain?> FindForAddressAsync(MailAdminContext db, Access access, DomainName name, string field, Reasons reasons, CancellationToken ct)
    {
        var text = name.ToString();
        var domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == text, ct);
        if (domain is null || !access.Sees(domain.Id))
        {
            reasons.Add(new DomainUnknown(field, name.Unicode));
            return null;
        }
        if (domain.TrashedUntil is not null) reasons.Add(new DomainInTrash(field, name.Unicode));
        if (domain.AliasOfId is { } target)
        {
            var of = await db.Domains.Where(d => d.Id == target).Select(d => d.Name).SingleAsync(ct);
            reasons.Add(new DomainClash(field, name.Unicode, $"{name.Unicode} is an alias domain of {of}: its addresses are those of {of}.", $"Add the address at {of}; it then answers under both names."));
        }
        return domain;
    }

    /// <summary>Ids of the domains in trash.</summary>
    public static async Task<List<int>> InTrashAsync(MailAdminContext db, CancellationToken ct)
    {
        var ids = new List<int>();
        await foreach (var id in AskInTrash(db).WithCancellation(ct)) ids.Add(id);
        return ids;
    }

    // Every list asks.
    private static readonly Func<MailAdminContext, IAsyncEnumerable<int>> AskInTrash = EF.CompileAsyncQuery((MailAdminContext db) => db.Domains.Where(d => d.TrashedUntil != null).Select(d => d.Id));

    private static readonly Func<MailAdminContext, string, CancellationToken, Task<int?>> AskIdAsync = EF.CompileAsyncQuery((MailAdminContext db, string name, CancellationToken _) => db.Domains.Where(d => d.Name == name).Select(d => (int?)d.Id).SingleOrDefault());

    /// <summary>The domain that a list is limited to; null when it is not, or when there are reasons against it.</summary>
    public static async Task<int?> FindForListAsync(MailAdminContext db, Access access, string? given, Reasons reasons, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(given)) return null;
        if (!DomainName.TryParse(given, out var name, out var why))
        {
            reasons.Add(why, "domain", given);
            return null;
        }
        var text = name.ToString();
        var id = await AskIdAsync(db, text, ct);
        if (id is { } known && access.Sees(known)) return id;
        reasons.Add(new NotFound("domain", name.Unicode, $"There is no domain {name.Unicode}.", "Check the spelling, or leave the domain out."));
        return null;
    }

    /// <summary>The host by name, or the only one.</summary>
    public static async Task<Host?> FindHostAsync(MailAdminContext db, string? name, Reasons reasons, CancellationToken ct)
    {
        var hosts = await db.Hosts.AsNoTracking().OrderBy(h => h.Id).ToListAsync(ct);
        if (string.IsNullOrEmpty(name))
        {
            if (hosts.Count == 1) return hosts[0];
            reasons.Add(hosts.Count == 0
                ? new HostUnknown("host", null, "No mail host is registered.", "Register one first (mailadmin host add, or mailadmin lab start).")
                : new HostUnknown("host", null, "There are several mail hosts.", $"Name one of: {string.Join(", ", hosts.Select(h => h.Name))}."));
            return null;
        }
        var host = hosts.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (host is null) reasons.Add(new HostUnknown("host", ShownText.Of(name, 80), $"No host '{ShownText.Of(name, 80)}' is registered.", "Check the spelling, or register it first."));
        return host;
    }

    /// <summary>A domain that is the host's own name belongs to the machine's local users, not to virtual mailboxes.</summary>
    public static Refusal? CheckHostName(Host? host, DomainName? name) =>
        host is null || name is null || !host.Name.Equals(name.ToString(), StringComparison.OrdinalIgnoreCase) ? null
        : new DomainClash("name", name.Unicode, $"{name.Unicode} is the host's own name; Postfix would deliver its mail to local users.", "Host the domain above it, or give the host another name, such as mail." + name.Unicode + ".");

    /// <summary>The domain that another is to be an alias of; else the reason.</summary>
    public static async Task<Domain?> FindAliasTargetAsync(MailAdminContext db, Access access, string? given, int hostId, int self, Reasons reasons, CancellationToken ct)
    {
        if (!DomainName.TryParse(given, out var name, out var why))
        {
            reasons.Add(why, "aliasOf", given);
            return null;
        }
        var text = name.ToString();
        var target = await db.Domains.SingleOrDefaultAsync(d => d.Name == text, ct);
        var shown = name.Unicode;
        if (target is null || !access.Sees(target.Id)) reasons.Add(new DomainUnknown("aliasOf", shown));
        else if (target.Id == self) reasons.Add(new DomainClash("aliasOf", shown, $"{shown} cannot be an alias of itself.", "Name another domain, or none."));
        else if (target.TrashedUntil is not null) reasons.Add(new DomainInTrash("aliasOf", shown));
        else if (target.AliasOfId is not null) reasons.Add(new DomainClash("aliasOf", shown, $"{shown} is itself an alias domain.", "Name the domain that it is an alias of."));
        else if (target.HostId != hostId) reasons.Add(new DomainClash("aliasOf", shown, $"{shown} is served by another host.", "Name a domain of the same host."));
        else return target;
        return null;
    }

    /// <summary>A domain that becomes an alias domain has no addresses and no alias domains of its own.</summary>
    public static async Task CheckCanBecomeAliasAsync(MailAdminContext db, Domain domain, Reasons reasons, CancellationToken ct)
    {
        var mailboxes = await db.Mailboxes.CountAsync(m => m.DomainId == domain.Id, ct);
        var aliases = await db.Aliases.CountAsync(a => a.DomainId == domain.Id, ct);
        if (mailboxes + aliases > 0)
            reasons.Add(new DomainClash("aliasOf", domain.Name, $"{domain.Name} has {mailboxes} mailboxes and {aliases} aliases of its own, those in trash included.", "Remove them for good first, or leave it a domain of its own."));
        await CheckNoAliasDomainsAsync(db, domain, "aliasOf", reasons, ct);
    }

    /// <summary>A domain that other names lead to must stay.</summary>
    public static async Task CheckNoAliasDomainsAsync(MailAdminContext db, Domain domain, string field, Reasons reasons, CancellationToken ct, bool alsoInTrash = true)
    {
        var other = await db.Domains.Where(d => d.AliasOfId == domain.Id && (alsoInTrash || d.TrashedUntil == null)).OrderBy(d => d.Name).Select(d => d.Name).FirstOrDefaultAsync(ct);
        if (other is not null)
            reasons.Add(new DomainClash(field, domain.Name, $"{other} is an alias domain of {domain.Name}.", $"Make {other} a domain of its own, or remove it, first."));
    }

    /// <summary>Limits fit each other.</summary>
    public static void CheckLimits(Domain domain, Reasons reasons)
    {
        if (domain.MaxQuotaBytes is not { } max) return;
        if (domain.DefaultQuotaBytes is null) reasons.Add(new LimitTooLow("defaultQuotaBytes", "unlimited", $"Mailboxes of {domain.Name} without a quota of their own would be unlimited, above the limit of {Human(max)}.", $"Give a default quota of at most {Human(max)}."));
        else if (domain.DefaultQuotaBytes > max) reasons.Add(new LimitTooLow("defaultQuotaBytes", Human(domain.DefaultQuotaBytes.Value), $"The default quota {Human(domain.DefaultQuotaBytes.Value)} is above the largest one, {Human(max)}.", $"Give at most {Human(max)}."));
    }

    /// <summary>Limits fit what the domain already holds.</summary>
    public static async Task CheckContentAsync(MailAdminContext db, Domain domain, Reasons reasons, CancellationToken ct)
    {
        if (domain.MaxMailboxes is { } mailboxes && await CountMailboxesAsync(db, domain.Id, ct) is var haveMailboxes && haveMailboxes > mailboxes)
            reasons.Add(new LimitTooLow("maxMailboxes", $"{mailboxes}", $"{domain.Name} already has {haveMailboxes} mailboxes.", $"Give at least {haveMailboxes}, or move some to trash."));
        if (domain.MaxAliases is { } aliases && await CountAliasesAsync(db, domain.Id, ct) is var haveAliases && haveAliases > aliases)
            reasons.Add(new LimitTooLow("maxAliases", $"{aliases}", $"{domain.Name} already has {haveAliases} aliases.", $"Give at least {haveAliases}, or move some to trash."));
        if (domain.MaxQuotaBytes is { } max)
        {
            var above = db.Mailboxes.Where(m => m.DomainId == domain.Id && m.TrashedUntil == null && (m.QuotaBytes == 0 || m.QuotaBytes > max));
            if (await above.OrderBy(m => m.Address).Select(m => m.Address).FirstOrDefaultAsync(ct) is { } first)
                reasons.Add(new LimitTooLow("maxQuotaBytes", Human(max), $"{await above.CountAsync(ct)} mailboxes have more than {Human(max)}, {first} among them.", "Give a larger limit, or lower their quotas first."));
        }
    }

    /// <summary>Live mailboxes; those in trash hold no place.</summary>
    public static Task<int> CountMailboxesAsync(MailAdminContext db, int domainId, CancellationToken ct) => db.Mailboxes.CountAsync(m => m.DomainId == domainId && m.TrashedUntil == null, ct);

    /// <summary>Live aliases, also expired ones; those in trash hold no place.</summary>
    public static Task<int> CountAliasesAsync(MailAdminContext db, int domainId, CancellationToken ct) => db.Aliases.CountAsync(a => a.DomainId == domainId && a.TrashedUntil == null, ct);

    /// <summary>A limit of a count; null means none.</summary>
    public static int? ReadCount(int? given, string field, Reasons reasons)
    {
        if (given is < 0) reasons.Add(new Malformed(field, $"{given}", $"A limit of {given} is negative.", "Give 0 or more, or nothing for no limit."));
        return given;
    }

    /// <summary>A quota of a domain; null and 0 both mean none, and null is stored.</summary>
    public static long? ReadQuota(long? given, string field, Reasons reasons)
    {
        if (given is null or 0) return null;
        if (!ByteQuota.TryFrom(given.Value, out _, out var why)) reasons.Add(why, field, $"{given}");
        return given;
    }

    private static string Human(long bytes) => ByteQuota.TryFrom(bytes, out var quota, out _) ? quota.Human : $"{bytes} bytes";
}
