using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The one writer of the store: gathers what the tracer finds and writes it, with how far the logs were read, in one transaction. Not for several threads.</summary>
/// <remarks>After an exception of <see cref="Flush"/> it must be thrown away: what it remembers is then ahead of what is stored.</remarks>
internal sealed partial class TraceWriter : ITraceSink, ITraceChanges, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statements _sql;
    private readonly Words _words = new();
    private readonly EntryWriter _packer;
    private readonly EntryIds _ids;
    private readonly Segments _segments;
    private readonly AddressBookOfSegment _addresses;
    private readonly List<int> _scratch = [];

    // Messages that changed and are not packed yet; a place is null again when its message was packed because it is done with.
    private readonly List<Trace?> _changed = [];
    private readonly List<(long Id, int Start, int Length)> _packed = [];
    private readonly List<long> _opened = [];
    private readonly List<long> _closed = [];
    private readonly List<(int Segment, int Term, long At)> _added = [];
    private readonly List<(int Segment, int Term, long At)> _removed = [];
    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    public TraceWriter(string path)
    {
        _connection = StoreSchema.OpenToWrite(path);
        var largest = StoreSchema.Number(_connection, "SELECT max(id) FROM entry");
        _sql = new Statements(_connection);
        _words.Load(_connection);
        _packer = new EntryWriter(_words);
        _ids = new EntryIds(_connection, largest);
        _segments = Segments.Load(_connection, largest);
        _addresses = new AddressBookOfSegment(_connection, _segments.All.Count == 0 ? 1 : _segments.All[^1].Number);
    }

    /// <summary>Counts over time.</summary>
    public Tally Tally { get; } = new();

    /// <summary>The number of a host's name in counts.</summary>
    public int HostNumber(string host) => _words.NumberOf(host);

    /// <summary>Entries that wait to be written.</summary>
    public int Waiting => _packed.Count + _changed.Count;

    /// <summary>Messages that were open when the store was last written, the oldest first.</summary>
    public IReadOnlyList<Trace> OpenMessages()
    {
        var open = new List<Trace>();
        using var read = new Statement(_connection, "SELECT e.id, e.data FROM open_entry o JOIN entry e ON e.id = o.id ORDER BY e.id");
        while (read.Next())
        {
            try
            {
                var entry = EntryCodec.Read(read.Long(0), read.Blob(1), WordOf);
                entry.Message!.Terms = Terms.Of(entry, _scratch);
                open.Add(entry.Message);
            }
            catch (InvalidDataException)
            {
                // A damaged entry is no reason to follow no log at all; it stays as it is.
            }
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
        Pack(message);
        if (message.SizeBytes is > 0 and var size) Tally.Add(message.FirstSeen, Counted.Bytes, HostNumber(message.Host), size);
        foreach (var recipient in message.List)
            if (recipient.Status == "sent" && recipient.DelaySeconds is { } delay) Tally.Add(Tally.BucketOf(recipient.LastTry), Tally.Delays + Analysis.DelayHistogram.StepOf(delay), HostNumber(message.Host));
    }

    /// <inheritdoc />
    public void Take(RejectedMail rejected) => Pack(new StoredEntry { Kind = TraceKind.Reject, Reject = rejected });

    /// <summary>A sign-in or a failed one.</summary>
    public void Take(TraceKind kind, LoginRecord login) => Pack(new StoredEntry { Kind = kind, Login = login });

    private void Pack(Trace message)
    {
        message.IsChanged = false;
        var isNew = message.StoreId == 0;
        if (isNew) message.StoreId = _ids.Next(message.FirstSeen);
        var entry = new StoredEntry { Id = message.StoreId, Kind = TraceKind.Message, IsOpen = !message.IsGiven, Message = message };
        Pack(entry);
        if (entry.IsOpen && !message.IsStoredOpen) _opened.Add(entry.Id);
        else if (!entry.IsOpen && message.IsStoredOpen) _closed.Add(entry.Id);
        message.IsStoredOpen = entry.IsOpen;
        var terms = Terms.Of(entry, _scratch);
        Post(entry.Id, isNew, message.Terms, terms);
        message.Terms = terms;
        _addresses.Add(message.From);
        foreach (var recipient in message.List)
        {
            _addresses.Add(recipient.To);
            _addresses.Add(recipient.OriginalTo);
        }
    }

    private void Pack(StoredEntry entry)
    {
        var isMessage = entry.Message is not null;
        if (!isMessage) entry.Id = _ids.Next(entry.FirstSeen);
        EntryCodec.Write(entry, _packer);
        var packed = _packer.Written;
        if (_length + packed.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + packed.Length));
        packed.CopyTo(_bytes.AsSpan(_length));
        _packed.Add((entry.Id, _length, packed.Length));
        _length += packed.Length;
        if (isMessage) return;
        Post(entry.Id, isNew: true, [], Terms.Of(entry, _scratch));
        _addresses.Add(entry.Reject?.From);
        _addresses.Add(entry.Reject?.To);
    }

    // Both lists are sorted.
    private void Post(long id, bool isNew, int[] before, int[] now)
    {
        var segment = _segments.Of(id, isNew, out var began);
        if (began) _addresses.Begin(segment.Number);
        var at = id - segment.First;
        var (b, n) = (0, 0);
        while (b < before.Length || n < now.Length)
        {
            if (b == before.Length || n < now.Length && now[n] < before[b]) _added.Add((segment.Number, now[n++], at));
            else if (n == now.Length || before[b] < now[n]) _removed.Add((segment.Number, before[b++], at));
            else (b, n) = (b + 1, n + 1);
        }
    }

    private string WordOf(int number) => _words.TextOf(number) ?? throw new InvalidDataException($"The store of messages has no word {number}.");

    /// <inheritdoc />
    public void Dispose()
    {
        _ids.Dispose();
        _addresses.Dispose();
        _sql.Dispose();
        _connection.Dispose();
    }
}
