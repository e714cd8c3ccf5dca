using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Data;

/// <summary>Copies a database while it is in use, by SQLite's online backup: never the file itself.</summary>
internal static class DatabaseCopy
{
    /// <summary>Writes a complete copy (0600) to a new file.</summary>
    public static async Task WriteAsync(string from, string to, CancellationToken ct)
    {
        DatabaseFile.Protect(to);
        await using var source = await OpenAsync(from, SqliteOpenMode.ReadOnly, ct);
        await using var target = await OpenAsync(to, SqliteOpenMode.ReadWrite, ct);
        source.BackupDatabase(target);
    }

    /// <summary>Opens a database file outside the pool, so that closing it lets go of the file.</summary>
    public static async Task<SqliteConnection> OpenAsync(string path, SqliteOpenMode mode, CancellationToken ct)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
