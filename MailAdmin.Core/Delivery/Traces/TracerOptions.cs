namespace MailAdmin.Core.Delivery.Traces;

/// <summary>How long messages are kept in memory while the log is read. Times are the log's.</summary>
public sealed record TracerOptions
{
    /// <summary>How long a finished message waits for lines that come late, such as Dovecot's.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most finished messages that wait; more give way, the oldest first.</summary>
    public int MostLingering { get; init; } = 4096;

    /// <summary>How long a message that never reached the queue is kept after its last line: its client went away.</summary>
    public TimeSpan KeepUnqueued { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a queued message is kept after its last line. Postfix gives up after five days by default.</summary>
    public TimeSpan KeepQueued { get; init; } = TimeSpan.FromDays(8);

    /// <summary>Most messages open at once; above it the one that was silent longest is given with sight lost.</summary>
    public int MostOpen { get; init; } = 40_000;

    /// <summary>How long Dovecot's line about a delivery waits for Postfix's, or the other way round.</summary>
    public TimeSpan KeepSessions { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most deliveries of Dovecot that wait for Postfix's line, or the other way round.</summary>
    public int MostSessions { get; init; } = 4096;

    /// <summary>True to keep with each message what happened, line by line, and how its connections were encrypted.</summary>
    public bool WithEvents { get; init; }

    /// <summary>Most events kept with one message; of a message with more, the later ones are not kept.</summary>
    public int MostEvents { get; init; } = 1000;
}
