using System.Collections.Concurrent;
using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Connections that read the store, kept open with their statements. While there is no store there are none.</summary>
internal sealed class ReadConnections(DataDirectory data) : IDisposable
{
    private readonly ConcurrentBag<ReadConnection> _idle = [];
    private readonly Words _words = new();
    private readonly Lock _gate = new();
    private bool _isEnded;

    /// <summary>Where the store lies.</summary>
    public string Path => StoreSchema.PathIn(data);

    /// <summary>A connection; give it back. Null when there is no store yet.</summary>
    public ReadConnection? Take()
    {
        if (_idle.TryTake(out var idle))
        {
            if (idle.IsCurrent()) return idle;
            idle.Dispose();
            lock (_gate) _words.Clear();
        }
        if (!File.Exists(Path)) return null;
        var connection = StoreSchema.OpenToRead(Path);
        if (StoreSchema.Number(connection, "PRAGMA user_version") == 0)
        {
            connection.Dispose();
            return null;   // being made at this moment
        }
        return new ReadConnection(connection, Path);
    }

    public void Give(ReadConnection connection)
    {
        if (_isEnded || _idle.Count > 8) connection.Dispose();
        else _idle.Add(connection);
    }

    /// <summary>The text of a word's number.</summary>
    public string WordOf(ReadConnection connection, int number)
    {
        lock (_gate)
        {
            if (_words.TextOf(number) is { } known) return known;
            _words.Load(connection.Connection);
            return _words.TextOf(number) ?? throw new InvalidDataException($"The store of messages has no word {number}.");
        }
    }

    public void Dispose()
    {
        _isEnded = true;
        while (_idle.TryTake(out var idle)) idle.Dispose();
    }
}

/// <summary>One connection with its statements.</summary>
internal sealed class ReadConnection(SqliteConnection connection, string path) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly DateTime _made = File.GetCreationTimeUtc(path);

    public SqliteConnection Connection => connection;

    /// <summary>False when the file was replaced by another since.</summary>
    public bool IsCurrent() => File.Exists(path) && File.GetCreationTimeUtc(path) == _made;

    /// <summary>A statement, ready for parameters. Reset it when its rows are not read to their end.</summary>
    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new Statement(connection, sql);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        connection.Dispose();
    }
}
