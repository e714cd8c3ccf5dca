using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>One entry as a list shows it. Texts come from outside: show them as text. What the log does not say is null.</summary>
public sealed record TraceHit
{
    /// <summary>Number of the entry; larger means first seen later.</summary>
    public required long Id { get; init; }

    /// <summary>What it is.</summary>
    public required TraceKind Kind { get; init; }

    /// <summary>Time of its first line (UTC).</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Time of its last line (UTC).</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>True when the log does not say its times surely.</summary>
    public bool IsTimeUncertain { get; init; }

    /// <summary>The host as logged, or as registered where the log names none.</summary>
    public required string Host { get; init; }

    /// <summary>The service that took or refused it.</summary>
    public string? Service { get; init; }

    /// <summary>Postfix's id.</summary>
    public string? QueueId { get; init; }

    /// <summary>Without brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Envelope sender; empty for a notification.</summary>
    public string? From { get; init; }

    /// <summary>Its first recipient, after aliases.</summary>
    public string? To { get; init; }

    /// <summary>The address that recipient was sent to, when that is another.</summary>
    public string? OriginalTo { get; init; }

    /// <summary>How many recipients the log shows.</summary>
    public int Recipients { get; init; }

    /// <summary>What became of it: the state that needs most attention among all recipients. Null for logins.</summary>
    public RecipientState? State { get; init; }

    /// <summary>Folder, for a state that has one.</summary>
    public string? Folder { get; init; }

    /// <summary>True while more lines are expected.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The client as <c>name[address]</c> or as an address.</summary>
    public string? Client { get; init; }

    /// <summary>Who signed in, or tried to.</summary>
    public string? User { get; init; }

    /// <summary>Bytes.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The server it was given to, of the recipient that <see cref="State"/> is about.</summary>
    public string? Relay { get; init; }

    /// <summary>Enhanced status code of that recipient or of the refusal.</summary>
    public string? Dsn { get; init; }

    /// <summary>The cause in a few words, when it did not arrive.</summary>
    public string? Cause { get; init; }

    /// <summary>Seconds from arrival to the end of the latest try.</summary>
    public double? DelaySeconds { get; init; }

    /// <summary>The reply, the reason, or the method of a login.</summary>
    public string? Text { get; init; }
}
