using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Whether there can be a hand edit on a host at all: one file after the other, without the accounts. Which one it is, and what it did, says the <see cref="Planner"/>.</summary>
internal static class HandEditLook
{
    /// <summary>True when each file that is there is, byte for byte, what MailAdmin last wrote.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public static async Task<bool> IsAsWrittenAsync(MailAdminContext db, Host host, IMailHost reach, CancellationToken ct)
    {
        var written = await db.Set<AppliedFile>().AsNoTracking().Where(f => f.HostId == host.Id).ToDictionaryAsync(f => f.Path, f => f.Hash, StringComparer.Ordinal, ct);
        var users = await reach.ListAsync(BaselineLayout.Passwd(host), ct);
        foreach (var path in users.Select(f => f.Path).Concat(HostFiles.MapPaths(host)))
            if (await reach.ReadAsync(path, ct) is { } file && (!written.TryGetValue(path, out var hash) || LineDifference.HashOf(file.Content) != hash)) return false;
        return true;
    }
}
