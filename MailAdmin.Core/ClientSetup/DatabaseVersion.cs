using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.ClientSetup;

/// <summary>Tells whether anybody, in this process or another, has changed the database since it was last asked.</summary>
/// <remarks>PRAGMA data_version (sqlite.org/pragma.html): moves on one connection when another one commits. Costs some microseconds, no row is read.</remarks>
internal sealed class DatabaseVersion(DataDirectory directory) : IDisposable
{
    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _ask;

    /// <summary>A number that differs from the last one when something was committed in between.</summary>
    /// <exception cref="SqliteException">The database does not answer.</exception>
    public long Read()
    {
        lock (_lock)
        {
            if (_ask is null)
            {
                // A connection of its own, out of the pool: the number means something only on one and the same.
                _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = directory.Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
                _connection.Open();
                _ask = _connection.CreateCommand();
                _ask.CommandText = "PRAGMA data_version";
            }
            return (long)_ask.ExecuteScalar()!;
        }
    }

    public void Dispose()
    {
        _ask?.Dispose();
        _connection?.Dispose();
    }
}
