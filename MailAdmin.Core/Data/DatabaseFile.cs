using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MailAdmin.Core.Data;

/// <summary>The portal's database file: brought into being, checked, and brought to the newest schema.</summary>
/// <remarks>
/// Write-ahead log, so that readers and one writer do not wait for each other; synchronous FULL, so that what was acknowledged survives
/// a power cut; foreign keys on. Source: sqlite.org/wal.html, sqlite.org/pragma.html.
/// </remarks>
public sealed class DatabaseFile(IDbContextFactory<MailAdminContext> factory, DataDirectory directory, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A command that has just made the database ready need not read all of it again for its run.
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(10);

    private long? _foundSound;

    /// <summary>
    /// Makes the folder (0700) and the database (0600) when they are missing; refuses one that is damaged, emptied or newer than this program;
    /// keeps a copy in <c>backups/</c> before it brings an older one up to date.
    /// </summary>
    /// <exception cref="DatabaseFileException">The database must not be used; the message says why and what to do. Nothing was changed.</exception>
    public async Task PrepareAsync(CancellationToken ct)
    {
        DataDirectory.Create(directory.Path);
        await using var held = await DataLock.TakeAsync(directory, time, ct);
        Protect(directory.Database);

        // SQLite looks at every page: with many accounts that takes as long as making the first context and the first of all queries, which are made meanwhile.
        var looking = Task.Run(() => RefuseUnusableAsync(ct), ct);
        await using var db = await factory.CreateDbContextAsync(ct);
        _ = db.Hosts.AsNoTracking().ToQueryString();
        await looking;
        await db.Database.OpenConnectionAsync(ct);
        var applied = await AppliedAsync(db, ct);
        var known = db.Database.GetMigrations().ToList();
        RefuseNewer(applied, known);
        if (applied.Count < known.Count)
        {
            if (applied.Count > 0) await KeepCopyAsync(known[applied.Count], ct);
            // We hold the data directory's lock, so EF's own lock can only be one that a killed program left.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);
            await db.Database.MigrateAsync(ct);
        }
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct);
        MarkSeen();
    }

    /// <summary>Has SQLite look through its pages and tables, unless it just did: a damaged database must not become an emptied mail server.</summary>
    /// <exception cref="InvalidDataException">It found damage.</exception>
    public async Task RequireSoundAsync(CancellationToken ct)
    {
        if (_foundSound is { } then && time.GetElapsedTime(then) < JustNow) return;
        await using var connection = new SqliteConnection(directory.Connection);
        await connection.OpenAsync(ct);
        if (await QuickCheckAsync(connection, ct) is { } damage) throw new InvalidDataException($"MailAdmin's database is damaged ({damage}). Restore a backup (mailadmin restore).");
        _foundSound = time.GetTimestamp();
    }

    /// <summary>Looks whether a database file is sound: SQLite's own check, and a schema this program can work with.</summary>
    /// <returns>Null when it is; else what is wrong, for a person.</returns>
    internal static async Task<string?> FaultOfAsync(SqliteConnection connection, IReadOnlyList<string> known, CancellationToken ct)
    {
        try
        {
            if (await QuickCheckAsync(connection, ct) is { } damage) return damage;
            var applied = await AppliedAsync(connection, ct);
            return applied.Count == 0 ? "It is not a database of MailAdmin." : applied.Except(known).FirstOrDefault() is { } newer ? $"It comes from a newer MailAdmin (it has {newer})." : null;
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }

    // The -wal and -shm files take over the mode of the database file.
    internal static void Protect(string path)
    {
        if (!File.Exists(path)) new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        else if (File.GetUnixFileMode(path) != OwnerOnly) File.SetUnixFileMode(path, OwnerOnly);
    }

    private async Task RefuseUnusableAsync(CancellationToken ct)
    {
        string? damage;
        bool hasTables;
        try
        {
            await using var connection = new SqliteConnection(directory.Connection);
            await connection.OpenAsync(ct);
            damage = await QuickCheckAsync(connection, ct);
            hasTables = await ScalarAsync(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table'", ct) > 0;
            if (damage is null) _foundSound = time.GetTimestamp();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)   // SQLITE_CORRUPT, SQLITE_NOTADB
        {
            (damage, hasTables) = (e.Message, true);
        }
        if (damage is not null)
            throw new DatabaseFileException($"The database {directory.Database} is damaged ({damage}). Nothing is applied from it. Restore a backup: mailadmin restore FILE");
        if (!hasTables && File.Exists(directory.SeenMark))
            throw new DatabaseFileException($"The database {directory.Database} is empty, though there was one before. Nothing is applied from it. Restore a backup (mailadmin restore FILE), or remove {directory.SeenMark} to begin anew.");
    }

    private void RefuseNewer(IReadOnlyList<string> applied, List<string> known)
    {
        if (applied.Except(known).ToList() is [.., var newest])
            throw new DatabaseFileException($"The database {directory.Database} was made by a newer MailAdmin (it has {newest}; this program knows up to {known[^1]}). Install that version again, or restore a backup of this one from {directory.Backups}.");
    }

    private async Task<IReadOnlyList<string>> AppliedAsync(MailAdminContext db, CancellationToken ct)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var applied = await AppliedAsync(connection, ct);
        if (applied.Count == 0 && await ScalarAsync(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\'", ct) > 0)
            throw new DatabaseFileException($"{directory.Database} holds tables that are not MailAdmin's. Choose another data directory with --data.");
        return applied;
    }

    private static async Task<IReadOnlyList<string>> AppliedAsync(SqliteConnection connection, CancellationToken ct)
    {
        if (await ScalarAsync(connection, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'", ct) == 0) return [];
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId";
        var applied = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) applied.Add(reader.GetString(0));
        return applied;
    }

    private async Task KeepCopyAsync(string before, CancellationToken ct)
    {
        Directory.CreateDirectory(directory.Backups, OwnerOnly | UnixFileMode.UserExecute);
        var copy = Path.Combine(directory.Backups, $"before-{before}-{time.GetUtcNow():yyyyMMddTHHmmss}.db");
        await DatabaseCopy.WriteAsync(directory.Database, copy, ct);
    }

    private void MarkSeen()
    {
        if (!File.Exists(directory.SeenMark))
            File.WriteAllText(directory.SeenMark, "There is a database in this folder. MailAdmin refuses to begin anew while this file is here and the database is not.\n");
    }

    private static async Task<string?> QuickCheckAsync(SqliteConnection connection, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        var answer = (string?)await command.ExecuteScalarAsync(ct);
        return answer == "ok" ? null : answer ?? "no answer";
    }

    private static async Task<long> ScalarAsync(SqliteConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

/// <summary>The database must not be used as it is; the message says why and what to do.</summary>
public sealed class DatabaseFileException(string message, Exception? inner = null) : Exception(message, inner);
