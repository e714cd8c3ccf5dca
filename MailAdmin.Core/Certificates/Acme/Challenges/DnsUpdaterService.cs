using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>DNS servers that take updates for challenges.</summary>
public sealed class DnsUpdaterService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time)
{
    /// <summary>All, by name.</summary>
    public async Task<Outcome<IReadOnlyList<DnsUpdaterView>>> ListAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        return new Outcome<IReadOnlyList<DnsUpdaterView>>.Accepted([.. (await db.Set<DnsUpdater>().AsNoTracking().OrderBy(u => u.Name).ToListAsync(ct)).Select(View)], null);
    }

    /// <summary>Adds one.</summary>
    public async Task<Outcome<DnsUpdaterView>> AddAsync(NewDnsUpdater wanted, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        var reasons = new Reasons();
        var name = (wanted.Name ?? "").Trim().ToLowerInvariant();
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) reasons.Add(new Malformed("name", ShownText.Of(name, 64), "A name has 1 to 64 letters, digits, dots and hyphens.", "Choose one, such as ns1."));
        if (!DnsOptions.TryParse((wanted.Server ?? "").Trim(), out _)) reasons.Add(new Malformed("server", ShownText.Of(wanted.Server ?? "", 80), $"'{ShownText.Of(wanted.Server ?? "", 80)}' is not an IP address.", "Give the address of the zone's primary server, such as 192.0.2.53 or 127.0.0.1:5353."));
        var keyName = (wanted.KeyName ?? "").Trim().TrimEnd('.').ToLowerInvariant();
        if (keyName.Length is 0 or > 200 || !keyName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) reasons.Add(new Malformed("keyName", ShownText.Of(keyName, 80), "The key's name is not one of DNS.", "Take it as it stands in the server's configuration."));
        if (!Enum.IsDefined(wanted.Algorithm)) reasons.Add(new Malformed("algorithm", $"{wanted.Algorithm}", "There is no such algorithm.", "Choose hmacSha256, hmacSha384 or hmacSha512."));
        string? zone = null;
        if (!string.IsNullOrWhiteSpace(wanted.Zone))
        {
            if (DomainName.TryParse(wanted.Zone, out var parsed, out var why)) zone = parsed.ToString();
            else reasons.Add(why, "zone", wanted.Zone);
        }
        var key = (wanted.Key?.Reveal() ?? "").Trim();
        if (!Convert.TryFromBase64String(key, new byte[key.Length], out var length) || length < 16) reasons.Add(new Malformed("key", null, "The key is not base64 of at least 16 bytes.", "Take it as it stands in the server's configuration (tsig-keygen prints it as secret)."));
        if (reasons.Any) return reasons.Refuse<DnsUpdaterView>();
        if (await change.Db.Set<DnsUpdater>().AnyAsync(u => u.Name == name, ct)) return new DnsUpdaterTaken(name);
        var updater = new DnsUpdater { Name = name, Server = wanted.Server!.Trim(), Zone = zone, KeyName = keyName, Algorithm = wanted.Algorithm, KeyBase64 = key, CreatedAt = change.Now, Revision = 1 };
        change.Db.Add(updater);
        change.Audit("dnsUpdater.add", name, null, View(updater));
        await change.CommitAsync(ct);
        return new Outcome<DnsUpdaterView>.Accepted(View(updater), null);
    }

    /// <summary>Forgets one that no order under way uses.</summary>
    public async Task<Outcome<DnsUpdaterView>> RemoveAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (await change.Db.Set<DnsUpdater>().SingleOrDefaultAsync(u => u.Name == name, ct) is not { } updater) return new NotFound("dnsUpdater", ShownText.Of(name, 64), $"There is no DNS updater {ShownText.Of(name, 64)}.", "See the list.");
        if (await change.Db.Set<AcmeOrder>().AnyAsync(o => o.DnsUpdaterId == updater.Id && o.Standing <= OrderStanding.WaitingForRecord, ct)) return new OrderStands($"An order under way uses the DNS updater {name}.");
        await change.Db.Set<AcmeOrder>().Where(o => o.DnsUpdaterId == updater.Id).ExecuteUpdateAsync(set => set.SetProperty(o => o.DnsUpdaterId, (int?)null), ct);
        change.Db.Remove(updater);
        change.Audit("dnsUpdater.remove", name, View(updater), null);
        await change.CommitAsync(ct);
        return new Outcome<DnsUpdaterView>.Accepted(View(updater), null);
    }

    private static DnsUpdaterView View(DnsUpdater u) => new(u.Name, u.Server, u.Zone, u.KeyName, u.Algorithm, u.CreatedAt);
}

/// <summary>A DNS server to add.</summary>
/// <param name="Server">IP address of the zone's primary, with a port when it is not 53.</param>
/// <param name="KeyName">The key's name in the server's configuration.</param>
/// <param name="Key">The key, base64.</param>
public sealed record NewDnsUpdater(string? Name, string? Server, string? KeyName, Secret? Key)
{
    /// <summary>The zone; null: found by asking.</summary>
    public string? Zone { get; init; }

    /// <summary>How updates are signed.</summary>
    public TsigAlgorithm Algorithm { get; init; }
}

/// <summary>A DNS server as the doors show it; never its key.</summary>
public sealed record DnsUpdaterView(string Name, string Server, string? Zone, string KeyName, TsigAlgorithm Algorithm, DateTimeOffset CreatedAt);

/// <summary>An updater has this name.</summary>
public sealed record DnsUpdaterTaken(string Name) : Refusal("name", Name, $"There is already a DNS updater {Name}.", "Choose another name.");
