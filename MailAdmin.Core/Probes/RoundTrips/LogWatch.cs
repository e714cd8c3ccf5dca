using System.Text;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Reads what a host's log says about one message, from the moment before it was sent. Works without the portal's own follower, so that the command line can watch too.</summary>
internal abstract class LogWatch(TimeProvider time) : IAsyncDisposable
{
    private readonly LogParser _parser = new(new StampReader(TimeZoneInfo.Local, time.GetUtcNow().UtcDateTime), new TextCache(256));

    /// <summary>The end of the first log that is there, a file before the journal; null when there is none.</summary>
    /// <exception cref="HostException">The journal cannot be asked.</exception>
    public static async Task<LogWatch?> OpenAsync(IMailHost reach, Hosts.Host host, TimeProvider time, CancellationToken ct)
    {
        foreach (var path in host.LogSources.Where(source => source.StartsWith('/')))
            if (await reach.OpenLogAsync(path, ct) is { } log) return new LogFileWatch(log, (await log.LookAsync(ct)).Length, time);
        return host.LogSources.Contains(JournalFollower.Name) ? await JournalWatch.StartAsync(reach, time, ct) : null;
    }

    /// <summary>Hands over what concerns the message until it is told to stop, or the log ends.</summary>
    /// <param name="messageId">Its Message-ID, in angle brackets or without.</param>
    public Task FollowAsync(string messageId, Action<LogNews> news, CancellationToken ct) => FollowAsync(new About(messageId, news, _parser), ct);

    public abstract ValueTask DisposeAsync();

    protected abstract Task FollowAsync(About about, CancellationToken ct);

    /// <summary>Knows the queue ids that a message had so far.</summary>
    protected sealed class About(string messageId, Action<LogNews> news, LogParser parser)
    {
        private readonly byte[] _messageId = Encoding.UTF8.GetBytes(messageId.Trim('<', '>'));
        private readonly HashSet<QueueId> _ids = [];

        public void Take(ReadOnlySpan<byte> line)
        {
            var e = default(LogEvent);
            parser.Read(line, ref e);
            var byName = line.IndexOf(_messageId) >= 0;
            if (byName && !e.QueueId.IsNone) _ids.Add(e.QueueId);
            if (!byName && !_ids.Contains(e.QueueId)) return;
            if (!e.Other.IsNone) _ids.Add(e.Other);
            news(new LogNews(Encoding.UTF8.GetString(line), e.Kind, e.QueueId.IsNone ? null : e.QueueId.ToString(), Text(e.Status), Text(e.Dsn), Text(e.Text), Text(e.Folder), Text(e.Relay)));
        }

        private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
    }
}

/// <summary>A file, read from its end on.</summary>
internal sealed class LogFileWatch(IHostLog log, long offset, TimeProvider time) : LogWatch(time)
{
    private const int Piece = 64 << 10;

    private readonly TimeProvider _time = time;
    private readonly byte[] _buffer = new byte[Piece * 2];
    private long _offset = offset;
    private int _kept;

    public override ValueTask DisposeAsync() => log.DisposeAsync();

    protected override async Task FollowAsync(About about, CancellationToken ct)
    {
        while (true)
        {
            var read = await log.ReadAsync(_offset, _buffer.AsMemory(_kept, Math.Min(Piece, _buffer.Length - _kept)), ct);
            if (read == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, ct);
                continue;
            }
            _offset += read;
            _kept = Understand(about, _kept + read);
        }
    }

    private int Understand(About about, int length)
    {
        var bytes = _buffer.AsSpan(0, length);
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            about.Take(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }
        if (bytes.Length >= Piece) return 0; // A line without end.
        bytes.CopyTo(_buffer);
        return bytes.Length;
    }
}

/// <summary>The journal, from a moment before on: what is older is about other messages, and passed over.</summary>
internal sealed class JournalWatch : LogWatch
{
    private readonly IHostOutput _output;

    private JournalWatch(IHostOutput output, TimeProvider time) : base(time) => _output = output;

    public static async Task<JournalWatch> StartAsync(IMailHost reach, TimeProvider time, CancellationToken ct) =>
        new(await reach.StreamAsync(["journalctl", "--output=json", "--follow", "--no-pager", "--all", "--lines=all", $"--since=@{time.GetUtcNow().AddSeconds(-2).ToUnixTimeSeconds()}", "SYSLOG_FACILITY=2"], ct), time);

    public override ValueTask DisposeAsync() => _output.DisposeAsync();

    protected override async Task FollowAsync(About about, CancellationToken ct)
    {
        var (cutter, line) = (new LineCutter(0), new JournalLine());
        while (await _output.ReadAsync(cutter.Room(), ct) is > 0 and var read)
        {
            cutter.Filled(read);
            while (cutter.TryCut(out var json, out _, out _, out _))
                if (line.TryRead(json)) about.Take(line.Bytes);
        }
    }
}

/// <summary>A line of the log about the message.</summary>
internal sealed record LogNews(string Line, EventKind Kind, string? QueueId, string Status, string Dsn, string Text, string Folder, string Relay)
{
    /// <summary>Why it was put off or sent back, in words; null when the line says no such thing.</summary>
    public Cause? Trouble => Kind is EventKind.Tried && Status is "deferred" or "bounced" ? Cause.Explain(Dsn, Text, Status == "deferred")
        : Kind is EventKind.Expired ? Cause.Explain("4.4.7", Text, false)
        : Kind is EventKind.SieveDiscarded or EventKind.SieveRejected or EventKind.MessageRejected or EventKind.MessageDiscarded
            ? new Cause(Kind is EventKind.SieveDiscarded or EventKind.SieveRejected ? "Sieve" : "Rule", $"A {(Kind is EventKind.SieveDiscarded or EventKind.SieveRejected ? "Sieve script of the recipient" : "rule of the server")} did away with it.", Who.Recipient, "Look at that script or rule.")
        : null;
}
