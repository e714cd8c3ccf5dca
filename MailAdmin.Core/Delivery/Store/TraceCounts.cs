namespace MailAdmin.Core.Delivery.Store;

/// <summary>What is counted over time.</summary>
public enum Counted
{
    /// <summary>Messages that got a queue id.</summary>
    Messages = 0,
    /// <summary>Recipients reached.</summary>
    Delivered = 1,
    /// <summary>Tries that failed for now.</summary>
    Deferred = 2,
    /// <summary>Recipients refused for good.</summary>
    Bounced = 3,
    /// <summary>Recipients given up after the longest time.</summary>
    Expired = 4,
    /// <summary>Refusals before the queue, and of whole messages.</summary>
    Rejected = 5,
    /// <summary>Sign-ins to read mail.</summary>
    Logins = 6,
    /// <summary>Sign-ins to read mail that failed.</summary>
    LoginsFailed = 7,
    /// <summary>Sign-ins to send mail that failed.</summary>
    SaslFailed = 8,
    /// <summary>Bytes of messages.</summary>
    Bytes = 9,
    /// <summary>Lines of the mail server.</summary>
    Lines = 10,
    /// <summary>Of these, lines that were not understood.</summary>
    UnknownLines = 11,
}

/// <summary>Which counts to read.</summary>
/// <param name="Since">From this moment on; rounded down to the step.</param>
/// <param name="Until">Before this moment.</param>
/// <param name="Step">Width of each column, a multiple of five minutes; at most 2,000 columns.</param>
/// <param name="Host">Only this host, as registered; null for all.</param>
public sealed record CountsQuery(DateTimeOffset Since, DateTimeOffset Until, TimeSpan Step, string? Host = null);

/// <summary>Counts over time, for charts.</summary>
/// <param name="Since">Begin of the first column (UTC).</param>
/// <param name="Step">Width of each column.</param>
/// <param name="Columns">Begin of each column.</param>
/// <param name="Counts">For each thing that is counted, one number a column; all are there.</param>
/// <param name="Totals">The sums.</param>
/// <param name="Delays">How long deliveries took, over the whole range.</param>
public sealed record TraceCounts(DateTimeOffset Since, TimeSpan Step, IReadOnlyList<DateTimeOffset> Columns, IReadOnlyDictionary<Counted, long[]> Counts, IReadOnlyDictionary<Counted, long> Totals, Analysis.DelayHistogram Delays);

/// <summary>What is ranked by how often it occurs.</summary>
public enum Ranked
{
    /// <summary>Envelope senders, by messages.</summary>
    Senders,
    /// <summary>Recipients, by recipients reached or tried.</summary>
    Recipients,
    /// <summary>Domains of recipients.</summary>
    Destinations,
    /// <summary>Why mail bounced, expired or waits.</summary>
    Causes,
    /// <summary>Why mail was refused at the door.</summary>
    RejectCauses,
    /// <summary>Clients that were refused.</summary>
    RejectedClients,
    /// <summary>Addresses from which sign-ins failed.</summary>
    FailedLoginClients,
    /// <summary>Users whose sign-ins failed.</summary>
    FailedLoginUsers,
    /// <summary>Domains of recipients whose mail waits.</summary>
    DeferredDestinations,
}

/// <summary>The most frequent, within a time.</summary>
/// <param name="Rows">Name and count, most frequent first; names come from outside.</param>
/// <param name="Examined">How many entries were looked at.</param>
/// <param name="IsPartial">True when there are more entries in that time than are looked at; the newest were.</param>
public sealed record TraceRanking(IReadOnlyList<KeyValuePair<string, long>> Rows, long Examined, bool IsPartial);

/// <summary>What the store holds.</summary>
/// <param name="Exists">False when no log was read into it yet.</param>
/// <param name="Entries">About how many entries.</param>
/// <param name="Bytes">Its size on disk.</param>
/// <param name="LogBytes">Bytes of log read into it.</param>
/// <param name="Oldest">First seen of the oldest entry; null when there is none.</param>
/// <param name="Newest">First seen of the newest entry.</param>
/// <param name="ReadAt">When it was last brought up to date; null when never.</param>
public sealed record StoreStatus(bool Exists, long Entries, long Bytes, long LogBytes, DateTimeOffset? Oldest, DateTimeOffset? Newest, DateTimeOffset? ReadAt);
