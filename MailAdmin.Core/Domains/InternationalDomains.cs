using MailAdmin.Core.Addresses;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Domains;

/// <summary>Names that people read in Unicode and that are stored as A-labels.</summary>
internal static class InternationalDomains
{
    /// <summary>A stored domain name, address or <c>@domain</c> for people.</summary>
    public static string Show(string stored)
    {
        if (!stored.Contains("xn--", StringComparison.Ordinal)) return stored;
        var at = stored.IndexOf('@') + 1;
        return DomainName.TryParse(stored[at..], out var name, out _) ? stored[..at] + name.Unicode : stored;
    }

    /// <summary>Domains whose Unicode name has this text; none for plain ASCII, which the stored form shows as it is.</summary>
    public static async Task<List<int>> MatchingAsync(MailAdminContext db, string text, CancellationToken ct)
    {
        if (text.All(char.IsAscii)) return [];
        var wanted = text.Trim().Normalize();
        wanted = wanted[(wanted.IndexOf('@') + 1)..];
        var names = await db.Domains.AsNoTracking().Where(d => d.Name.Contains("xn--")).Select(d => new { d.Id, d.Name }).ToListAsync(ct);
        return [.. names.Where(d => Show(d.Name).Contains(wanted, StringComparison.OrdinalIgnoreCase)).Select(d => d.Id)];
    }
}
