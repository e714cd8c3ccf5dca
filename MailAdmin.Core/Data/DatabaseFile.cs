using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Data;

/// <summary>The portal's database file: brought into being and to the newest schema.</summary>
public sealed class DatabaseFile(IDbContextFactory<MailAdminContext> factory, DataDirectory directory)
{
    /// <summary>Makes the folder (0700) and the database when they are missing, and brings the schema up to date.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.EnsureCreatedAsync(ct);
    }
}
