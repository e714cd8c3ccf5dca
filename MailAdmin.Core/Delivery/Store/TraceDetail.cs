using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>All that is known about one entry.</summary>
/// <param name="Hit">As in a list.</param>
/// <param name="Message">The message with all its recipients; null when the entry is no message.</param>
/// <param name="Reject">The refusal; null when it is none.</param>
/// <param name="Timeline">What happened, in the order of time.</param>
/// <param name="Causes">For each recipient of the message, in their order, or for the refusal alone: why, who has to act, and what next; null for one who was reached.</param>
/// <param name="Related">Other entries that carry the same mail before or after this one, with how.</param>
public sealed record TraceDetail(TraceHit Hit, Trace? Message, RejectedMail? Reject, IReadOnlyList<TimelineEntry> Timeline, IReadOnlyList<Cause?> Causes, IReadOnlyList<RelatedTrace> Related);

/// <summary>One thing that happened to a message.</summary>
/// <param name="Time">When (UTC).</param>
/// <param name="IsTimeUncertain">True when the log does not say the time surely.</param>
/// <param name="Host">Where, as logged.</param>
/// <param name="Kind">What.</param>
/// <param name="Sentence">The same in words, with texts from outside in it.</param>
/// <param name="Recipient">Place of the recipient it concerns, from 0; null when it concerns all.</param>
/// <param name="Place">Where the line lies.</param>
public sealed record TimelineEntry(DateTimeOffset Time, bool IsTimeUncertain, string Host, EventKind Kind, string Sentence, int? Recipient, LinePlace? Place)
{
    /// <summary>For a try: the server it was given to.</summary>
    public string? Relay { get; init; }

    /// <summary>For a try: enhanced status code.</summary>
    public string? Dsn { get; init; }

    /// <summary>For a try: Postfix's word for how it ended.</summary>
    public string? Status { get; init; }

    /// <summary>For a try: seconds before the queue manager, in it, connecting, sending; slashes between.</summary>
    public string? Delays { get; init; }

    /// <summary>How the connection was encrypted; null when it was not, or nothing is known.</summary>
    public string? Tls { get; init; }

    /// <summary>The machine's own words: reply, reason, error.</summary>
    public string? Text { get; init; }
}

/// <summary>An entry that has to do with another.</summary>
/// <param name="Relation">How, from the other's point of view.</param>
/// <param name="Hit">The entry.</param>
public sealed record RelatedTrace(TraceRelation Relation, TraceHit Hit);

/// <summary>How an entry has to do with another.</summary>
public enum TraceRelation
{
    /// <summary>It carried the mail before: from before a content filter, a requeue, or on another host.</summary>
    Before,
    /// <summary>It carries the mail on.</summary>
    After,
    /// <summary>It is the notification that tells the sender.</summary>
    Notification,
    /// <summary>The other is the notification about this one.</summary>
    NotifiedAbout,
    /// <summary>A Sieve script sent it on as this one.</summary>
    Forwarded,
    /// <summary>It has the same Message-ID.</summary>
    SameMessageId,
}

/// <summary>Where a line lies.</summary>
/// <param name="File">Number of the file in the store.</param>
/// <param name="Offset">Bytes before it, in the unpacked file.</param>
/// <param name="Length">Its bytes, with the line feed.</param>
public readonly record struct LinePlace(int File, long Offset, int Length);

/// <summary>A line exactly as it lies in the log.</summary>
/// <param name="Source">The file it was read from now, as it is called now.</param>
/// <param name="Offset">Bytes before it, in the unpacked file.</param>
/// <param name="Text">The line without its end; bytes that are no UTF-8 as U+FFFD. Null when it is no longer there.</param>
/// <param name="Bytes">The line's bytes, with its end; empty when it is no longer there.</param>
public sealed record RawLine(string Source, long Offset, string? Text, ReadOnlyMemory<byte> Bytes);
