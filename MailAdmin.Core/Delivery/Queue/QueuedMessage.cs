namespace MailAdmin.Core.Delivery.Queue;

/// <summary>One message in the queue of a host.</summary>
/// <param name="Id">Queue id. Short ones are used again: with <paramref name="ArrivedAt"/> it names the message.</param>
/// <param name="Queue">Where it is.</param>
/// <param name="ArrivedAt">When it came (UTC, whole seconds).</param>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="Sender">Envelope sender; empty for a notification.</param>
/// <param name="Recipients">Whom it still has to reach, the first <see cref="MostRecipients"/> of them.</param>
/// <param name="RecipientCount">Whom it still has to reach, all counted.</param>
/// <param name="IsForcedToExpire">True when an administrator told Postfix to give it up at the next try.</param>
public sealed record QueuedMessage(string Id, QueueName Queue, DateTimeOffset ArrivedAt, long SizeBytes, string Sender, IReadOnlyList<QueuedRecipient> Recipients, int RecipientCount, bool IsForcedToExpire)
{
    /// <summary>Most recipients of one message that are kept.</summary>
    public const int MostRecipients = 100;

    /// <summary>What names it beyond doubt.</summary>
    public QueueKey Key => new(Id, ArrivedAt);
}

/// <summary>One recipient of a queued message.</summary>
/// <param name="Address">Where it has to go.</param>
/// <param name="Reason">Why the last try failed, as Postfix says it; null when there was none.</param>
public sealed record QueuedRecipient(string Address, string? Reason)
{
    /// <summary>The domain of the address, lower case; the whole address when it has none.</summary>
    public string Domain => Address.LastIndexOf('@') is var at and >= 0 && at < Address.Length - 1 ? Address[(at + 1)..].ToLowerInvariant() : Address.ToLowerInvariant();
}

/// <summary>Names one message beyond doubt, although queue ids are used again.</summary>
/// <param name="Id">Queue id.</param>
/// <param name="ArrivedAt">When it came (UTC, whole seconds).</param>
public readonly record struct QueueKey(string Id, DateTimeOffset ArrivedAt);
