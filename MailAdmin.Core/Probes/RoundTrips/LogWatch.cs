using System.Text;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Reads what a host's log says about one message, from the moment before it was sent. Works without the portal's own follower, so that the command line can watch too.</summary>
internal sealed class LogWatch : IAsyncDisposable
{
    private const int Piece = 64 << 10;

    private readonly IHostLog _log;
    private readonly LogParser _parser;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[Piece * 2];
    private long _offset;
    private int _kept;

    private LogWatch(IHostLog log, long offset, TimeProvider time)
    {
        (_log, _offset, _time) = (log, offset, time);
        _parser = new LogParser(new StampReader(TimeZoneInfo.Local, time.GetUtcNow().UtcDateTime), new TextCache(256));
    }

    /// <summary>The end of the first log file that is there; null when there is none.</summary>
    public static async Task<LogWatch?> OpenAsync(IMailHost reach, Hosts.Host host, TimeProvider time, CancellationToken ct)
    {
        foreach (var path in host.LogSources.Where(source => source.StartsWith('/')))
            if (await reach.OpenLogAsync(path, ct) is { } log) return new LogWatch(log, (await log.LookAsync(ct)).Length, time);
        return null;
    }

    /// <summary>Hands over what concerns the message until it is told to stop.</summary>
    /// <param name="messageId">Its Message-ID, in angle brackets.</param>
    public async Task FollowAsync(string messageId, Action<LogNews> news, CancellationToken ct)
    {
        var about = new About(messageId, news);
        while (true)
        {
            var read = await _log.ReadAsync(_offset, _buffer.AsMemory(_kept, Math.Min(Piece, _buffer.Length - _kept)), ct);
            if (read == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, ct);
                continue;
            }
            _offset += read;
            _kept = Understand(about, _kept + read);
        }
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private int Understand(About about, int length)
    {
        var bytes = _buffer.AsSpan(0, length);
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var e = default(LogEvent);
            _parser.Read(bytes[..end], ref e);
            about.Take(bytes[..end], e);
            bytes = bytes[(end + 1)..];
        }
        if (bytes.Length >= Piece) return 0; // A line without end.
        bytes.CopyTo(_buffer);
        return bytes.Length;
    }

    private sealed class About(string messageId, Action<LogNews> news)
    {
        private readonly byte[] _messageId = Encoding.UTF8.GetBytes(messageId.Trim('<', '>'));
        private readonly HashSet<QueueId> _ids = [];

        public void Take(ReadOnlySpan<byte> line, LogEvent e)
        {
            var byName = line.IndexOf(_messageId) >= 0;
            if (byName && !e.QueueId.IsNone) _ids.Add(e.QueueId);
            if (!byName && !_ids.Contains(e.QueueId)) return;
            if (!e.Other.IsNone) _ids.Add(e.Other);
            news(new LogNews(Encoding.UTF8.GetString(line), e.Kind, e.QueueId.IsNone ? null : e.QueueId.ToString(), Text(e.Status), Text(e.Dsn), Text(e.Text), Text(e.Folder), Text(e.Relay)));
        }

        private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
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
