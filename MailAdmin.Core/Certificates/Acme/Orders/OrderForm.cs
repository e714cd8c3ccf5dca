using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Reads a wish for a certificate, with every reason against it.</summary>
internal static class OrderForm
{
    private const int MostNames = 100;

    /// <summary>The order, not yet stored; null when there are reasons.</summary>
    public static async Task<AcmeOrder?> ReadAsync(MailAdminContext db, NewAcmeOrder wanted, Reasons reasons, CancellationToken ct)
    {
        var names = Names(wanted.Names, reasons);
        var hosts = await db.Hosts.AsNoTracking().ToListAsync(ct);
        var host = wanted.Host is { Length: > 0 } given ? hosts.Find(h => h.Name == given) : hosts.Count == 1 ? hosts[0] : hosts.Find(h => names.Contains(h.Name));
        if (host is null) reasons.Add(new NotFound("host", wanted.Host, wanted.Host is { Length: > 0 } ? $"There is no host {ShownText.Of(wanted.Host, 80)}." : hosts.Count == 0 ? "There is no mail host yet." : "There are several hosts, and none is named as the certificate.", hosts.Count == 0 ? "Register one first (mailadmin host add)." : $"Name one: {string.Join(", ", hosts.Select(h => h.Name))}."));
        if (!Enum.IsDefined(wanted.Challenge)) reasons.Add(new Malformed("challenge", $"{wanted.Challenge}", "There is no such way of proof.", "Choose http, webRoot, dns or manual."));
        if (!Enum.IsDefined(wanted.Keys)) reasons.Add(new Malformed("keys", $"{wanted.Keys}", "There is no such kind of key.", "Choose ecdsa, rsa or both."));
        if (wanted.Challenge is ChallengeKind.Http or ChallengeKind.WebRoot && names.Find(n => n.StartsWith('*')) is { } wildcard) reasons.Add(new WildcardNeedsDns(wildcard));
        if (wanted.Challenge == ChallengeKind.WebRoot && HostPathRefusal(wanted.WebRoot) is { } badRoot) reasons.Add(badRoot);
        var updater = wanted.Challenge == ChallengeKind.Dns ? await UpdaterAsync(db, wanted.DnsUpdater, reasons, ct) : null;
        foreach (var (field, text) in new[] { ("profile", wanted.Profile), ("preferredRoot", wanted.PreferredRoot) })
            if (text is { Length: > 100 } || text?.Any(char.IsControl) == true) reasons.Add(new Malformed(field, ShownText.Of(text, 60), "That is no name of one.", "Leave it out, or copy it from the authority."));
        return reasons.Any ? null : new AcmeOrder
        {
            HostId = host!.Id, Names = names, Keys = wanted.Keys, Profile = Blank(wanted.Profile), PreferredRoot = Blank(wanted.PreferredRoot), Challenge = wanted.Challenge,
            WebRoot = wanted.Challenge == ChallengeKind.WebRoot ? wanted.WebRoot : null, DnsUpdaterId = updater?.Id, IgnoresPreflight = wanted.IgnoresPreflight, Revision = 1,
        };
    }

    /// <summary>Whether a trial at the staging authority comes first: there is one, and no order with this configuration has succeeded.</summary>
    public static async Task<bool> NeedsTrialAsync(MailAdminContext db, AcmeOrder order, Uri directory, NewAcmeOrder wanted, CancellationToken ct)
    {
        order.ConfigurationMark = Mark(order, directory);
        return !wanted.SkipsTrial && Authority.Of(directory.AbsoluteUri)?.Staging is not null
            && !await db.Set<AcmeOrder>().AnyAsync(o => o.ConfigurationMark == order.ConfigurationMark && o.State >= OrderState.Valid, ct);
    }

