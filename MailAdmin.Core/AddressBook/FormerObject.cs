using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.AddressBook;

/// <summary>What a domain, mailbox or alias was at a former revision of a host.</summary>
/// <param name="Kind"><c>domain</c>, <c>mailbox</c> or <c>alias</c>.</param>
/// <param name="Key">Its name or address.</param>
/// <param name="Before">The whole object as JSON; null when it did not exist then.</param>
public sealed record FormerObject(string Kind, string Key, string? Before)
{
    /// <summary>Every object of a host that changed after a revision, as it was at that revision.</summary>
    public static async Task<IReadOnlyList<FormerObject>> ReadAsync(MailAdminContext db, int hostId, long revision, CancellationToken ct)
    {
        var seen = new HashSet<(string, string)>();
        var objects = new List<FormerObject>();
        // The first thing remembered after the revision is what the object was at it.
        var later = db.ObjectVersions.AsNoTracking().Where(v => v.HostId == hostId && v.Revision > revision).OrderBy(v => v.Revision).ThenBy(v => v.Id);
        await foreach (var version in later.AsAsyncEnumerable().WithCancellation(ct))
        {
            if (seen.Add((version.Kind, version.Key))) objects.Add(new FormerObject(version.Kind, version.Key, version.Before));
        }
        return objects;
    }
}
