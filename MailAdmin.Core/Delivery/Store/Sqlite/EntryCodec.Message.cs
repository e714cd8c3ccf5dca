using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal static partial class EntryCodec
{
    // How an event says what it says: nothing, the same as the recipient's latest try, a text alone, or all fields.
    private enum Says : byte { Nothing, Latest, Text, All }


    private static void WriteMessage(Trace message, bool isOpen, Clock clock, EntryWriter to)
    {
        var marks = (isOpen ? Marks.Open : 0) | (message.IsTimeUncertain ? Marks.Uncertain : 0) | (message.IsRemoved ? Marks.Removed : 0) | (message.IsHeld ? Marks.Held : 0) | (message.WasQueued ? Marks.WasQueued : 0)
            | (message.IsEnded ? Marks.Ended : 0) | (message.HasExpired ? Marks.HasExpired : 0) | (message.IsGivenUp ? Marks.GivenUp : 0) | (clock.IsWhole ? Marks.WholeSeconds : 0);
        to.Number((ulong)marks);
        to.Signed(clock.Since(message.FirstSeen));
        var seen = clock with { Start = message.FirstSeen };
        to.Signed(seen.Since(message.LastSeen));
        if (isOpen)
        {
            to.Signed(message.ThisRun == default ? -1 : seen.Since(message.ThisRun));
            to.Signed(message.RunBefore == default ? -1 : seen.Since(message.RunBefore));
        }
        to.Word(message.Host);
        to.Text(message.QueueId);
        to.Word(message.Service);
        to.Text(message.Client);
        to.Text(message.SaslUser);
        to.Text(message.MessageId);
        to.Text(message.From == message.SaslUser && message.From is not null ? "\u0001" : message.From);
        to.Number((ulong)((message.SizeBytes ?? -1) + 1));
        to.Text(message.Parent);
        to.Word(message.Tls);
        to.Number((ulong)message.List.Count);
        foreach (var recipient in message.List) WriteRecipient(recipient, seen, to);
        WriteEvents(message, seen, to);
    }

    private static void WriteRecipient(TracedRecipient recipient, Clock clock, EntryWriter to)
    {
        to.Text(recipient.To);
        to.Text(recipient.OriginalTo);
        to.Byte((byte)recipient.State);
        to.Number((ulong)recipient.Tries);
        to.Signed(recipient.LastTry == default ? -1 : clock.Since(recipient.LastTry));
        to.Text(recipient.Relay);
        to.Number(recipient.DelaySeconds is { } delay ? (ulong)Math.Round(delay * 1000) + 1 : 0);
        to.Delays(recipient.Delays);
        to.Word(recipient.Dsn);
        to.Word(recipient.Status);
        to.Word(recipient.Folder);
        to.Text(recipient.QueuedAs);
        to.Text(recipient.Text);
        to.Text(recipient.SieveNote);
        to.Word(recipient.Tls);
    }

    private static void WriteEvents(Trace message, Clock clock, EntryWriter to)
    {
        var events = message.Events;
        to.Number((ulong)(events?.Count ?? 0));
        if (events is null) return;
        var (before, place) = (message.FirstSeen, default(LinePlace));
        foreach (var happened in events)
        {
            var detail = happened.Detail;
            var says = detail is null ? Says.Nothing
                : happened.Kind == EventKind.Tried && happened.Recipient >= 0 && IsLatest(message.List[happened.Recipient], happened) ? Says.Latest
                : detail is { Relay: null, Dsn: null, Status: null, Delays: null, Tls: null } ? Says.Text : Says.All;
            to.Byte((byte)happened.Kind);
            to.Byte((byte)((byte)says | (happened.IsUncertain ? 4 : 0) | Math.Min(happened.Recipient + 1, 30) << 3));
            if (happened.Recipient + 1 >= 30) to.Number((ulong)happened.Recipient);
            to.Signed((clock with { Start = before }).Since(happened.Utc));
            before = happened.Utc;
            WritePlace(happened.Place, place, to);
            place = happened.Place;
            if (says == Says.Text) to.Text(detail!.Text);
            else if (says == Says.All)
            {
                to.Text(detail!.Relay);
                to.Word(detail.Dsn);
                to.Word(detail.Status);
                to.Delays(detail.Delays);
                to.Word(detail.Tls);
                to.Text(detail.Text);
            }
        }
    }

    private static bool IsLatest(TracedRecipient recipient, TracedEvent happened) =>
        happened.Utc == recipient.LastTry && happened.Detail!.Status == recipient.Status && happened.Detail.Text == recipient.Text && happened.Detail.Delays == recipient.Delays && happened.Detail.Relay == recipient.Relay;

    private static StoredEntry ReadMessage(long id, ref EntryReader from)
    {
        var marks = (Marks)from.Number();
        var clock = new Clock(EntryId.SecondOf(id), marks.HasFlag(Marks.WholeSeconds));
        var first = clock.At(from.Signed());
        clock = clock with { Start = first };
        var last = clock.At(from.Signed());
        var isOpen = marks.HasFlag(Marks.Open);
        var (thisRun, runBefore) = isOpen ? (from.Signed(), from.Signed()) : (-1, -1);
        var (host, queueId) = (from.Word() ?? "", from.Text() ?? "");
        QueueId.TryParse(queueId, out var parsed);
        var message = new Trace
        {
            Host = host, QueueId = queueId, Id = parsed, FirstSeen = first, LastSeen = last, IsTimeUncertain = marks.HasFlag(Marks.Uncertain), IsRemoved = marks.HasFlag(Marks.Removed), IsHeld = marks.HasFlag(Marks.Held),
            WasQueued = marks.HasFlag(Marks.WasQueued), IsEnded = marks.HasFlag(Marks.Ended), HasExpired = marks.HasFlag(Marks.HasExpired), IsGivenUp = marks.HasFlag(Marks.GivenUp), ThisRun = thisRun < 0 ? default : clock.At(thisRun), RunBefore = runBefore < 0 ? default : clock.At(runBefore),
            StoreId = id, IsStoredOpen = isOpen, Service = from.Word(), Client = from.Text(), SaslUser = from.Text(), MessageId = from.Text(),
        };
        message.From = from.Text() is var sender && sender == "\u0001" ? message.SaslUser : sender;
        message.SizeBytes = from.Number() is > 0 and var size ? (long)size - 1 : null;
        message.Parent = from.Text();
        message.Tls = from.Word();
        for (var left = from.Count(); left > 0; left--) message.List.Add(ReadRecipient(clock, ref from));
        message.Events = ReadEvents(message, clock, ref from);
        return new StoredEntry { Id = id, Kind = TraceKind.Message, IsOpen = isOpen, Message = message };
    }

    private static TracedRecipient ReadRecipient(Clock clock, ref EntryReader from)
    {
        var recipient = new TracedRecipient { To = from.Text() ?? "", OriginalTo = from.Text() };
        recipient.State = (RecipientState)from.Byte();
        recipient.Tries = from.Count();
        recipient.LastTry = from.Signed() is >= 0 and var since ? clock.At(since) : default;
        recipient.Relay = from.Text();
        recipient.DelaySeconds = from.Number() is > 0 and var delay ? (delay - 1) / 1000d : null;
        recipient.Delays = from.Delays();
        recipient.Dsn = from.Word();
        recipient.Status = from.Word();
        recipient.Folder = from.Word();
        recipient.QueuedAs = from.Text();
        recipient.Text = from.Text();
        recipient.SieveNote = from.Text();
        recipient.Tls = from.Word();
        return recipient;
    }

    private static List<TracedEvent> ReadEvents(Trace message, Clock clock, ref EntryReader from)
    {
        var count = from.Count();
        var events = new List<TracedEvent>(Math.Min(count, 4096));
        var (before, place) = (message.FirstSeen, default(LinePlace));
        for (; count > 0; count--)
        {
            var kind = (EventKind)from.Byte();
            var head = from.Byte();
            var says = (Says)(head & 3);
            var recipient = (head >> 3) - 1;
            if (recipient >= 29) recipient = from.Count();
            before = (clock with { Start = before }).At(from.Signed());
            place = ReadPlace(place, ref from);
            var detail = says switch
            {
                Says.Latest when recipient >= 0 && recipient < message.List.Count => DetailOf(message.List[recipient]),
                Says.Text => new TryDetail { Text = from.Text() },
                Says.All => new TryDetail { Relay = from.Text(), Dsn = from.Word(), Status = from.Word(), Delays = from.Delays(), Tls = from.Word(), Text = from.Text() },
                _ => null,
            };
            events.Add(new TracedEvent(kind, before, (head & 4) != 0, place, recipient, detail));
        }
        return events;
    }

    private static TryDetail DetailOf(TracedRecipient recipient) =>
        new() { Relay = recipient.Relay, Dsn = recipient.Dsn, Status = recipient.Status, Delays = recipient.Delays, Tls = recipient.Tls, Text = recipient.Text };
}
