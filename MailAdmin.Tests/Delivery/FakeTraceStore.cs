using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Tests.Delivery;

/// <summary>A store that answers what a test put there, and remembers what it was asked.</summary>
internal sealed class FakeTraceStore : ITraceStore
{
    public List<TraceHit> Hits { get; } = [];

    public Dictionary<long, TraceDetail> Details { get; } = [];

    public TraceQuery? Asked { get; private set; }

    private readonly List<(Func<TraceQuery, bool> Is, TaskCompletionSource<TraceQuery> Came)> _waiting = [];

    /// <summary>The query that was asked last, or comes within half a minute, that is like this: a page's address changes before it asks.</summary>
    public Task<TraceQuery> AskedForAsync(Func<TraceQuery, bool> isIt)
    {
        lock (_waiting)
        {
            if (Asked is { } last && isIt(last)) return Task.FromResult(last);
            var came = new TaskCompletionSource<TraceQuery>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isIt, came));
            return came.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public bool Exists { get; set; } = true;

    public Task<TracePage> SearchAsync(TraceQuery query, CancellationToken ct)
    {
        lock (_waiting)
        {
            Asked = query;
            foreach (var (isIt, came) in _waiting)
                if (isIt(query)) came.TrySetResult(query);
        }
        var fit = Hits.Where(h => query.Before is null || h.Id < query.Before).Where(h => query.State is null || h.State == query.State)
            .Where(h => query.Search is null || $"{h.From} {h.To} {h.QueueId} {h.MessageId}".Contains(query.Search, StringComparison.OrdinalIgnoreCase)).OrderByDescending(h => h.Id).ToList();
        return Task.FromResult(new TracePage([.. fit.Take(query.Limit)], fit.Count > query.Limit ? fit[query.Limit - 1].Id : null, false));
    }

    public Task<TraceDetail?> GetAsync(long id, CancellationToken ct) => Task.FromResult(Details.GetValueOrDefault(id));

    public Task<TraceCounts> CountsAsync(CountsQuery query, CancellationToken ct)
    {
        var columns = Enumerable.Range(0, (int)((query.Until - query.Since) / query.Step)).Select(i => query.Since + i * query.Step).ToList();
        var counts = Enum.GetValues<Counted>().ToDictionary(c => c, c => columns.Select((_, i) => (long)(i % 7 * ((int)c + 1))).ToArray());
        var delays = new DelayHistogram();
        foreach (var seconds in (double[])[0.2, 0.4, 0.6, 1, 30]) delays.Add(seconds);
        return Task.FromResult(new TraceCounts(query.Since, query.Step, columns, counts, counts.ToDictionary(p => p.Key, p => p.Value.Sum()), delays));
    }

    public Task<TraceRanking> RankAsync(Ranked ranked, DateTimeOffset since, DateTimeOffset until, int most, CancellationToken ct) =>
        Task.FromResult(new TraceRanking([new($"first of {ranked}", 40), new("<script>window.hit=1</script>\u202Eevil", 10)], 50, false));

    public Task<LogFileMark?> FileAsync(int file, CancellationToken ct) => Task.FromResult<LogFileMark?>(null);

    public Task<StoreStatus> StatusAsync(CancellationToken ct) => Task.FromResult(new StoreStatus(Exists, Hits.Count, 1000, 5000, Hits.Count == 0 ? null : Hits.Min(h => h.FirstSeen), null, Exists ? TimeProvider.System.GetUtcNow() : null));
}
