using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Joins Dovecot's lines about a delivery to Postfix's, by the LMTP session that both name, whichever comes first.</summary>
/// <remarks>
/// One session may take several messages, and one message for several recipients: the recipient's name belongs to the key.
/// When both sides came and a line names another message, it is the next one in the same session for the same mailbox.
/// </remarks>
/// <param name="keep">How long one side waits for the other, by the log's clock.</param>
/// <param name="most">Most that wait at once.</param>
/// <param name="changed">Is told of each message that a line changes; null when nobody keeps what happened.</param>
internal sealed class DovecotDeliveries(TimeSpan keep, int most, Action<Trace>? changed = null)
{
    private sealed class Deeds
    {
        public EventKind Outcome;
        public string? Folder;
        public string? Note;
        public ulong MessageId;
        public TracedRecipient? Recipient;
        public Trace? Message;
        public List<TracedEvent>? Events;
    }

    // Sessions and names as numbers: a name is only ever compared.
    private readonly Dictionary<(ulong Session, ulong User), Deeds> _waiting = [];
    private readonly Queue<((ulong, ulong) Key, DateTime Since)> _order = [];

    /// <summary>Dovecot did something with a message.</summary>
    public void Did(in LogEvent e, TextCache texts, Store.LinePlace place)
    {
        if (e.Session.IsEmpty) return;
        var deeds = Find(e.Session, e.User, e.Stamp.Utc, e.MessageId.IsEmpty ? 0 : TextCache.LongHash(e.MessageId));
        switch (e.Kind)
        {
            case EventKind.Saved or EventKind.Filed:
                // Kept in one folder and filed in another: the first that is not the usual one says more.
                if (deeds.Outcome is EventKind.Saved or EventKind.Filed && e.Folder.SequenceEqual("INBOX"u8)) break;
                deeds.Outcome = e.Kind;
                deeds.Folder = texts.Text(e.Folder);
                break;
            case EventKind.SieveRejected:
                deeds.Outcome = e.Kind;
                deeds.Note = TextCache.Once(e.Text);
                break;
            case EventKind.SieveForwarded or EventKind.SieveDiscarded:
                if (deeds.Outcome is EventKind.None or EventKind.SieveDiscarded) deeds.Outcome = e.Kind;
                if (e.Kind == EventKind.SieveForwarded) deeds.Note = TextCache.Once(e.Text);
                break;
            case EventKind.SieveVacation or EventKind.SieveFailed:
                deeds.Note ??= TextCache.Once(e.Text);
                break;
        }
        if (changed is not null)
            (deeds.Events ??= []).Add(new TracedEvent(e.Kind, e.Stamp.Utc, e.Stamp.IsUncertain, place, 0, new TryDetail { Text = e.Kind is EventKind.Saved or EventKind.Filed ? texts.Text(e.Folder) : TextCache.Once(e.Text) }));
        if (deeds.Recipient is { } recipient) Tell(recipient, deeds);
    }

    /// <summary>Postfix gave a message to the session.</summary>
    /// <param name="message">Its Message-ID tells it from another in the same session.</param>
    public void Gave(in LogEvent e, TracedRecipient recipient, Trace message)
    {
        var deeds = Find(e.Session, e.To, e.Stamp.Utc, message.MessageId is null ? 0 : HashOf(message.MessageId));
        (deeds.Recipient, deeds.Message) = (recipient, message);
        Tell(recipient, deeds);
    }

    private void Tell(TracedRecipient recipient, Deeds deeds)
    {
        // A message that was given already may be looked at by another thread.
        lock (deeds.Message ?? (object)deeds) Change(recipient, deeds);
    }

    private void Change(TracedRecipient recipient, Deeds deeds)
    {
        if (changed is not null && deeds is { Message: { } message, Events: { Count: > 0 } events })
        {
            var place = message.List.IndexOf(recipient);
            // After a restart lines from before it are read once more for what they say about sessions.
            foreach (var happened in events)
                if (!message.Events!.Exists(known => known.Place == happened.Place && known.Place.Length > 0)) message.Events.Add(happened with { Recipient = place });
            events.Clear();
            changed(message);
        }
        recipient.SieveNote = deeds.Note ?? recipient.SieveNote;
        (recipient.State, recipient.Folder) = deeds.Outcome switch
        {
            EventKind.Saved => (RecipientState.Delivered, deeds.Folder),
            EventKind.Filed => (deeds.Folder == "INBOX" ? RecipientState.Delivered : RecipientState.Filed, deeds.Folder),
            EventKind.SieveDiscarded => (RecipientState.Discarded, null),
            EventKind.SieveForwarded => (RecipientState.Forwarded, null),
            EventKind.SieveRejected => (RecipientState.Rejected, null),
            _ => (recipient.State, recipient.Folder),
        };
    }

    private Deeds Find(ReadOnlySpan<byte> session, ReadOnlySpan<byte> user, DateTime now, ulong messageId)
    {
        var key = (TextCache.LongHash(session), FoldedHash(user));
        var isKnown = _waiting.TryGetValue(key, out var deeds);
        if (isKnown && (messageId == 0 || deeds!.MessageId == 0 || deeds.MessageId == messageId))
        {
            if (messageId != 0) deeds!.MessageId = messageId;
            return deeds!;
        }
        if (!isKnown)
        {
            while (_order.TryPeek(out var oldest) && (_order.Count >= most || oldest.Since + keep < now)) _waiting.Remove(_order.Dequeue().Key);
            _order.Enqueue((key, now));
        }
        return _waiting[key] = new Deeds { MessageId = messageId };
    }

    // Dovecot writes names in lower case, Postfix as they came.
    private static ulong FoldedHash(ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[256];
        if (name.Length > folded.Length) return TextCache.LongHash(name);
        System.Text.Ascii.ToLower(name, folded, out var length);
        return TextCache.LongHash(length == name.Length ? folded[..length] : name);
    }

    private static ulong HashOf(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        return System.Text.Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? TextCache.LongHash(bytes[..length]) : TextCache.LongHash(System.Text.Encoding.UTF8.GetBytes(text));
    }
}
