using System.Buffers;
using System.Text;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>The end of a host's log, understood.</summary>
internal sealed record LogTail(string? Path, DateTimeOffset ModifiedAt, DateTimeOffset? Newest, int Understood, int Unknown, string? FirstUnknown)
{
    public static async Task<LogTail> ReadAsync(IMailHost reach, Hosts.Host host, int most, CancellationToken ct)
    {
        foreach (var path in host.LogSources.Where(source => source.StartsWith('/')))
        {
            await using var log = await reach.OpenLogAsync(path, ct);
            if (log is null) continue;
            var info = await log.LookAsync(ct);
            var buffer = new byte[(int)Math.Min(most, info.Length)];
            var (length, from) = (0, info.Length - buffer.Length);
            while (length < buffer.Length && await log.ReadAsync(from + length, buffer.AsMemory(length), ct) is > 0 and var read) length += read;
            return Understand(path, info.ModifiedAt, buffer.AsSpan(0, length), whole: from == 0, info.ModifiedAt);
        }
        return host.LogSources.Contains(JournalFollower.Name) ? await JournalAsync(reach, ct) : new LogTail(null, default, null, 0, 0, null);
    }

    private static async Task<LogTail> JournalAsync(IMailHost reach, CancellationToken ct)
    {
        string[] command = ["journalctl", "--output=json", "--no-pager", "--all", "--lines=500", "SYSLOG_FACILITY=2"];
        var result = await reach.RunAsync(command, ct: ct);
        if (!result.Succeeded) throw new HostCommandException(command, $"The journal cannot be read: {result.Error.Trim()}", result);
        var (entry, lines) = (new JournalLine(), new ArrayBufferWriter<byte>());
        foreach (var json in result.Output.AsSpan().EnumerateLines())
        {
            if (!entry.TryRead(Encoding.UTF8.GetBytes(json.ToString()))) continue;
            lines.Write(entry.Bytes);
            lines.Write("\n"u8);
        }
        // The journal names the whole time of each entry, no year has to be guessed; the newest is when it grew last.
        var tail = Understand(JournalFollower.Name, default, lines.WrittenSpan, whole: true, DateTimeOffset.UnixEpoch);
        return tail with { ModifiedAt = tail.Newest ?? default };
    }

    private static LogTail Understand(string path, DateTimeOffset modified, ReadOnlySpan<byte> bytes, bool whole, DateTimeOffset now)
    {
        if (!whole) bytes = bytes[(bytes.IndexOf((byte)'\n') + 1)..];
        // As far ahead as the reader permits: a line in the future is what the clock's check looks for.
        var parser = new LogParser(new StampReader(TimeZoneInfo.Local, now.UtcDateTime), new TextCache(256));
        var (understood, unknown, first) = (0, 0, (string?)null);
        DateTimeOffset? newest = null;
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = bytes[..end];
            bytes = bytes[(end + 1)..];
            var e = default(LogEvent);
            switch (parser.Read(line, ref e))
            {
                case Reading.Understood: understood++; break;
                case Reading.Unknown: unknown++; first ??= Encoding.UTF8.GetString(line); break;
            }
            if (e.Stamp.Utc != default) newest = new DateTimeOffset(e.Stamp.Utc, TimeSpan.Zero);
        }
        return new LogTail(path, modified, newest, understood, unknown, first);
    }
}