    /// <summary>Adds the orders at authorities, with their keys.</summary>
    /// <param name="keys">Private keys to use, one a part; empty for new ones.</param>
    public static async Task AddPartsAsync(MailAdminContext db, AcmeOrder order, Uri directory, NewAcmeOrder wanted, Actor actor, DateTimeOffset now, CancellationToken ct, IReadOnlyList<string>? keys = null)
    {
        if (await NeedsTrialAsync(db, order, directory, wanted, ct))
        {
            var staging = Authority.Of(directory.AbsoluteUri)!.Staging!;
            var trial = await StagingAccountAsync(db, order, staging, actor, now, ct);
            order.Parts.Add(new AcmeOrderPart { IsTrial = true, AccountId = trial.Id, Directory = staging.AbsoluteUri, KeyKind = AcmeKeyKind.Ecdsa, KeyPem = OrderKeyMaker.NewKey(AcmeKeyKind.Ecdsa) });
        }
        var pems = keys is { Count: > 0 } ? keys : order.Keys switch
        {
            OrderKeys.Ecdsa => [OrderKeyMaker.NewKey(AcmeKeyKind.Ecdsa)],
            OrderKeys.Rsa => [OrderKeyMaker.NewKey(AcmeKeyKind.Rsa)],
            OrderKeys.Both => [OrderKeyMaker.NewKey(AcmeKeyKind.Rsa), OrderKeyMaker.NewKey(AcmeKeyKind.Ecdsa)],
        };
        foreach (var pem in pems) order.Parts.Add(new AcmeOrderPart { AccountId = order.AccountId, Directory = directory.AbsoluteUri, KeyKind = OrderKeyMaker.KindOf(pem), KeyPem = pem });
        for (var i = 0; i < order.Parts.Count; i++) order.Parts[i].Number = i;
    }

    // The terms of a staging authority are those of the authority itself.
    private static async Task<AcmeAccount> StagingAccountAsync(MailAdminContext db, AcmeOrder order, Uri staging, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Set<AcmeAccount>().FirstOrDefaultAsync(a => a.Directory == staging.AbsoluteUri && a.State != AcmeAccountState.Deactivated, ct) is { } there) return there;
        var main = await db.Set<AcmeAccount>().SingleAsync(a => a.Id == order.AccountId, ct);
        using var key = AcmeKey.Create(AcmeKeyKind.Ecdsa);
        var name = $"{main.Name}-staging";
        if (await db.Set<AcmeAccount>().AnyAsync(a => a.Name == name, ct)) name += $"-{now:yyyyMMddHHmmss}";
        var account = new AcmeAccount { Name = name, Directory = staging.AbsoluteUri, KeyPem = key.ToPem(), Contact = main.Contact, TermsUrl = main.TermsUrl, TermsAgreedAt = now, TermsAgreedBy = actor.Name, CreatedAt = now, Revision = 1 };
        db.Add(account);
        await db.SaveChangesAsync(ct);
        return account;
    }

    private static string Mark(AcmeOrder order, Uri directory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{directory}\n{order.HostId}\n{order.Challenge}\n{order.WebRoot}\n{order.DnsUpdaterId}\n{order.Profile}\n{string.Join(' ', order.Names.Order())}")));

    private static List<string> Names(IReadOnlyList<string> given, Reasons reasons)
    {
        var names = new List<string>();
        if (given.Count == 0) reasons.Add(new Malformed("names", null, "There is no name.", "Give at least one, such as mail.example.test."));
        if (given.Count > MostNames) reasons.Add(new Malformed("names", $"{given.Count}", $"{given.Count} names are too many for one certificate.", $"Authorities take at most {MostNames}."));
        for (var i = 0; i < given.Count && i < MostNames; i++)
        {
            var text = (given[i] ?? "").Trim();
            var isWildcard = text.StartsWith("*.", StringComparison.Ordinal);
            if (!DomainName.TryParse(isWildcard ? text[2..] : text, out var name, out var why)) reasons.Add(why, $"names[{i}]", text);
            else if (names.Contains((isWildcard ? "*." : "") + name)) reasons.Add(new Malformed($"names[{i}]", text, $"{ShownText.Of(text, 80)} is there twice.", "Leave one out."));
            else names.Add((isWildcard ? "*." : "") + name);
        }
        return names;
    }

    private static async Task<DnsUpdater?> UpdaterAsync(MailAdminContext db, string? name, Reasons reasons, CancellationToken ct)
    {
        var all = await db.Set<DnsUpdater>().AsNoTracking().ToListAsync(ct);
        var found = name is { Length: > 0 } ? all.Find(u => u.Name == name) : all.Count == 1 ? all[0] : null;
        if (found is null) reasons.Add(new NotFound("dnsUpdater", name, name is { Length: > 0 } ? $"There is no DNS updater {ShownText.Of(name, 64)}." : all.Count == 0 ? "There is no DNS updater yet." : "There are several DNS updaters.", all.Count == 0 ? "Add one first (mailadmin acme dns add)." : $"Name one: {string.Join(", ", all.Select(u => u.Name))}."));
        return found;
    }

    private static Malformed? HostPathRefusal(string? path) => path is { Length: > 1 and < 1000 } && path.StartsWith('/') && !path.Split('/').Contains("..") && !path.Any(char.IsControl) ? null
        : new Malformed("webRoot", ShownText.Of(path ?? "", 80), "The web root is not an absolute path.", "Give the folder from which the web server on port 80 serves, such as /var/www/html.");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
