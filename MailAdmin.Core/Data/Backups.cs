using System.IO.Compression;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Data;

/// <summary>Backs the database up while the portal runs, and restores it: everything MailAdmin knows, in one encrypted file. The right is checked in each call.</summary>
public sealed class Backups(IDbContextFactory<MailAdminContext> factory, DataDirectory directory, AuditLog log, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a backup to a new file (0600). A file that is there is not written over.</summary>
    /// <returns>The file's size in bytes.</returns>
    /// <exception cref="BackupException">The database is damaged, or the file exists.</exception>
    public async Task<Outcome<long>> BackUpAsync(string path, BackupKey key, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        if (File.Exists(path)) throw new BackupException($"{path} exists already. Choose another name; backups are not written over.");
        await using var scratch = Scratch.In(directory);
        await DatabaseCopy.WriteAsync(directory.Database, scratch.Path, ct);
        if (await FaultAsync(scratch.Path, ct) is { } fault) throw new BackupException($"The database is damaged and was not backed up: {fault} Restore an earlier backup: mailadmin restore FILE");
        var part = path + ".part";
        try
        {
            await using (var to = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            await using (var packed = new FileStream(scratch.Path + ".br", new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, UnixCreateMode = OwnerOnly }))
            {
                await using (var from = File.OpenRead(scratch.Path))
                await using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                    await from.CopyToAsync(brotli, ct);
                packed.Position = 0;
                await BackupSeal.SealAsync(packed, to, key, ct);
                to.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: false);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
        await log.AppendAsync("database.backup", Path.GetFileName(path), "saved", actor, ct);
        return new Outcome<long>.Accepted(new FileInfo(path).Length, null);
    }

    /// <summary>
    /// Opens and checks a backup completely, keeps the present database aside, and only then puts the backup in its place. Each host's
    /// desired state becomes newer than any before, so that the next plan shows what differs on the hosts. The mail itself is not touched.
    /// </summary>
    /// <returns>Where the former database was kept; null when there was none.</returns>
    /// <exception cref="BackupException">The backup is not usable; nothing was changed.</exception>
    public async Task<Outcome<string?>> RestoreAsync(string path, BackupKey key, Actor actor, CancellationToken ct)
    {
        DataDirectory.Create(directory.Path);
        await using var held = await DataLock.TakeAsync(directory, time, ct);
        await using var scratch = Scratch.In(directory);
        await OpenAsync(path, key, scratch.Path, ct);
        if (await FaultAsync(scratch.Path, ct) is { } fault) throw new BackupException($"The backup's database cannot be used: {fault} Nothing was restored.");

        var present = await PresentAsync(ct);
        if (present.IsSound && await RefuseAsync(actor, ct) is { } no) return no;
        if (present.HasOwner && !await HasOwnerAsync(scratch.Path, ct))
            throw new BackupException("The backup comes from before the first owner was made: nobody could sign in, and the first run must not open again. Take a later backup.");
        await RaiseRevisionsAsync(scratch.Path, present.Revisions, ct);

        var kept = present.Exists ? await KeepAsideAsync(present.IsSound, ct) : null;
        if (present.IsSound) await OverwriteAsync(scratch.Path, ct);
        else await ReplaceAsync(scratch.Path, ct);
        await log.AppendAsync("database.restore", Path.GetFileName(path), kept is null ? "restored" : $"restored; the former database is {Path.GetFileName(kept)}", actor, ct);
        return new Outcome<string?>.Accepted(kept, null);
    }

    private async Task<Refusal?> RefuseAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.Backup);
    }

    private static async Task OpenAsync(string path, BackupKey key, string to, CancellationToken ct)
    {
        await using var packed = new FileStream(to + ".br", new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, UnixCreateMode = OwnerOnly });
        await using (var from = File.OpenRead(path)) await BackupSeal.OpenAsync(from, packed, key, ct);
        packed.Position = 0;
        await using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        await using var database = new FileStream(to, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        await brotli.CopyToAsync(database, ct);
    }

    private async Task<string?> FaultAsync(string path, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var connection = await DatabaseCopy.OpenAsync(path, SqliteOpenMode.ReadWrite, ct);
        return await DatabaseFile.FaultOfAsync(connection, [.. db.Database.GetMigrations()], ct);
    }

    private async Task<(bool Exists, bool IsSound, bool HasOwner, Dictionary<string, long> Revisions)> PresentAsync(CancellationToken ct)
    {
        if (!File.Exists(directory.Database) || new FileInfo(directory.Database).Length == 0) return (false, false, File.Exists(Path.Combine(directory.Path, "setup-done")), []);
        try
        {
            if (await FaultAsync(directory.Database, ct) is not null) return (true, false, false, []);
            var revisions = new Dictionary<string, long>(StringComparer.Ordinal);
            await using var connection = await DatabaseCopy.OpenAsync(directory.Database, SqliteOpenMode.ReadOnly, ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT Name, DesiredRevision FROM Hosts";
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) revisions[reader.GetString(0)] = reader.GetInt64(1);
            return (true, true, await HasOwnerAsync(directory.Database, ct), revisions);
        }
        catch (SqliteException)
        {
            // Whatever it is, it is not a database that could be kept up: it is set aside as it is.
            return (true, false, false, []);
        }
    }

    private static async Task<bool> HasOwnerAsync(string path, CancellationToken ct)
    {
        await using var connection = await DatabaseCopy.OpenAsync(path, SqliteOpenMode.ReadWrite, ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM Administrators WHERE Role = $owner AND IsEnabled";
        command.Parameters.AddWithValue("$owner", (int)Role.Owner);
        return (long)(await command.ExecuteScalarAsync(ct))! > 0;
    }

    private static async Task RaiseRevisionsAsync(string path, Dictionary<string, long> revisions, CancellationToken ct)
    {
        await using var connection = await DatabaseCopy.OpenAsync(path, SqliteOpenMode.ReadWrite, ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE Hosts SET DesiredRevision = max(DesiredRevision, 0) + 1";
        await command.ExecuteNonQueryAsync(ct);
        foreach (var (name, revision) in revisions)
        {
            await using var raise = connection.CreateCommand();
            raise.CommandText = "UPDATE Hosts SET DesiredRevision = $next WHERE Name = $name AND DesiredRevision < $next";
            raise.Parameters.AddWithValue("$next", revision + 1);
            raise.Parameters.AddWithValue("$name", name);
            await raise.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task<string> KeepAsideAsync(bool isSound, CancellationToken ct)
    {
        Directory.CreateDirectory(directory.Backups, OwnerOnly | UnixFileMode.UserExecute);
        var kept = Path.Combine(directory.Backups, $"before-restore-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff}.db");
        if (isSound) await DatabaseCopy.WriteAsync(directory.Database, kept, ct);
        else
        {
            File.Copy(directory.Database, kept);
            File.SetUnixFileMode(kept, OwnerOnly);
        }
        return kept;
    }

    // By SQLite's own transaction, so that a running portal sees the former or the restored database and nothing between.
    private async Task OverwriteAsync(string from, CancellationToken ct)
    {
        await using var source = await DatabaseCopy.OpenAsync(from, SqliteOpenMode.ReadWrite, ct);
        await using var target = await DatabaseCopy.OpenAsync(directory.Database, SqliteOpenMode.ReadWrite, ct);
        source.BackupDatabase(target);
    }

    private async Task ReplaceAsync(string from, CancellationToken ct)
    {
        SqliteConnection.ClearAllPools();
        File.Delete(directory.Database + "-wal");
        File.Delete(directory.Database + "-shm");
        var next = directory.Database + ".new";
        File.Delete(next);
        await DatabaseCopy.WriteAsync(from, next, ct);
        File.Move(next, directory.Database, overwrite: true);
    }

    /// <summary>A file of our own beside the database, gone at the end.</summary>
    private sealed class Scratch(string path) : IAsyncDisposable
    {
        public string Path { get; } = path;

        public static Scratch In(DataDirectory directory) => new(System.IO.Path.Combine(directory.Path, $"scratch-{Guid.NewGuid():N}.db"));

        public ValueTask DisposeAsync()
        {
            foreach (var end in new[] { "", "-wal", "-shm", "-journal", ".br" }) File.Delete(Path + end);
            return ValueTask.CompletedTask;
        }
    }
}
