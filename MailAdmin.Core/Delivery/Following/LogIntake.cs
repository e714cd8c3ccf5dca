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
    private readonly TextCache _texts;
    private readonly Tracer _tracer;
    private readonly LogFeed? _feed;
    private readonly TimeProvider _time;
    private readonly UnknownLines _unknown = new();
    private readonly List<LogLine> _lines = [];
    private readonly HashSet<ILineSource> _changed = [];
    private long _sequence, _flushedAt;
    private long _linesBucket = -1, _linesCount, _unknownCount;
    private int _linesHost;

    public LogIntake(string storePath, LogFeed? feed, TextCache texts, TimeProvider time, RunSizes? sizes = null)
    {
        (_feed, _texts, _time) = (feed, texts, time);
        _writer = new TraceWriter(storePath, sizes);
        _tracer = new Tracer(new TracerOptions { WithEvents = true }, texts, _writer);
        _tracer.Resume(_writer.OpenMessages());
        _flushedAt = time.GetTimestamp();
    }

    /// <summary>The store.</summary>
    public TraceWriter Writer => _writer;

    /// <summary>All lines taken.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that were not understood.</summary>
    public IReadOnlyList<UnknownSample> Unknown => [.. _unknown.Samples.Select(sample => new UnknownSample(sample.Line, sample.Count))];

    /// <summary>Takes all lines that the source has read.</summary>
    /// <param name="host">The host as registered.</param>
    /// <param name="isLive">True to hand them to the live feed, too.</param>
    /// <returns>The time of the last line, in UTC; null when none named one.</returns>
    public DateTime? Take(ILineSource source, string host, bool isLive)
    {
        DateTime? last = null;
        var numbers = source.Numbers;
        while (source.TryNext(out var line))
        {
            LogEvent e = default;
            var reading = line.Parser.Read(line.Bytes, ref e);
            // Daemons log the short name, which several hosts may have.
            if (e.Host.Length == 0 || IsShort(e.Host, host)) e.Host = host;
            if (line.IsOld)
            {
                if (reading == Reading.Understood) _tracer.Remember(e, line.Place);
                continue;
            }
            Lines++;
            numbers.Lines++;
            _changed.Add(source);
            switch (reading)
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
            if (reading != Reading.Damaged)
            {
                last = e.Stamp.Utc;
                if (reading != Reading.Foreign) CountLine(e.Stamp.Utc, host);
            }
            if (isLive && _feed is not null) _lines.Add(LogLines.Of(++_sequence, e, reading, line.Bytes, numbers.Source, host, _texts, _time.GetUtcNow()));
        }
        if (last is { } time) numbers.LastLine = new DateTimeOffset(time).ToUnixTimeMilliseconds();
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
