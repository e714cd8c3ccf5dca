using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

public sealed partial class SqliteTraceStore
{
    private const long MostRanked = 300_000;

    /// <inheritdoc />
    public Task<TraceCounts> CountsAsync(CountsQuery query, CancellationToken ct) => ReadAsync(db => Counts(db, query), Counts(null, query), ct);

    /// <inheritdoc />
    public Task<TraceRanking> RankAsync(Ranked ranked, DateTimeOffset since, DateTimeOffset until, int most, CancellationToken ct) =>
        ReadAsync(db => Rank(db, ranked, since, until, most, ct), new TraceRanking([], 0, false), ct);

    /// <inheritdoc />
    public Task<StoreStatus> StatusAsync(CancellationToken ct) => ReadAsync(db =>
    {
        var entries = db.Runs.Sum(run => (long)run.Entries) + db.Number("SELECT count(*) FROM entry") - db.Number("SELECT count(*) FROM changed_entry");
        long[] oldest = [.. Some(db.Number("SELECT min(id) FROM entry")), .. db.Runs.Select(run => Math.Max(run.First, db.Number("SELECT first FROM floor")))];
        long[] newest = [.. Some(db.Number("SELECT max(id) FROM entry")), .. db.Runs.Select(run => run.Last)];
        return new StoreStatus(true, entries, db.Number("PRAGMA page_count") * db.Number("PRAGMA page_size"), db.Number("SELECT sum(offset) FROM file WHERE cursor IS NULL"),
            Moment(oldest.Length == 0 ? null : oldest.Min()), Moment(newest.Length == 0 ? null : newest.Max()), Moment(Some(db.Number("SELECT max(read_at) FROM file")).Cast<long?>().FirstOrDefault()));
    }, new StoreStatus(false, 0, 0, 0, null, null, null), ct);

    private static long[] Some(long number) => number == 0 ? [] : [number];

    private static DateTimeOffset? Moment(long? id) => id is { } given ? new DateTimeOffset(EntryId.SecondOf(given)) : null;

    private TraceCounts Counts(ReadConnection? db, CountsQuery query)
    {
        var step = query.Step.Ticks / TimeSpan.TicksPerSecond / Tally.BucketSeconds;
        // Columns begin where a clock would: at whole hours, at midnight (UTC).
        var from = Tally.BucketOf(query.Since.UtcDateTime) / step * step;
        var to = Tally.BucketOf(query.Until.UtcDateTime.AddTicks(-1)) + 1;
        var columns = (int)((to - from + step - 1) / step);
        var counts = Enum.GetValues<Counted>().ToDictionary(what => what, _ => new long[columns]);
        var delays = new DelayHistogram();
        if (db is not null && HostNumber(db, query.Host) is var host && (query.Host is null || host is not null))
        {
            var statement = db.Prepared("SELECT bucket, what, host, n FROM tally WHERE bucket >= ? AND bucket < ?");
            statement.With(from).With(to);
            while (statement.Next())
            {
                if (host is not null && statement.Long(2) != host) continue;
                var what = statement.Int(1);
                if (what >= Tally.Delays) delays.AddStep(what - Tally.Delays, statement.Long(3));
                else if (counts.TryGetValue((Counted)what, out var row)) row[(statement.Long(0) - from) / step] += statement.Long(3);
            }
        }
        var start = new DateTimeOffset(Tally.TimeOf(from));
        return new TraceCounts(start, query.Step, [.. Enumerable.Range(0, columns).Select(i => start + i * query.Step)], counts, counts.ToDictionary(pair => pair.Key, pair => pair.Value.Sum()), delays);
    }

    private static long? HostNumber(ReadConnection db, string? host)
    {
        if (host is null) return null;
        var statement = db.Prepared("SELECT id FROM word WHERE text = ?");
        statement.With(host);
        long? number = statement.Next() ? statement.Long(0) : null;
        statement.Reset();
        return number;
    }

    private TraceRanking Rank(ReadConnection db, Ranked ranked, DateTimeOffset since, DateTimeOffset until, int most, CancellationToken ct)
    {
        var (counts, looked, began, isPartial) = (new TopCounts(), 0L, time.GetTimestamp(), false);
        TraceKind[] kinds = ranked switch
        {
            Ranked.RejectCauses or Ranked.RejectedClients => [TraceKind.Reject],
            Ranked.FailedLoginClients or Ranked.FailedLoginUsers => [TraceKind.LoginFailed, TraceKind.SaslFailed],
            _ => [TraceKind.Message],
        };
        var (lower, upper) = (EntryId.Least(since.UtcDateTime), EntryId.Least(until.UtcDateTime));
        var finder = new Finder(db);
        var candidates = kinds[0] == TraceKind.Message ? finder.All(lower, upper) : finder.ByTerms([[.. kinds.SelectMany(kind => Terms.OfKind(kind)!)]], lower, upper);
        foreach (var candidate in candidates)
        {
            if (!kinds.Contains(EntryCodec.KindOf(candidate.Bytes.Span))) continue;
            if (++looked % 256 == 0)
            {
                ct.ThrowIfCancellationRequested();
                if (isPartial = looked >= MostRanked || time.GetElapsedTime(began) > LongestSearch) break;
            }
            if (Unpack(db, candidate) is { } entry) Count(ranked, entry, counts);
        }
        return new TraceRanking(counts.Top(most), looked, isPartial);
    }

    private static void Count(Ranked ranked, StoredEntry entry, TopCounts counts)
    {
        switch (ranked)
        {
            case Ranked.Senders when entry.Message?.From is { } from:
                counts.Add(from.Length == 0 ? "<>" : from);
                break;
            case Ranked.RejectCauses when entry.Reject is { } reject:
                counts.Add(Cause.Of(reject).Name);
                break;
            case Ranked.RejectedClients when entry.Reject?.Client is { } client:
                counts.Add(client);
                break;
            case Ranked.FailedLoginClients when entry.Login?.Client is { } client:
                counts.Add(Terms.IpOf(client) is { IsEmpty: false } ip ? ip.ToString() : client);
                break;
            case Ranked.FailedLoginUsers when entry.Login is { User.Length: > 0 } login:
                counts.Add(login.User);
                break;
            case Ranked.Recipients or Ranked.Destinations or Ranked.Causes or Ranked.DeferredDestinations when entry.Message is { } message:
                foreach (var recipient in message.List) Count(ranked, recipient, counts);
                break;
        }
    }

    private static void Count(Ranked ranked, TracedRecipient recipient, TopCounts counts)
    {
        var domain = recipient.To[(recipient.To.LastIndexOf('@') + 1)..].ToLowerInvariant();
        if (ranked == Ranked.Recipients) counts.Add(recipient.To);
        else if (ranked == Ranked.Destinations || ranked == Ranked.DeferredDestinations && recipient.State == RecipientState.Deferred) counts.Add(domain);
        else if (ranked == Ranked.Causes && StoredEntry.IsTrouble(recipient.State)) counts.Add(Cause.Of(recipient).Name);
    }
}
