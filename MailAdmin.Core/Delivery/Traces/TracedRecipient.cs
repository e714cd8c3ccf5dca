namespace MailAdmin.Core.Delivery.Traces;

/// <summary>One recipient of a message, with the latest try. Texts are null when the log does not say.</summary>
public sealed class TracedRecipient
{
    /// <summary>The address it went to, after aliases.</summary>
    public required string To { get; init; }

    /// <summary>The address it was sent to, when that is another.</summary>
    public string? OriginalTo { get; init; }

    /// <summary>The server or program it was given to; <c>none</c> when none was reached.</summary>
    public string? Relay { get; internal set; }

    /// <summary>Seconds from the message's arrival to the end of this try.</summary>
    public double? DelaySeconds { get; internal set; }

    /// <summary>The same in parts: before the queue manager, in it, connecting, sending; seconds with slashes between, as logged.</summary>
    public string? Delays { get; internal set; }

    /// <summary>Enhanced status code (RFC 3463).</summary>
    public string? Dsn { get; internal set; }

    /// <summary>Postfix's word: <c>sent</c>, <c>deferred</c>, <c>bounced</c>, <c>expired</c>; <c>rejected</c> for a message refused after it had a queue id.</summary>
    public string? Status { get; internal set; }

    /// <summary>The reply or error, as logged.</summary>
    public string? Text { get; internal set; }

    /// <summary>What became of it in the end, as far as the log goes.</summary>
    public RecipientState State { get; internal set; }

    /// <summary>The mailbox it lies in, such as <c>INBOX</c>.</summary>
    public string? Folder { get; internal set; }

    /// <summary>How many tries the log shows.</summary>
    public int Tries { get; internal set; }

    /// <summary>When the latest try ended, in UTC.</summary>
    public DateTime LastTry { get; internal set; }

    /// <summary>How the connection to the relay was encrypted; null when it was not, or nothing is known.</summary>
    public string? Tls { get; internal set; }

    /// <summary>The queue id that the next server or queue gave it.</summary>
    public string? QueuedAs { get; internal set; }

    /// <summary>What a Sieve script did besides, such as a vacation answer; as logged.</summary>
    public string? SieveNote { get; internal set; }
}
