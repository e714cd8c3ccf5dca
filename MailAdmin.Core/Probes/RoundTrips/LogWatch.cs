using System.Text;
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
