using System.ComponentModel;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Web.Delivery.Messages;

/// <summary>One page of a search, the newest first.</summary>
public sealed record TracePageResource(IReadOnlyList<TraceHit> Items,
    [property: Description("Send this as before for the next page; null at the end.")] long? Next,
    [property: Description("True when the search gave up after its time was over; next goes on.")] bool Partial)
{
    internal static TracePageResource Of(TracePage page) => new(page.Rows, page.Next, page.IsPartial);
}

/// <summary>All that is known about one entry.</summary>
public sealed record TraceResource(TraceHit Hit, IReadOnlyList<TraceRecipientResource> Recipients, TraceRejectResource? Reject, IReadOnlyList<TimelineResource> Timeline, IReadOnlyList<RelatedResource> Related)
{
    internal static TraceResource Of(TraceDetail d) => new(d.Hit,
        d.Message is null ? [] : [.. d.Message.Recipients.Select((r, i) => TraceRecipientResource.Of(r, i < d.Causes.Count ? d.Causes[i] : null))],
        d.Reject is null ? null : new(d.Reject.Helo, d.Reject.Code, d.Reject.Dsn, d.Reject.Reason, d.Causes is [{ } cause, ..] ? cause : null),
        [.. d.Timeline.Select(t => new TimelineResource(t.Time, t.IsTimeUncertain, t.Host, t.Kind, t.Sentence, t.Recipient, t.Relay, t.Dsn, t.Status, t.Delays, t.Tls, t.Text))],
        [.. d.Related.Select(r => new RelatedResource(r.Relation, r.Hit))]);
}

/// <summary>One recipient with the latest try, and why.</summary>
public sealed record TraceRecipientResource(string To, string? OriginalTo, RecipientState State, string? Folder, string? Relay, double? DelaySeconds, string? Delays, string? Dsn, string? Status, string? Text, int Tries, string? QueuedAs, string? SieveNote,
    [property: Description("Why it did not arrive, who has to act, and what next; null when it did.")] Cause? Cause)
{
    internal static TraceRecipientResource Of(TracedRecipient r, Cause? cause) => new(r.To, r.OriginalTo, r.State, r.Folder, r.Relay, r.DelaySeconds, r.Delays, r.Dsn, r.Status, r.Text, r.Tries, r.QueuedAs, r.SieveNote, cause);
}

/// <summary>A refusal before the queue.</summary>
public sealed record TraceRejectResource(string? Helo, int? Code, string? Dsn, string? Reason, Cause? Cause);

/// <summary>One thing that happened.</summary>
public sealed record TimelineResource(DateTimeOffset Time, bool TimeUncertain, string Host, EventKind Kind, string Sentence, [property: Description("Place of the recipient it concerns, from 0; null for all.")] int? Recipient, string? Relay, string? Dsn, string? Status, string? Delays, string? Tls, string? Text);

/// <summary>An entry that has to do with another.</summary>
public sealed record RelatedResource(TraceRelation Relation, TraceHit Hit);

/// <summary>A line exactly as it lies in the log.</summary>
public sealed record RawLineResource(string Source, long Offset, [property: Description("Null when it is no longer there.")] string? Text);

/// <summary>Counts over time.</summary>
public sealed record TraceCountsResource(DateTimeOffset Since, TimeSpan Step, IReadOnlyList<DateTimeOffset> Columns, IReadOnlyDictionary<string, long[]> Counts, IReadOnlyDictionary<string, long> Totals,
    [property: Description("Seconds that half, 95 % and 99 % of deliveries did not exceed, and the longest; null when there were none.")] DelaysResource? Delays)
{
    internal static TraceCountsResource Of(TraceCounts c) => new(c.Since, c.Step, c.Columns, c.Counts.ToDictionary(p => Name(p.Key), p => p.Value), c.Totals.ToDictionary(p => Name(p.Key), p => p.Value),
        c.Delays.Count == 0 ? null : new(c.Delays.Count, c.Delays.Percentile(.5), c.Delays.Percentile(.95), c.Delays.Percentile(.99), c.Delays.Longest));

    private static string Name(Counted counted) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(counted.ToString());
}

/// <summary>How long deliveries took, in seconds.</summary>
public sealed record DelaysResource(long Count, double Half, double P95, double P99, double Longest);

/// <summary>The most frequent within a time.</summary>
public sealed record TraceTopResource(IReadOnlyList<TraceTopRow> Items, long Examined, bool Partial)
{
    internal static TraceTopResource Of(TraceRanking r) => new([.. r.Rows.Select(p => new TraceTopRow(p.Key, p.Value))], r.Examined, r.IsPartial);
}

/// <summary>A name and how often it occurs.</summary>
public sealed record TraceTopRow(string Name, long Count);
