using System.Diagnostics;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Bench;

/// <summary>Measures the store of messages with the same parts that the portal uses: first import, going on, searches.</summary>
/// <param name="directory">Where the store is made or lies.</param>
/// <param name="log">The log.</param>
public sealed class StoreBench(string directory, string log)
{
    private const string Host = "mail.example.test";

    private readonly LocalMailHost _host = new(Path.Combine(directory, ".lock"), TimeProvider.System);

    /// <summary>Reads the whole log into the store.</summary>
    /// <returns>Lines read.</returns>
    public async Task<long> ImportAsync(CancellationToken ct)
    {
        using var intake = new LogIntake(Path.Combine(directory, StoreSchema.FileName), null, TimeProvider.System);
        await using var follower = Follower(intake);
        while (await follower.FillAsync(ct))
        {
            await intake.TakeAsync(follower, Host, isLive: false);
            intake.Flush([follower], isBehind: true);
        }
        intake.Flush([follower], isBehind: true, now: true);
        return intake.Lines;
    }

    /// <summary>Lines that come all at once, while the store has them indexed.</summary>
    /// <returns>Lines a second.</returns>
    public async Task<double> CatchUpAsync(string lines, CancellationToken ct)
    {
        using var intake = new LogIntake(Path.Combine(directory, StoreSchema.FileName), null, TimeProvider.System);
        await using var follower = Follower(intake);
        await File.AppendAllTextAsync(log, lines, ct);
        var began = Stopwatch.GetTimestamp();
        while (await follower.FillAsync(ct))
        {
            await intake.TakeAsync(follower, Host, isLive: false);
            intake.Flush([follower], isBehind: follower.State == SourceState.CatchingUp);
        }
        intake.Flush([follower], isBehind: false, now: true);
        return intake.Lines / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Lines that come one after the other, as in a day's work.</summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="seconds">For how long each is measured.</param>
    /// <returns>The share of one processor core that following took, and the longest time from writing a message's line to finding it.</returns>
    public async Task<(double CpuShare, TimeSpan LongestUntilFound)> FollowAsync(IReadOnlyList<string> lines, int perSecond, int seconds, CancellationToken ct)
    {
        using var intake = new LogIntake(Path.Combine(directory, StoreSchema.FileName), new LogFeed(), TimeProvider.System);
        await using var follower = Follower(intake);
        using var store = new SqliteTraceStore(new DataDirectory(directory), TimeProvider.System);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var following = FollowUntilAsync(intake, follower, ending.Token);
        await Task.Delay(1000, ct);

        // Made logs have the same queue ids: those that are stored already are not meant.
        var before = (await store.StatusAsync(ct)).Newest?.AddSeconds(1);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var (at, longest) = (0, TimeSpan.Zero);
        for (var beat = 0; beat < seconds * 10; beat++)
        {
            var batch = await WriteAsync();
            if (beat % 10 == 0 && QueueIdIn(batch) is { } id) longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (await UntilFoundAsync(store, new TraceQuery { QueueId = id, Since = before }, ct)).Ticks));
            await pace.WaitForNextTickAsync(ct);
        }
        // Then following alone, after a minute as after a month: what is called some times a second is compiled well only then.
        for (var i = 0; i < 6; i++) await ShareAsync();
        var both = await ShareAsync();
        await ending.CancelAsync();
        await following;
        // What writing the lines costs this process is not the follower's.
        var share = both - await ShareAsync();
        return (share, longest);

        async Task<double> ShareAsync()
        {
            var (cpu, began) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            for (var beat = 0; beat < seconds * 10; beat++)
            {
                await WriteAsync();
                await pace.WaitForNextTickAsync(ct);
            }
            return (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(began);
        }

        async Task<List<string>> WriteAsync()
        {
            var batch = lines.Skip(at % lines.Count).Take(perSecond / 10).ToList();
            at += perSecond / 10;
            await File.AppendAllLinesAsync(log, batch, ct);
            return batch;
        }
    }

    /// <summary>When the newest entry was first seen.</summary>
    public async Task<DateTime> NewestAsync(CancellationToken ct)
    {
        using var store = new SqliteTraceStore(new DataDirectory(directory), TimeProvider.System);
        return (await store.StatusAsync(ct)).Newest?.UtcDateTime ?? LogGenerator.Start;
    }

