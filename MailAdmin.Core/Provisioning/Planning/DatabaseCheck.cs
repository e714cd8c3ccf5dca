using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>A damaged database must not become an emptied mail server.</summary>
internal static class DatabaseCheck
{
    /// <summary>Has SQLite look through its pages and tables.</summary>
    /// <exception cref="InvalidDataException">It found damage.</exception>
    public static async Task RequireSoundAsync(MailAdminContext db, CancellationToken ct)
    {
        var found = await db.Database.SqlQueryRaw<string>("SELECT quick_check AS Value FROM pragma_quick_check(1)").ToListAsync(ct);
        if (found is not ["ok"]) throw new InvalidDataException($"MailAdmin's database is damaged ({found.FirstOrDefault()}). Restore a backup.");
    }
}
