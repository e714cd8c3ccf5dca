using System.ComponentModel;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Delivery.Traffic;

/// <summary>Mail over time in the REST API.</summary>
internal static class TrafficEndpoints
{
    public static void MapTraffic(this RouteGroupBuilder api)
    {
        var traffic = api.MapGroup("/traffic").WithTags("traffic");
        traffic.MapGet("", async (HttpContext http, TraceService service, TimeProvider time, DateTimeOffset? since, DateTimeOffset? until, TimeSpan? step, string? host, CancellationToken ct) =>
        {
            var end = until ?? time.GetUtcNow();
            return Doorway.Get(http, await service.CountsAsync(new CountsQuery(since ?? end.AddDays(-1), end, step ?? TimeSpan.FromHours(1), host), http.ApiActor(), ct), TrafficResource.Of);
        }).Needs(Right.ReadMail).Produces<TrafficResource>().ProducesProblemOf(422).WithSummary("Counts over time").WithDescription("Default: the last day by hours. step is a multiple of five minutes, such as 00:05:00.");
        traffic.MapGet("/top", async (HttpContext http, TraceService service, TimeProvider time, Word<Ranked> of, DateTimeOffset? since, DateTimeOffset? until, int? most, CancellationToken ct) =>
        {
            var end = until ?? time.GetUtcNow();
            return Doorway.Get(http, await service.RankAsync(of.Value, since ?? end.AddDays(-1), end, most ?? 10, http.ApiActor(), ct), TopResource.Of);
        }).Needs(Right.ReadMail).Produces<TopResource>().ProducesProblemOf(422).WithSummary("The most frequent senders, recipients, destinations, causes and more");
    }
}

/// <summary>Counts over time.</summary>
public sealed record TrafficResource(DateTimeOffset Since, TimeSpan Step, IReadOnlyList<DateTimeOffset> Columns, IReadOnlyDictionary<string, long[]> Counts, IReadOnlyDictionary<string, long> Totals,
    [property: Description("Seconds that half, 95 % and 99 % of deliveries did not exceed, and the longest; null when there were none.")] DelaysResource? Delays)
{
    internal static TrafficResource Of(TraceCounts c) => new(c.Since, c.Step, c.Columns, c.Counts.ToDictionary(p => Name(p.Key), p => p.Value), c.Totals.ToDictionary(p => Name(p.Key), p => p.Value),
        c.Delays.Count == 0 ? null : new(c.Delays.Count, c.Delays.Percentile(.5), c.Delays.Percentile(.95), c.Delays.Percentile(.99), c.Delays.Longest));

    private static string Name(Counted counted) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(counted.ToString());
}

/// <summary>How long deliveries took, in seconds.</summary>
public sealed record DelaysResource(long Count, double Half, double P95, double P99, double Longest);

/// <summary>The most frequent within a time.</summary>
public sealed record TopResource(IReadOnlyList<TopRow> Items, [property: Description("How many entries were looked at.")] long Examined, [property: Description("True when only the newest were.")] bool Partial)
{
    internal static TopResource Of(TraceRanking r) => new([.. r.Rows.Select(p => new TopRow(p.Key, p.Value))], r.Examined, r.IsPartial);
}

/// <summary>A name and how often it occurs.</summary>
public sealed record TopRow(string Name, long Count);
