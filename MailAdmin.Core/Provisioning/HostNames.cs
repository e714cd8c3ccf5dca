using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning;

/// <summary>Finds the host that somebody named, or the only one.</summary>
internal static class HostNames
{
    public static async Task<Host?> FindAsync(MailAdminContext db, string? name, CancellationToken ct)
    {
        if (name is not null) return await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Name == name, ct);
        var first = await db.Hosts.AsNoTracking().OrderBy(h => h.Id).Take(2).ToListAsync(ct);
        return first.Count == 1 ? first[0] : null;
    }

    public static NotFound Unknown(string? name) => name is null
        ? new NotFound("host", null, "There is not exactly one host.", "Name the host, or register one first.")
        : new NotFound("host", name, $"There is no host {name}.", "Check the spelling, or register it first.");
}
