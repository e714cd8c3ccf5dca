using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Following;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>What the doors call about mail logs and messages. Each act checks the right to read mail.</summary>
public sealed class TraceService(ITraceStore store, LogFeed feed, FollowStatuses statuses, RawLines raw, IDbContextFactory<MailAdminContext> factory, TimeProvider time)
{
    /// <summary>Searches, the newest first.</summary>
    public async Task<Outcome<TracePage>> SearchAsync(TraceQuery query, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        var reasons = TraceQueryRules.Check(query);
        if (reasons.Any) return reasons.Refuse<TracePage>();
        return new Outcome<TracePage>.Accepted(await store.SearchAsync(query, ct), null);
    }

    /// <summary>All that is known about one entry.</summary>
    public async Task<Outcome<TraceDetail>> GetAsync(long id, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        return await store.GetAsync(id, ct) is { } detail ? new Outcome<TraceDetail>.Accepted(detail, null) : Unknown(id);
    }

    /// <summary>The lines of one entry as they lie in the logs, in the order of the timeline.</summary>
    public async Task<Outcome<IReadOnlyList<RawLine>>> RawAsync(long id, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        return await store.GetAsync(id, ct) is { } detail
            ? new Outcome<IReadOnlyList<RawLine>>.Accepted(await raw.ReadAsync([.. detail.Timeline.Where(entry => entry.Place is not null).Select(entry => entry.Place!.Value)], ct), null)
            : Unknown(id);
    }

    /// <summary>Counts over time.</summary>
    public async Task<Outcome<TraceCounts>> CountsAsync(CountsQuery query, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        var reasons = TraceQueryRules.Check(query);
        if (reasons.Any) return reasons.Refuse<TraceCounts>();
        return new Outcome<TraceCounts>.Accepted(await store.CountsAsync(query, ct), null);
    }

    /// <summary>The most frequent within a time.</summary>
    public async Task<Outcome<TraceRanking>> RankAsync(Ranked ranked, DateTimeOffset since, DateTimeOffset until, int most, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        return new Outcome<TraceRanking>.Accepted(await store.RankAsync(ranked, since, until, Math.Clamp(most, 1, 1000), ct), null);
    }

    /// <summary>What the store holds.</summary>
    public async Task<Outcome<StoreStatus>> StoreAsync(Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        return new Outcome<StoreStatus>.Accepted(await store.StatusAsync(ct), null);
    }

    /// <summary>How the logs are followed by this process.</summary>
    public async Task<Outcome<FollowStatus>> FollowingAsync(Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        return new Outcome<FollowStatus>.Accepted(statuses.Read(), null);
    }

    /// <summary>Begins to hand over new lines.</summary>
    /// <param name="capacity">How many lines may wait, 1 to 10,000.</param>
    /// <param name="wake">See <see cref="LogFeed.Subscribe"/>.</param>
    public async Task<Outcome<LogSubscription>> SubscribeAsync(LogFilter filter, int capacity, Action wake, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        if (filter.Check() is { } wrong) return wrong;
        return new Outcome<LogSubscription>.Accepted(feed.Subscribe(filter, Math.Clamp(capacity, 1, 10_000), wake), null);
    }

    /// <summary>The newest lines that pass, the oldest first.</summary>
    /// <param name="most">Most lines to return.</param>
    public async Task<Outcome<IReadOnlyList<LogLine>>> RecentAsync(LogFilter filter, int most, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(actor, ct) is { } no) return no;
        if (filter.Check() is { } wrong) return wrong;
        return new Outcome<IReadOnlyList<LogLine>>.Accepted(feed.Recent(filter, most), null);
    }

    private async Task<Refusal?> RefuseAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadMail);
    }

    private static NotFound Unknown(long id) => new("id", $"{id}", $"There is no entry {id}. It may have been removed because of its age.", "Search for the message again.");
}
