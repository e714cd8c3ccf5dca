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
        if (StoreSchema.Number(connection, "PRAGMA user_version") != StoreSchema.Version)
        {
            connection.Dispose();
            return null;   // being made at this moment, or of another version and about to be made anew
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
    private readonly Dictionary<int, Run> _known = [];

    public SqliteConnection Connection => connection;

    /// <summary>False when the file was replaced by another since.</summary>
    public bool IsCurrent() => File.Exists(path) && File.GetCreationTimeUtc(path) == _made;

    /// <summary>A statement, ready for parameters. Reset it when its rows are not read to their end.</summary>
    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new Statement(connection, sql);
        return statement;
    }

    /// <summary>The runs there are, those written last ahead. Only between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public IReadOnlyList<Run> Runs { get; private set; } = [];

    /// <summary>From here on the store is seen as it is now.</summary>
    public void Begin()
    {
        Prepared("BEGIN").Run();
        var numbers = new List<int>();
        var all = Prepared("SELECT number FROM run ORDER BY number DESC");
        while (all.Next()) numbers.Add(all.Int(0));
        if (numbers.Count == Runs.Count && numbers.SequenceEqual(Runs.Select(run => run.Number))) return;
        Runs = [.. numbers.Select(Known).OfType<Run>()];
        foreach (var gone in _known.Keys.Except(numbers).ToList()) _known.Remove(gone);
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void End() => Prepared("COMMIT").Run();

    /// <summary>A single number; 0 when there is none.</summary>
    public long Number(string sql)
    {
        var statement = Prepared(sql);
        var number = statement.Next() ? statement.Long(0) : 0;
        statement.Reset();
        return number;
    }

    private Run? Known(int number)
    {
        if (_known.TryGetValue(number, out var known)) return known;
        var statement = Prepared("SELECT first, last, entries, directory FROM run WHERE number = ?");
        statement.With(number);
        try
        {
            return statement.Next() ? _known[number] = new Run(number, statement.Long(0), statement.Long(1), statement.Int(2), statement.Blob(3)) : null;
        }
        catch (InvalidDataException)
        {
            return null;   // one damaged run must not hide all others
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        connection.Dispose();
    }
}
