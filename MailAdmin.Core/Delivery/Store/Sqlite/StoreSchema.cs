using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The store's file and tables. The file holds nothing but what logs say, and can be made anew from them.</summary>
/// <remarks>
/// Entries (messages, refusals, logins) have numbers made of the time, so that numbers sort by time. What came lately, and what is still under way, lies in
/// <c>entry</c>, one row each, found by <c>posting</c> (terms are 24-bit digests, so a match is confirmed at the entry) and <c>address</c> (texts, for the search by a part).
/// The rest lies in runs that are written once and never changed: <c>run</c> names them, <c>part</c> holds their bytes (see <see cref="Run"/>).
/// <c>changed_entry</c>: rows that take the place of an entry in a run. <c>floor</c>: entries of runs below it are gone. <c>word</c>: texts that come again and again,
/// by number. <c>tally</c>: what is counted, by five minutes. <c>file</c>: which log files were read, and how far; it is written in the same transaction as the entries.
/// </remarks>
internal static class StoreSchema
{
    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "mail-traces.db";

    /// <summary>A file of another version is not read.</summary>
    public const int Version = 3;

    private const string Tables = """
        CREATE TABLE entry (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE open_entry (id INTEGER PRIMARY KEY);
        CREATE TABLE changed_entry (id INTEGER PRIMARY KEY);
        CREATE TABLE posting (term INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (term, id)) WITHOUT ROWID;
        CREATE TABLE address (hash INTEGER PRIMARY KEY, text TEXT NOT NULL);
        CREATE TABLE run (number INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, last INTEGER NOT NULL, entries INTEGER NOT NULL, directory BLOB NOT NULL);
        CREATE TABLE part (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE floor (id INTEGER PRIMARY KEY CHECK (id = 0), first INTEGER NOT NULL);
        CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
        CREATE TABLE tally (bucket INTEGER NOT NULL, what INTEGER NOT NULL, host INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (bucket, what, host)) WITHOUT ROWID;
        CREATE TABLE file (id INTEGER PRIMARY KEY, host TEXT NOT NULL, source TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL, head_length INTEGER NOT NULL, head BLOB NOT NULL, offset INTEGER NOT NULL, is_done INTEGER NOT NULL, read_at INTEGER NOT NULL, cursor TEXT);
        CREATE INDEX file_source ON file (host, source);
        CREATE TABLE source (host TEXT NOT NULL, source TEXT NOT NULL, lines INTEGER NOT NULL, understood INTEGER NOT NULL, unknown INTEGER NOT NULL, foreign_lines INTEGER NOT NULL, damaged INTEGER NOT NULL, gaps INTEGER NOT NULL, last_gap TEXT, last_line INTEGER, PRIMARY KEY (host, source)) WITHOUT ROWID;
        """;

    /// <summary>Where the store lies.</summary>
    public static string PathIn(DataDirectory data) => Path.Combine(data.Path, FileName);

    /// <summary>A connection for reading while others write.</summary>
    public static SqliteConnection OpenToRead(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 10 }.ToString());
        connection.Open();
        Run(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -8192; PRAGMA mmap_size = 1073741824;");
        return connection;
    }

    /// <summary>The one connection that writes. A file of another version is put aside: logs are read anew.</summary>
    public static SqliteConnection OpenToWrite(string path)
    {
        var connection = Open(path);
        var version = Number(connection, "PRAGMA user_version");
        if (version != Version && Number(connection, "SELECT count(*) FROM sqlite_master") > 0)
        {
            connection.Dispose();
            foreach (var end in (string[])["", "-wal", "-shm"]) File.Delete(path + end);
            connection = Open(path);
            version = 0;
        }
        if (version != Version)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Run(connection, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;");
            Run(connection, $"BEGIN; {Tables} PRAGMA user_version = {Version}; COMMIT;");
        }
        return connection;
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        Run(connection, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;");
        return connection;
    }
}
