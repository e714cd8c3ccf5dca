using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Takes lines into the tracer, the store and the live feed. What it has taken and not stored is lost with it, and read again by the next. Not for several threads.</summary>
internal sealed class LogIntake : IDisposable
{
    // While the past is read, many lines are stored at once; what comes now must be found within a second.
    private const int MostWaitingEntries = 40_000;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FlushEveryBehind = TimeSpan.FromSeconds(20);

    private readonly TraceWriter _writer;
    // Of its own: lines are understood on another thread.
    private readonly TextCache _texts = new();
    private readonly Tracer _tracer;
    private readonly LogFeed? _feed;
    private readonly TimeProvider _time;
    private readonly UnknownLines _unknown = new();
    private readonly List<LogLine> _lines = [];
    private readonly HashSet<ILineSource> _changed = [];
    private LineBatch _batch = new(), _next = new();
    private long _sequence, _flushedAt;
    private long _linesBucket = -1, _linesCount, _unknownCount;
    private int _linesHost;

    public LogIntake(string storePath, LogFeed? feed, TimeProvider time, RunSizes? sizes = null)
    {
        (_feed, _time) = (feed, time);
        _writer = new TraceWriter(storePath, sizes);
        _tracer = new Tracer(new TracerOptions { WithEvents = true }, _texts, _writer);
        _tracer.Resume(_writer.OpenMessages());
        _flushedAt = time.GetTimestamp();
    }

    /// <summary>The store.</summary>
    public TraceWriter Writer => _writer;

    /// <summary>All lines taken.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that were not understood.</summary>
    public IReadOnlyList<UnknownSample> Unknown => [.. _unknown.Samples.Select(sample => new UnknownSample(sample.Line, sample.Count))];

    /// <summary>Takes all lines that the source has read. While a batch is joined, the next one is cut and understood on another thread.</summary>
    /// <param name="host">The host as registered.</param>
    /// <param name="isLive">True to hand them to the live feed, too.</param>
    /// <returns>The time of the last line, in UTC; null when none named one.</returns>
    public async Task<DateTime?> TakeAsync(ILineSource source, string host, bool isLive)
    {
        DateTime? last = null;
        var isMore = Fill(source, _batch);
        while (_batch.Count > 0)
        {
            var filling = isMore ? Task.Run(() => Fill(source, _next)) : null;
            try
            {
                last = Take(_batch, source, host, isLive) ?? last;
            }
            finally
            {
                isMore = filling is not null && await filling;
            }
            _batch.Clear();
            (_batch, _next) = (_next, _batch);
        }
        if (last is { } time) source.Numbers.LastLine = new DateTimeOffset(time).ToUnixTimeMilliseconds();
        return last;
    }

