using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>One message in one queue of one host: what the log says from its first line to its last. Texts are null when the log does not say.</summary>
public sealed class Trace
{
    /// <summary>Its queue id. Short ids are used again, so a message is known by host, id and first time together.</summary>
    public required string QueueId { get; init; }

    /// <summary>The host's name as logged; empty when the log has none.</summary>
    public required string Host { get; init; }

    /// <summary>The service that took it, without the name of a default instance: <c>smtpd</c>, <c>submission/smtpd</c>, <c>pickup</c>, <c>bounce</c> for a notification.</summary>
    public string? Service { get; internal set; }

    /// <summary>The client as <c>name[address]</c>; null for mail made on the host.</summary>
    public string? Client { get; internal set; }

    /// <summary>Who signed in.</summary>
    public string? SaslUser { get; internal set; }

    /// <summary>The Message-ID without brackets. Not unique: lists and resenders use it again.</summary>
    public string? MessageId { get; internal set; }

    /// <summary>The envelope sender; empty for a notification.</summary>
    public string? From { get; internal set; }

    /// <summary>Bytes.</summary>
    public long? SizeBytes { get; internal set; }

    /// <summary>Time of its first line, in UTC.</summary>
    public DateTime FirstSeen { get; internal set; }

    /// <summary>Time of its last line, in UTC.</summary>
    public DateTime LastSeen { get; internal set; }

    /// <summary>True when one of its times is not sure (see <see cref="Stamp"/>).</summary>
    public bool IsTimeUncertain { get; internal set; }

    /// <summary>True when Postfix was done with it and removed it from its queue.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>The queue id of the message that this one answers or continues: a bounced one, or one from before a content filter.</summary>
    public string? Parent { get; internal set; }

    /// <summary>How the client's connection was encrypted, such as <c>TLSv1.3, anonymous</c>; null when it was not, or nothing is known.</summary>
    public string? Tls { get; internal set; }

    /// <summary>Everyone it went to, with the latest try for each.</summary>
    public IReadOnlyList<TracedRecipient> Recipients => List;

    // Of the tracer: how far it is, what it waits for, and its place in the tracer's lists.
    internal List<TracedRecipient> List { get; } = new(1);
    internal QueueId Id { get; init; }
    internal bool WasQueued { get; set; }
    internal bool IsHeld { get; set; }
    internal bool IsEnded { get; set; }
    internal bool IsGiven { get; set; }
    internal bool IsGivenUp { get; set; }
    internal LinkedListNode<Trace>? Place { get; set; }

    // The queue runs, to tell whom an expiry concerns.
    internal DateTime ThisRun { get; set; }
    internal DateTime RunBefore { get; set; }
    internal bool HasExpired { get; set; }
    internal DateTime ExpiredAt { get; set; }

    // Of the store: what happened, in order; its number; whether it differs from what is stored; in which batch it was done with; and the terms it is found by.
    internal List<TracedEvent>? Events { get; set; }
    internal long StoreId { get; set; }
    internal bool IsChanged { get; set; }
    internal int ChangedPlace { get; set; }
    internal bool IsStoredOpen { get; set; }
    internal int DoneIn { get; set; }
    internal int[] Terms { get; set; } = [];

    internal TracedRecipient? Find(string to, string? originalTo)
    {
        foreach (var known in List)
            if (known.To == to && known.OriginalTo == originalTo) return known;
        return null;
    }

    internal TracedRecipient Recipient(string to, string? originalTo)
    {
        if (Find(to, originalTo) is { } known) return known;
        var recipient = new TracedRecipient { To = to, OriginalTo = originalTo };
        List.Add(recipient);
        return recipient;
    }
}
