using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>A sign-in, or one that failed.</summary>
internal sealed record LoginRecord(DateTime Time, bool IsTimeUncertain, string Host, string Service, string? Client, string User, string Method, string? Text, LinePlace Place);

/// <summary>One row of the store, unpacked: exactly one of message, refusal and login.</summary>
internal sealed class StoredEntry
{
    public long Id { get; set; }
    public TraceKind Kind { get; init; }
    public bool IsOpen { get; init; }
    public Trace? Message { get; init; }
    public RejectedMail? Reject { get; init; }
    public LoginRecord? Login { get; init; }

    public DateTime FirstSeen => Message?.FirstSeen ?? Reject?.Time ?? Login!.Time;

    /// <summary>The recipient whose state needs most attention; null when there is none.</summary>
    public static TracedRecipient? Leading(Trace message) => message.List.Count == 0 ? null : message.List.Count == 1 ? message.List[0] : message.List.MaxBy(recipient => Attention(recipient.State));

    public TraceHit ToHit() => Message is { } message ? OfMessage(message) : Reject is { } reject ? OfReject(reject) : OfLogin(Login!);

    private TraceHit OfMessage(Trace message)
    {
        var leading = Leading(message);
        var first = message.List.Count > 0 ? message.List[0] : null;
        return new TraceHit
        {
            Id = Id, Kind = Kind, FirstSeen = message.FirstSeen, LastSeen = message.LastSeen, IsTimeUncertain = message.IsTimeUncertain, Host = message.Host, Service = message.Service,
            QueueId = message.QueueId, MessageId = message.MessageId, From = message.From, To = first?.To, OriginalTo = first?.OriginalTo, Recipients = message.List.Count,
            State = leading?.State ?? StateWithoutRecipients, Folder = leading?.Folder, IsOpen = IsOpen, Client = message.Client, User = message.SaslUser, SizeBytes = message.SizeBytes, Relay = leading?.Relay, Dsn = leading?.Dsn,
            Cause = leading is not null && IsTrouble(leading.State) ? Cause.Of(leading).Name : null, DelaySeconds = leading?.DelaySeconds, Text = leading?.Text,
        };
    }

    /// <summary>What became of a message of which no recipient is known: still on its way, given up by its client, or lost from sight when it left memory without an end.</summary>
    public RecipientState StateWithoutRecipients =>
        Message!.IsHeld ? RecipientState.Held : Message.IsGivenUp ? RecipientState.GivenUp : IsOpen ? RecipientState.Waiting : RecipientState.LostSight;

    private TraceHit OfReject(RejectedMail reject) => new()
    {
        Id = Id, Kind = Kind, FirstSeen = reject.Time, LastSeen = reject.Time, Host = reject.Host, Service = reject.Service, From = reject.From, To = reject.To, Recipients = reject.To is null ? 0 : 1,
        State = RecipientState.Rejected, Client = reject.Client, Dsn = reject.Dsn, Cause = Cause.Of(reject).Name, Text = reject.Reason,
    };

    private TraceHit OfLogin(LoginRecord login) => new()
    {
        Id = Id, Kind = Kind, FirstSeen = login.Time, LastSeen = login.Time, IsTimeUncertain = login.IsTimeUncertain, Host = login.Host, Service = login.Service, Client = login.Client, User = login.User,
        Text = login.Text ?? login.Method,
    };

    public static bool IsTrouble(RecipientState state) => state is RecipientState.Deferred or RecipientState.Bounced or RecipientState.Expired or RecipientState.Rejected;

    private static int Attention(RecipientState state) => state switch
    {
        RecipientState.Bounced => 13,
        RecipientState.Expired => 12,
        RecipientState.Rejected => 11,
        RecipientState.Deferred => 10,
        RecipientState.Held => 9,
        RecipientState.LostSight => 8,
        RecipientState.Waiting => 7,
        RecipientState.RemovedByAdministrator => 6,
        RecipientState.Discarded => 5,
        RecipientState.PassedOn => 4,
        RecipientState.GivenUp => 4,
        RecipientState.Forwarded => 3,
        RecipientState.Filed => 2,
        RecipientState.Accepted => 1,
        RecipientState.Delivered => 0,
    };
}
