namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Which messages of a queue. What is null does not matter; all that is given must fit.</summary>
public sealed record QueueFilter
{
    /// <summary>Text that must occur in the queue id, the sender, a recipient or a reason; letters' case does not matter.</summary>
    public string? Search { get; init; }

    /// <summary>Only in this queue.</summary>
    public QueueName? Queue { get; init; }

    /// <summary>Only from this sender, whole address; empty for notifications.</summary>
    public string? Sender { get; init; }

    /// <summary>Only to this address, or with a leading '@' to this domain.</summary>
    public string? Recipient { get; init; }

    /// <summary>Only to this domain.</summary>
    public string? Destination { get; init; }

    /// <summary>Only with this reason, as <see cref="DelayReason.Name"/> gives it.</summary>
    public string? Reason { get; init; }

    /// <summary>Only what came before this moment (UTC).</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only what came at this moment (UTC) or later.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>True when it lets everything through.</summary>
    public bool IsEmpty => this == Everything;

    /// <summary>Lets everything through.</summary>
    public static QueueFilter Everything { get; } = new();

    /// <summary>The filter in words, for titles, questions and the audit trail: "to outlook.com, in hold".</summary>
    public string Words
    {
        get
        {
            List<string> words = [];
            if (Search is { Length: > 0 }) words.Add($"with \"{Search}\"");
            if (Sender is { } sender) words.Add(sender.Length == 0 ? "notifications" : $"from {sender}");
            if (Recipient is { Length: > 0 }) words.Add($"to {Recipient}");
            if (Destination is { Length: > 0 }) words.Add($"to {Destination}");
            if (Queue is { } queue) words.Add($"in {queue.ToString().ToLowerInvariant()}");
            if (Reason is { Length: > 0 }) words.Add($"because of {Reason}");
            if (Before is { } before) words.Add($"from before {before.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
            if (After is { } after) words.Add($"from {after.UtcDateTime:yyyy-MM-dd HH:mm} UTC on");
            return words.Count == 0 ? "all" : string.Join(", ", words);
        }
    }

    /// <summary>True when the message fits. Of a message with more than <see cref="QueuedMessage.MostRecipients"/> recipients the first ones are looked at.</summary>
    internal bool Fits(QueuedMessage message, ReasonCache reasons)
    {
        if (Queue is { } queue && message.Queue != queue) return false;
        if (Before is { } before && message.ArrivedAt >= before) return false;
        if (After is { } after && message.ArrivedAt < after) return false;
        if (Sender is { } sender && !Same(message.Sender, sender)) return false;
        if (Search is { Length: > 0 } search && !Holds(message, search)) return false;
        if (Recipient is { Length: > 0 } && !message.Recipients.Any(FitsRecipient)) return false;
        // Destination and reason concern one and the same recipient.
        return Destination is not { Length: > 0 } && Reason is not { Length: > 0 }
            || message.Recipients.Any(r => (Destination is not { Length: > 0 } || Same(r.Domain, Destination)) && (Reason is not { Length: > 0 } || reasons.Of(r.Reason).Name == Reason));
    }

    private bool FitsRecipient(QueuedRecipient recipient) => Recipient!.StartsWith('@') ? Same(recipient.Domain, Recipient[1..]) : Same(recipient.Address, Recipient);

    private static bool Holds(QueuedMessage message, string search) => Holds(message.Id, search) || Holds(message.Sender, search)
        || message.Recipients.Any(r => Holds(r.Address, search) || r.Reason is not null && Holds(r.Reason, search));

    private static bool Holds(string text, string search) => text.Contains(search, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
