using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>A damaged database must not become an emptied mail server.</summary>
internal static class DatabaseCheck
{
    /// <summary>Has SQLite look through its pages and tables, on a connection of its own.</summary>
    /// <exception cref="InvalidDataException">It found damage.</exception>
    public static async Task RequireSoundAsync(IDbContextFactory<MailAdminContext> factory, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.OpenConnectionAsync(ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (await command.ExecuteScalarAsync(ct) is not "ok") throw new InvalidDataException("MailAdmin's database is damaged. Restore a backup (mailadmin restore).");
    }
}
