using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Tells what happened to an entry in sentences, in the order of time.</summary>
internal static class Timeline
{
    public static IReadOnlyList<TimelineEntry> Of(StoredEntry entry)
    {
        if (entry.Reject is { } reject)
            return [new(new DateTimeOffset(reject.Time), false, reject.Host, EventKind.Rejected, $"{reject.Service} refused it: {reject.Reason}", null, Placed(reject.Place)) { Dsn = reject.Dsn, Text = reject.Reason }];
        if (entry.Login is { } login)
        {
            var kind = entry.Kind switch { TraceKind.Login => EventKind.LoggedIn, TraceKind.LoginFailed => EventKind.LoginFailed, _ => EventKind.SaslFailed };
            var sentence = kind == EventKind.LoggedIn ? $"{login.User} signed in to {login.Service} from {login.Client} ({login.Method})" : $"A sign-in to {login.Service} from {login.Client} failed{(login.User.Length > 0 ? $" for {login.User}" : "")}";
            return [new(new DateTimeOffset(login.Time), login.IsTimeUncertain, login.Host, kind, sentence, null, Placed(login.Place)) { Text = login.Text }];
        }
        var message = entry.Message!;
        return [.. (message.Events ?? []).OrderBy(happened => happened.Utc).Select(happened => Of(message, happened))];
    }

    private static TimelineEntry Of(Trace message, TracedEvent happened)
    {
        var recipient = happened.Recipient >= 0 && happened.Recipient < message.List.Count ? message.List[happened.Recipient] : null;
        var detail = happened.Detail;
        return new TimelineEntry(new DateTimeOffset(happened.Utc), happened.IsUncertain, message.Host, happened.Kind, Sentence(message, happened.Kind, recipient, detail), recipient is null ? null : happened.Recipient, Placed(happened.Place))
        {
            Relay = detail?.Relay, Dsn = detail?.Dsn, Status = detail?.Status, Delays = detail?.Delays, Tls = happened.Kind == EventKind.Opened ? message.Tls : detail?.Tls, Text = detail?.Text,
        };
    }

    private static string Sentence(Trace message, EventKind kind, TracedRecipient? recipient, TryDetail? detail)
    {
        var to = recipient?.To ?? "";
        return kind switch
        {
            EventKind.Opened when message.Client is null => "Handed in on this host",
            EventKind.Opened => $"Taken by {message.Service} from {message.Client}{(message.SaslUser is { } user ? $", signed in as {user}" : "")}{(message.Tls is { } tls ? $" ({tls})" : "")}",
            EventKind.MessageIdSeen => message.MessageId is { Length: > 0 } id ? $"Accepted, Message-ID <{id}>" : "Accepted, without Message-ID",
            EventKind.Queued => $"In the queue{(message.SizeBytes is { } size ? $", {size} bytes" : "")}, from {(message.From is { Length: > 0 } from ? from : "<>")}",
            EventKind.Tried => Tried(to, recipient, detail),
            EventKind.Expired => "Given up: it was too long in the queue",
            EventKind.Notified => $"The sender is told: {detail?.Text}",
            EventKind.Removed => "Done; removed from the queue",
            EventKind.RemovedByAdministrator => "Removed from the queue by an administrator",
            EventKind.Held => $"Held in the queue{(detail?.Text is { } why ? $": {why}" : "")}",
            EventKind.Released => "Released",
            EventKind.Requeued => "Sent through the queue again by an administrator",
            EventKind.Rejected => $"A recipient was refused{(detail?.Text is { } why ? $": {why}" : "")}",
            EventKind.MessageRejected => $"Refused as a whole: {detail?.Text}",
            EventKind.MessageDiscarded => $"Thrown away by a rule: {detail?.Text}",
            EventKind.Saved or EventKind.Filed => $"Stored in {detail?.Text} of {to}",
            EventKind.SieveDiscarded => $"The filter of {to} threw it away",
            EventKind.SieveRejected => $"The filter of {to} refused it: {detail?.Text}",
            EventKind.SieveForwarded => $"The filter of {to} sent it on: {detail?.Text}",
            EventKind.SieveVacation => $"{to} is away: {detail?.Text}",
            EventKind.SieveFailed => $"The filter of {to} did not work: {detail?.Text}",
            EventKind.ConnectionLost => "The client hung up",
            _ => detail?.Text ?? kind.ToString(),
        };
    }

    private static string Tried(string to, TracedRecipient? recipient, TryDetail? detail)
    {
        var original = recipient?.OriginalTo is { } first ? $"{first} → " : "";
        var by = detail?.Relay is { } relay and not "none" ? $" by {relay}" : "";
        return detail?.Status switch
        {
            "sent" => $"{original}{to}: taken{by}",
            "deferred" => $"{original}{to}: not now{by}; it is tried again",
            "bounced" => $"{original}{to}: refused{by}",
            "expired" => $"{original}{to}: given up",
            var status => $"{original}{to}: {status}{by}",
        };
    }

    private static LinePlace? Placed(LinePlace place) => place.Length > 0 ? place : null;
}