    /// <summary>Messages from all over the time, so that not only the newest pages are warm.</summary>
    public async Task<IReadOnlyList<TraceHit>> SamplesAsync(int count, CancellationToken ct)
    {
        using var store = new SqliteTraceStore(new DataDirectory(directory), TimeProvider.System);
        var status = await store.StatusAsync(ct);
        var hits = new List<TraceHit>();
        for (var i = 0; i < 40 && status.Oldest is { } oldest; i++)
        {
            var until = oldest + (status.Newest!.Value - oldest) * ((i + 1) / 40d) + TimeSpan.FromSeconds(1);
            hits.AddRange((await store.SearchAsync(new TraceQuery { Until = until, Limit = Math.Max(1, count / 40), Kinds = [TraceKind.Message] }, ct)).Rows.Where(hit => hit is { MessageId: not null, To: not null }));
        }
        return hits;
    }

    /// <summary>Searches for things that are in the store, each once, after a few that warm up.</summary>
    /// <returns>For each sort of search: what it is called, and the times in milliseconds, sorted.</returns>
    public async Task<IReadOnlyList<(string Name, double[] Milliseconds)>> SearchAsync(IReadOnlyList<TraceHit> hits, CancellationToken ct)
    {
        using var store = new SqliteTraceStore(new DataDirectory(directory), TimeProvider.System);
        return
        [
            ("queue id", await TimesAsync(store, hits, hit => new TraceQuery { QueueId = hit.QueueId }, ct)),
            ("Message-ID", await TimesAsync(store, hits, hit => new TraceQuery { MessageId = hit.MessageId }, ct)),
            ("address", await TimesAsync(store, hits, hit => new TraceQuery { Address = hit.To }, ct)),
            ("part of an address", await TimesAsync(store, [.. hits.Where((_, i) => i % 4 == 0)], hit => new TraceQuery { AddressPart = hit.To![1..^2] }, ct)),
            ("newest", await TimesAsync(store, hits, _ => new TraceQuery(), ct)),
        ];
    }

    private static async Task<double[]> TimesAsync(SqliteTraceStore store, IReadOnlyList<TraceHit> hits, Func<TraceHit, TraceQuery> query, CancellationToken ct)
    {
        foreach (var hit in hits.Take(5)) await store.SearchAsync(query(hit), ct);
        var times = new List<double>();
        foreach (var hit in hits)
        {
            var began = Stopwatch.GetTimestamp();
            var page = await store.SearchAsync(query(hit), ct);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (page.Rows.Count == 0) throw new InvalidOperationException($"A search for what is in the store found nothing: {query(hit)}");
        }
        return [.. times.Order()];
    }

    private static async Task FollowUntilAsync(LogIntake intake, FileFollower follower, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var isBusy = await follower.FillAsync(ct);
                if (isBusy) await intake.TakeAsync(follower, Host, isLive: true);
                intake.Flush([follower], isBehind: false);
                intake.Publish();
                if (!isBusy) await Task.Delay(LogFollowing.Pace, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private static async Task<TimeSpan> UntilFoundAsync(SqliteTraceStore store, TraceQuery query, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        while ((await store.SearchAsync(query, ct)).Rows.Count == 0 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10)) await Task.Delay(20, ct);
        return Stopwatch.GetElapsedTime(began);
    }

    // The id of a message that begins in these lines.
    private static string? QueueIdIn(List<string> lines)
    {
        foreach (var line in lines)
        {
            var at = line.IndexOf(": client=", StringComparison.Ordinal);
            if (at > 0) return line[(line.LastIndexOf(' ', at - 1) + 1)..at];
        }
        return null;
    }

    private FileFollower Follower(LogIntake intake)
    {
        var numbers = intake.Writer.Sources().FirstOrDefault() ?? new StoredSource(Host, log);
        return new FileFollower(Host, log, _host, new FileRegister(intake.Writer.Files()), numbers, new FollowSettings(TimeZoneInfo.Utc, TimeSpan.FromDays(3650)), new TextCache(), TimeProvider.System);
    }
}
