using MailAdmin.Core.Delivery.Traces;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The one writer of the store: gathers what the tracer finds and writes it, with how far the logs were read, in one transaction. Not for several threads.</summary>
/// <remarks>
/// Few entries are written as rows, many at once as a run; when enough rows are done with they become a run, too.
/// After an exception of <see cref="Flush"/> it must be thrown away: what it remembers is then ahead of what is stored.
/// </remarks>
internal sealed partial class TraceWriter : ITraceSink, ITraceChanges, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statements _sql;
    private readonly RunBuilder _builder;
    private readonly List<RunReader> _runs = [];
    private readonly Statement _part;
    private readonly Words _words = new();
    private readonly EntryWriter _packer;
    private readonly EntryIds _ids;
    private readonly List<int> _scratch = [];

    // Messages that changed and are not packed yet; a place is null again when its message was packed because it is done with.
    private readonly List<Trace?> _changed = [];
    private Batch _now = new();
    private Batch? _spare;
    private Task? _writing;
    private int _taken;
    private int _batch = 1;
    private long _doneRows;

    private readonly RunSizes _sizes;

    public TraceWriter(string path, RunSizes? sizes = null)
    {
        _sizes = sizes ?? RunSizes.Usual;
        _connection = StoreSchema.OpenToWrite(path);
        _sql = new Statements(_connection);
        _builder = new RunBuilder(_connection);
        _part = new Statement(_connection, "SELECT data FROM part WHERE id = ?");
        LoadRuns();
        _words.Load(_connection);
        _packer = new EntryWriter(_words);
        _ids = new EntryIds(_connection, _runs, Settle);
        CountDoneRows();
    }

    /// <summary>Counts over time.</summary>
    public Tally Tally => _now.Tally;

    /// <summary>The number of a host's name in counts.</summary>
    public int HostNumber(string host)
    {
        if (_hosts.TryGetValue(host, out var number)) return number;
        Drain();
        return _hosts[host] = _words.NumberOf(host);
    }

    /// <summary>Entries that wait to be written.</summary>
    public int Waiting => _taken + _changed.Count;

    /// <summary>Messages that were open when the store was last written, the oldest first.</summary>
    public IReadOnlyList<Trace> OpenMessages()
    {
        var open = new List<Trace>();
        using var read = new Statement(_connection, "SELECT e.id, e.data FROM open_entry o JOIN entry e ON e.id = o.id ORDER BY e.id");
        while (read.Next())
        {
            if (Read(read.Long(0), read.Blob(1)) is not { Message: { } message } entry) continue;
            message.Terms = Terms.Of(entry, _scratch);
            open.Add(message);
        }
        return open;
    }

    /// <inheritdoc />
    public void Changed(Trace message)
    {
        if (message.IsChanged) return;
        message.IsChanged = true;
        message.ChangedPlace = _changed.Count;
        _changed.Add(message);
    }

    /// <inheritdoc />
    public void Take(Trace message)
    {
        if (message.IsChanged) _changed[message.ChangedPlace] = null;
        message.IsChanged = false;
        if (message.StoreId == 0) message.StoreId = _ids.Next(message.FirstSeen);
        Await(new StoredEntry { Id = message.StoreId, Kind = TraceKind.Message, Message = message });
        message.DoneIn = _batch;
        if (message.SizeBytes is > 0 and var size) Tally.Add(message.FirstSeen, Counted.Bytes, HostNumber(message.Host), size);
        foreach (var recipient in message.List)
            if (recipient.Status == "sent" && recipient.DelaySeconds is { } delay) Tally.Add(Tally.BucketOf(recipient.LastTry), Tally.Delays + Analysis.DelayHistogram.StepOf(delay), HostNumber(message.Host));
    }

    /// <inheritdoc />
    public void Take(RejectedMail rejected) => Take(new StoredEntry { Kind = TraceKind.Reject, Reject = rejected });

    /// <summary>A sign-in or a failed one.</summary>
    public void Take(TraceKind kind, LoginRecord login) => Take(new StoredEntry { Kind = kind, Login = login });

    private void Take(StoredEntry entry)
    {
        entry.Id = _ids.Next(entry.FirstSeen);
        Await(entry);
    }

    // A damaged entry is no reason to store nothing at all.
    private StoredEntry? Read(long id, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return EntryCodec.Read(id, bytes, number => _words.TextOf(number) ?? throw new InvalidDataException($"The store of messages has no word {number}."));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void LoadRuns()
    {
        using var read = new Statement(_connection, "SELECT number, first, last, entries, directory FROM run ORDER BY number");
        while (read.Next())
        {
            try
            {
                _runs.Add(new RunReader(new Run(read.Int(0), read.Long(1), read.Long(2), read.Int(3), read.Blob(4)), _part));
            }
            catch (InvalidDataException)
            {
                // Its numbers might be given again; what is damaged is not found anyway.
            }
        }
    }

    private void CountDoneRows() =>
        _doneRows = StoreSchema.Number(_connection, "SELECT (SELECT count(*) FROM entry) - (SELECT count(*) FROM open_entry) - (SELECT count(*) FROM changed_entry)");

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Settle();
            Drain();
        }
        catch (Exception e) when (e is SqliteException or AggregateException or InvalidOperationException)
        {
            // Nothing of it was written; it is read again by the next.
        }
        _ids.Dispose();
        _builder.Dispose();
        _part.Dispose();
        _sql.Dispose();
        _connection.Dispose();
    }
}

/// <summary>When entries become a run.</summary>
/// <param name="AtOnce">So many that are written at once.</param>
/// <param name="Rows">So many rows that are done with.</param>
internal sealed record RunSizes(int AtOnce, int Rows)
{
    /// <summary>An exact search looks into every run, so they should be few; but writing the rows as a run takes about half a second, in which nothing else is stored.</summary>
    public static readonly RunSizes Usual = new(8_000, 40_000);
}
