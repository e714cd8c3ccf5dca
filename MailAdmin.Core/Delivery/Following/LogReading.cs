using System.Runtime.CompilerServices;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Reads the logs of hosts line by line for a person, without store and portal: from their end on, or all that is there.</summary>
public sealed class LogReading(IMailHosts hosts, IDbContextFactory<MailAdminContext> factory, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private const int LookBack = 1 << 20;

    /// <summary>The newest lines of each log that pass, then those that are written from now on. Ends only when it is cancelled.</summary>
    /// <param name="host">Only of this host, as registered; null for all.</param>
    /// <param name="last">How many of the lines that are there already, of each log.</param>
    public async Task<Outcome<IAsyncEnumerable<LogLine>>> TailAsync(string? host, LogFilter filter, int last, Actor actor, CancellationToken ct)
    {
        var (wanted, no) = await WantedAsync(host, filter, actor, ct);
        return no is not null ? no : new Outcome<IAsyncEnumerable<LogLine>>.Accepted(TailAsync(wanted, filter, last, ct), null);
    }

    /// <summary>All lines that pass, log by log.</summary>
    /// <param name="host">Only of this host, as registered; null for all.</param>
    /// <param name="withFormer">True to read what was rotated away, too, the oldest first.</param>
    public async Task<Outcome<IAsyncEnumerable<LogLine>>> GrepAsync(string? host, LogFilter filter, bool withFormer, Actor actor, CancellationToken ct)
    {
        var (wanted, no) = await WantedAsync(host, filter, actor, ct);
        return no is not null ? no : new Outcome<IAsyncEnumerable<LogLine>>.Accepted(GrepAsync(wanted, filter, withFormer, ct), null);
    }

    private async Task<(List<(Host Host, string Source)> Wanted, Refusal? No)> WantedAsync(string? name, LogFilter filter, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadMail) is { } no) return ([], no);
        if (filter.Check() is { } wrong) return ([], wrong);
        var found = (await db.Hosts.AsNoTracking().ToListAsync(ct)).Where(host => name is null || host.Name == name).ToList();
        if (name is not null && found.Count == 0) return ([], new NotFound("host", name, $"There is no host {Addresses.ShownText.Of(name)}.", "See: mailadmin host list"));
        return ([.. found.SelectMany(host => host.LogSources.Distinct().Select(source => (host, source)))], null);
    }

    private async IAsyncEnumerable<LogLine> TailAsync(List<(Host Host, string Source)> wanted, LogFilter filter, int last, [EnumeratorCancellation] CancellationToken ct)
    {
        var (texts, register, settings) = (new TextCache(), new FileRegister([]), new FollowSettings(options.Value.Zone, TimeSpan.FromSeconds(1)));
        var (sources, sequence) = (new List<(string Host, ILineSource Source)>(), 0L);
        try
        {
            foreach (var (host, name) in wanted)
            {
                var (reach, numbers) = (hosts.Reach(host), new StoredSource(host.Name, name));
                if (name != JournalFollower.Name) await BeginNearEndAsync(reach, host.Name, name, last, register, ct);
                sources.Add((host.Name, name == JournalFollower.Name ? new JournalFollower(host.Name, reach, register, numbers, settings, texts, time) : new FileFollower(host.Name, name, reach, register, numbers, settings, texts, time)));
            }
            while (true)
            {
                var isBusy = false;
                foreach (var (host, source) in sources)
                {
                    if (!await source.FillAsync(ct)) continue;
                    isBusy = true;
                    foreach (var line in Take(source, host, filter, texts, ref sequence)) yield return line;
                }
                if (!isBusy) await Task.Delay(Pace, time, ct);
            }
        }
        finally
        {
            foreach (var (_, source) in sources) await source.DisposeAsync();
        }
    }

    // Marks everything as read but the last lines.
    private static async Task BeginNearEndAsync(IMailHost reach, string host, string source, int last, FileRegister register, CancellationToken ct)
    {
        foreach (var former in await RotatedFiles.FindAsync(reach, source, ct))
        {
            if (await reach.OpenLogAsync(former.Path, ct) is not { } old) continue;
            await using var held = old;
            register.Add(host, source, old.Identity, await FileHead.ReadAsync(old, FileHead.IsPacked(former.Path), FileHead.Most, ct)).IsDone = true;
        }
        if (await reach.OpenLogAsync(source, ct) is not { } log) return;
        await using var open = log;
        var length = (await log.LookAsync(ct)).Length;
        var begin = Math.Max(0, length - LookBack);
        var bytes = new byte[length - begin];
        await using var stream = new HostLogStream(log, begin);
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        var at = read;
        // A last line without its end counts as none: it is shown when it is finished.
        for (var lines = -1; at > 0 && lines < last; at--)
            if (bytes[at - 1] == '\n' && ++lines == last) break;
        var head = await FileHead.ReadAsync(log, isPacked: false, FileHead.Most, ct);
        register.Add(host, source, log.Identity, head).Offset = begin + at;
    }

    private List<LogLine> Take(ILineSource source, string host, LogFilter filter, TextCache texts, ref long sequence)
    {
        var lines = new List<LogLine>();
        while (source.TryNext(out var line))
        {
            LogEvent e = default;
            var reading = line.Parser.Read(line.Bytes, ref e);
            if (line.IsOld) continue;
            var made = LogLines.Of(++sequence, e, reading, line.Bytes, source.Numbers.Source, host, texts, time.GetUtcNow());
            if (filter.Matches(made)) lines.Add(made);
        }
        return lines;
    }

    private async IAsyncEnumerable<LogLine> GrepAsync(List<(Host Host, string Source)> wanted, LogFilter filter, bool withFormer, [EnumeratorCancellation] CancellationToken ct)
    {
        var (texts, sequence) = (new TextCache(), 0L);
        foreach (var (host, source) in wanted)
        {
            if (source == JournalFollower.Name) continue;
            var reach = hosts.Reach(host);
            string[] former = withFormer ? [.. (await RotatedFiles.FindAsync(reach, source, ct)).Reverse().Select(file => file.Path)] : [];
            foreach (var path in (string[])[.. former, source])
            {
                if (await reach.OpenLogAsync(path, ct) is not { } log) continue;
                var file = new StoredFile { Id = 1, Host = host.Name, Source = source };
                await using var opened = await OpenedLog.OpenAsync(log, path, file, options.Value.Zone, texts, time.GetUtcNow(), isLive: path == source, ct);
                for (var isMore = true; isMore;)
                {
                    ct.ThrowIfCancellationRequested();
                    isMore = await opened.FillAsync(ct);
                    foreach (var line in Cut(opened, !isMore, host.Name, path, filter, texts, ref sequence)) yield return line;
                }
            }
        }
    }

    private List<LogLine> Cut(OpenedLog opened, bool isEnd, string host, string path, LogFilter filter, TextCache texts, ref long sequence)
    {
        var lines = new List<LogLine>();
        while (opened.Cutter.TryCut(out var bytes, out _, out _, out _) || isEnd && opened.Cutter.TryRest(out bytes, out _, out _, out _))
        {
            LogEvent e = default;
            var reading = opened.Parser.Read(bytes, ref e);
            var line = LogLines.Of(++sequence, e, reading, bytes, path, host, texts, time.GetUtcNow());
            if (filter.Matches(line)) lines.Add(line);
        }
        return lines;
    }
}
