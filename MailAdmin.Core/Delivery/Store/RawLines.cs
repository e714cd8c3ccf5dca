using System.Text;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>Reads lines again from where they lie, also when the file was renamed or packed since.</summary>
public sealed class RawLines(ITraceStore store, IMailHosts hosts, IDbContextFactory<MailAdminContext> factory)
{
    private const int LongestLine = 64 * 1024;

    /// <summary>The lines at these places, in the order asked for; a line that is no longer there comes without text.</summary>
    public async Task<IReadOnlyList<RawLine>> ReadAsync(IReadOnlyList<LinePlace> places, CancellationToken ct)
    {
        var found = new Dictionary<LinePlace, RawLine>();
        foreach (var group in places.Distinct().GroupBy(place => place.File))
        {
            if (await store.FileAsync(group.Key, ct) is not { } mark) continue;
            await ReadAsync(mark, [.. group.OrderBy(place => place.Offset)], found, ct);
        }
        return [.. places.Select(place => found.TryGetValue(place, out var line) ? line : new RawLine("", place.Offset, null, default))];
    }

    private async Task ReadAsync(LogFileMark mark, IReadOnlyList<LinePlace> places, Dictionary<LinePlace, RawLine> found, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Hosts.AsNoTracking().FirstOrDefaultAsync(host => host.Name == mark.Host, ct) is not { } host) return;
        var reach = hosts.Reach(host);
        if (mark.Source == JournalFollower.Name)
        {
            await JournalEntries.ReadAsync(reach, places, found, ct);
            return;
        }
        if (!mark.Source.StartsWith('/')) return;
        foreach (var path in (string[])[mark.Source, .. (await RotatedFiles.FindAsync(reach, mark.Source, ct)).Select(file => file.Path)])
        {
            try
            {
                if (await reach.OpenLogAsync(path, ct) is not { } log) continue;
                await using var held = log;
                var isPacked = FileHead.IsPacked(path);
                if (!await IsItAsync(log, mark, isPacked, ct)) continue;
                if (isPacked) await ReadPackedAsync(path, log, places, found, ct);
                else await ReadPlainAsync(path, log, places, found, ct);
                return;
            }
            catch (Exception e) when (e is HostFileException or InvalidDataException)
            {
                // Gone, closed to us or damaged meanwhile: another name may lead to it still.
            }
        }
    }

    private static async Task<bool> IsItAsync(IHostLog log, LogFileMark mark, bool isPacked, CancellationToken ct)
    {
        var head = await FileHead.ReadAsync(log, isPacked, mark.HeadLength, ct);
        return head.Length == mark.HeadLength && FileHead.Digest(head).AsSpan().SequenceEqual(mark.HeadDigest.Span);
    }

    private static async Task ReadPlainAsync(string path, IHostLog log, IReadOnlyList<LinePlace> places, Dictionary<LinePlace, RawLine> found, CancellationToken ct)
    {
        foreach (var place in places)
        {
            var bytes = new byte[Math.Min(place.Length, LongestLine)];
            await using var stream = new HostLogStream(log, place.Offset);
            if (await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct) == bytes.Length) found[place] = LineOf(path, place, bytes);
        }
    }

    private static async Task ReadPackedAsync(string path, IHostLog log, IReadOnlyList<LinePlace> places, Dictionary<LinePlace, RawLine> found, CancellationToken ct)
    {
        await using var stream = FileHead.Open(log, isPacked: true);
        var (at, skip) = (0L, new byte[64 * 1024]);
        foreach (var place in places)
        {
            while (at < place.Offset)
            {
                var read = await stream.ReadAsync(skip.AsMemory(0, (int)Math.Min(skip.Length, place.Offset - at)), ct);
                if (read == 0) return;
                at += read;
            }
            var bytes = new byte[Math.Min(place.Length, LongestLine)];
            var got = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
            at += got;
            if (got == bytes.Length) found[place] = LineOf(path, place, bytes);
        }
    }

    private static RawLine LineOf(string path, LinePlace place, byte[] bytes) => new(path, place.Offset, Encoding.UTF8.GetString(bytes).TrimEnd('\n').TrimEnd('\r'), bytes);
}
