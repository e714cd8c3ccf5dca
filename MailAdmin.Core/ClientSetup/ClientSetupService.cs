using MailAdmin.Core.Addresses;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.ClientSetup;

/// <summary>Finds the settings that a mail client asks for. Public: needs no actor, and looks at domains only, never at mailboxes.</summary>
public sealed class ClientSetupService(IDbContextFactory<MailAdminContext> factory)
{
    /// <summary>The settings for whoever asks.</summary>
    /// <param name="address">The address that the client sent; null or empty when it sent none. Only what stands after the @ is looked at.</param>
    /// <param name="hostName">The name by which the client came: <c>autoconfig.DOMAIN</c> or <c>DOMAIN</c>.</param>
    /// <returns>Null when the domain is not hosted here, and, without an address, when the name says nothing and there is not exactly one domain.</returns>
    public async Task<ClientSettings?> FindAsync(string? address, string? hostName, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(address)) return address.Length <= 320 && address.LastIndexOf('@') is var at and >= 0 ? await OfDomainAsync(address[(at + 1)..], ct) : null;
        if (hostName is { Length: > 0 and <= 255 })
        {
            if (await OfDomainAsync(hostName, ct) is { } direct) return direct;
            const string prefix = "autoconfig.";
            if (hostName.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return await OfDomainAsync(hostName[prefix.Length..], ct);
        }
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Domains.AsNoTracking().Where(d => d.TrashedUntil == null && d.AliasOfId == null).OrderBy(d => d.Id).Select(d => d.Name).Take(2).ToListAsync(ct) is [var only] ? await OfDomainAsync(only, ct) : null;
    }

    /// <summary>The settings of one domain, Unicode or A-label; null when it is not hosted here or is in trash. Alias domains count.</summary>
    public async Task<ClientSettings?> OfDomainAsync(string name, CancellationToken ct)
    {
        if (!DomainName.TryParse(name, out var domain, out _)) return null;
        var text = domain.ToString();
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = await db.Domains.AsNoTracking().Where(d => d.Name == text && d.TrashedUntil == null)
            .Join(db.Hosts, d => d.HostId, h => h.Id, (_, h) => new { h.Name, h.Ports }).SingleOrDefaultAsync(ct);
        return found is null ? null : ClientSettings.Of(text, found.Name, found.Ports);
    }
}
