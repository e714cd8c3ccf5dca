using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Probes.Store;

/// <summary>
/// The file <c>probes.db</c> in the data directory: results, round trips, alarms. Apart from the portal's database, because it is written all the time,
/// may be lost without harm, and does not belong into backups.
/// </summary>
public sealed class ProbeDatabase(DataDirectory directory) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SemaphoreSlim _making = new(1, 1);
    private bool _isMade;

    private string File => Path.Combine(directory.Path, "probes.db");

    /// <summary>An open connection; the first call makes the file, for its owner alone.</summary>
    public async Task<SqliteConnection> OpenAsync(CancellationToken ct)
    {
        if (!_isMade)
        {
            await _making.WaitAsync(ct);
            try
            {
                if (!_isMade) await MakeAsync(ct);
                _isMade = true;
            }
            finally
            {
                _making.Release();
            }
        }
        return await ConnectAsync(ct);
    }

    /// <inheritdoc />
    public void Dispose() => _making.Dispose();

    private async Task MakeAsync(CancellationToken ct)
    {
        DataDirectory.Create(directory.Path);
        if (!System.IO.File.Exists(File))
            await new FileStream(File, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly }).DisposeAsync();
        await using var connection = await ConnectAsync(ct);
        await ExecuteAsync(connection, Schema, ct);
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, DefaultTimeout = 30 }.ToString());
        await connection.OpenAsync(ct);
        // Results may be lost in a power cut; they come again.
        await ExecuteAsync(connection, "PRAGMA synchronous = NORMAL", ct);
        return connection;
    }

    internal static async Task<int> ExecuteAsync(SqliteConnection connection, string sql, CancellationToken ct, params (string Name, object? Value)[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    internal static SqliteCommand Command(SqliteConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS result (
            host INTEGER NOT NULL, probe TEXT NOT NULL, family TEXT NOT NULL, at INTEGER NOT NULL, severity INTEGER NOT NULL, ms REAL NOT NULL, what TEXT NOT NULL,
            PRIMARY KEY (host, probe, family, at)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS state (
            host INTEGER NOT NULL, probe TEXT NOT NULL, family TEXT NOT NULL, severity INTEGER NOT NULL, since INTEGER NOT NULL,
            pending INTEGER NOT NULL, count INTEGER NOT NULL, latest TEXT NOT NULL,
            PRIMARY KEY (host, probe, family)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS roundtrip (
            id TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, host TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, scheduled INTEGER NOT NULL, outcome INTEGER NOT NULL, ms REAL NOT NULL, body TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS roundtrip_at ON roundtrip (at);
        CREATE TABLE IF NOT EXISTS account (host INTEGER NOT NULL PRIMARY KEY, address TEXT NOT NULL, sealed TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS alarm (
            key TEXT NOT NULL PRIMARY KEY, severity INTEGER NOT NULL, what TEXT NOT NULL, todo TEXT NOT NULL, link TEXT NOT NULL, since INTEGER NOT NULL, acked_by TEXT, acked_at INTEGER);
        CREATE TABLE IF NOT EXISTS told (channel TEXT NOT NULL, key TEXT NOT NULL, severity INTEGER NOT NULL, PRIMARY KEY (channel, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS silence (id INTEGER PRIMARY KEY AUTOINCREMENT, prefix TEXT NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL);
        """;
}