    /// <summary>Hands lines to the live feed.</summary>
    public void Publish()
    {
        if (_lines.Count == 0) return;
        _feed!.Publish(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lines));
        _lines.Clear();
    }

    /// <summary>Stores what waits, when it is time or when it is told to.</summary>
    /// <param name="isBehind">True while the past is read.</param>
    public bool Flush(IEnumerable<ILineSource> sources, bool isBehind, bool now = false)
    {
        var isDue = now || _writer.Waiting >= MostWaitingEntries || _time.GetElapsedTime(_flushedAt) >= (isBehind ? FlushEveryBehind : FlushEvery);
        if (!isDue || _changed.Count == 0 && _writer.Waiting == 0 && !now) return false;
        CountLine(DateTime.MinValue, "");
        _writer.Flush(sources.SelectMany(source => source.TakeTouched()), _changed.Select(source => source.Numbers), inBackground: isBehind && !now);
        _changed.Clear();
        _flushedAt = _time.GetTimestamp();
        return true;
    }

    /// <summary>Gives what waited long enough by the clock, when the logs are silent.</summary>
    public void Advance(DateTime nowUtc) => _tracer.Advance(nowUtc);

    /// <summary>Gives what is open, for logs that are at their end.</summary>
    public void Complete() => _tracer.Complete();

    public void Dispose() => _writer.Dispose();

    // False when the source has no more.
    private static bool Fill(ILineSource source, LineBatch batch)
    {
        batch.Clear();
        while (batch.HasRoom)
        {
            if (!source.TryNext(out var line)) return false;
            batch.Add(line.Bytes, line.Parser, line.Place, line.IsCut, line.IsOld);
        }
        return true;
    }

    private DateTime? Take(LineBatch batch, ILineSource source, string host, bool isLive)
    {
        DateTime? last = null;
        for (var i = 0; i < batch.Count; i++) last = Take(batch[i], source, host, isLive) ?? last;
        return last;
    }

    private DateTime? Take(UnderstoodLine line, ILineSource source, string host, bool isLive)
    {
        var e = line.Event;
        var numbers = source.Numbers;
        // Daemons log the short name, which several hosts may have.
        if (e.Host.Length == 0 || IsShort(e.Host, host)) e.Host = host;
        if (line.IsOld)
        {
            if (line.Reading == Reading.Understood) _tracer.Remember(e, line.Place);
            return null;
        }
        Lines++;
        numbers.Lines++;
        _changed.Add(source);
        switch (line.Reading)
        {
            case Reading.Understood:
                numbers.Understood++;
                Count(e, host);
                _tracer.Take(e, line.Place);
                if (e.Kind is EventKind.LoggedIn or EventKind.LoginFailed or EventKind.SaslFailed) TakeLogin(e, line.Place);
                break;
            case Reading.Unknown:
                numbers.Unknown++;
                _unknownCount++;
                _unknown.Take(e, line.Bytes);
                break;
            case Reading.Foreign:
                numbers.Foreign++;
                break;
            case Reading.Damaged:
                numbers.Damaged++;
                break;
        }
        if (line.Reading is not (Reading.Damaged or Reading.Foreign)) CountLine(e.Stamp.Utc, host);
        if (isLive && _feed is not null) _lines.Add(LogLines.Of(++_sequence, e, line.Reading, line.Bytes, numbers.Source, host, _texts, _time.GetUtcNow()));
        return line.Reading == Reading.Damaged ? null : e.Stamp.Utc;
    }

    private static bool IsShort(string name, string host) => host.Length > name.Length && host[name.Length] == '.' && host.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    private void TakeLogin(in LogEvent e, LinePlace place)
    {
        var kind = e.Kind switch { EventKind.LoggedIn => TraceKind.Login, EventKind.LoginFailed => TraceKind.LoginFailed, _ => TraceKind.SaslFailed };
        var service = e.Program.Daemon is Daemon.Dovecot or Daemon.DovecotProcess ? ServiceOf(e.Message) ?? e.Program.Service : e.Program.Service;
        _writer.Take(kind, new LoginRecord(e.Stamp.Utc, e.Stamp.IsUncertain, e.Host, service, e.Client.IsEmpty ? null : TextCache.Once(e.Client), TextCache.Once(e.User), _texts.Text(e.Method), kind == TraceKind.Login || e.Text.IsEmpty ? null : TextCache.Once(e.Text), place));
    }

    // "imap-login: Login: …" through syslog.
    private string? ServiceOf(ReadOnlySpan<byte> message)
    {
        var colon = message.IndexOfAny((byte)':', (byte)'(');
        return colon is > 0 and < 32 ? _texts.Text(message[..colon]) : null;
    }

    private void Count(in LogEvent e, string host)
    {
        Counted? what = e.Kind switch
        {
            EventKind.Opened => Counted.Messages,
            EventKind.Tried when e.Status.SequenceEqual("sent"u8) => Counted.Delivered,
            EventKind.Tried when e.Status.SequenceEqual("deferred"u8) => Counted.Deferred,
            EventKind.Tried when e.Status.SequenceEqual("bounced"u8) => Counted.Bounced,
            EventKind.Tried when e.Status.SequenceEqual("expired"u8) => Counted.Expired,
            EventKind.Expired => Counted.Expired,
            EventKind.Rejected or EventKind.MessageRejected => Counted.Rejected,
            EventKind.LoggedIn => Counted.Logins,
            EventKind.LoginFailed => Counted.LoginsFailed,
            EventKind.SaslFailed => Counted.SaslFailed,
            _ => null,
        };
        if (what is { } counted) _writer.Tally.Add(e.Stamp.Utc, counted, _writer.HostNumber(host));
    }

    private void CountLine(DateTime utc, string host)
    {
        var bucket = Tally.BucketOf(utc);
        var number = host.Length == 0 ? 0 : _writer.HostNumber(host);
        if (bucket != _linesBucket || number != _linesHost)
        {
            if (_linesCount > 0) _writer.Tally.Add(_linesBucket, (int)Counted.Lines, _linesHost, _linesCount);
            if (_unknownCount > 0) _writer.Tally.Add(_linesBucket < 0 ? bucket : _linesBucket, (int)Counted.UnknownLines, _linesHost, _unknownCount);
            (_linesBucket, _linesHost, _linesCount, _unknownCount) = (bucket, number, 0, 0);
        }
        if (number != 0) _linesCount++;
    }
}
