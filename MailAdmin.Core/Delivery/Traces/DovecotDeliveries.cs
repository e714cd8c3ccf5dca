using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Joins Dovecot's lines about a delivery to Postfix's, by the LMTP session that both name, whichever comes first.</summary>
/// <remarks>One session may take several messages, and one message for several recipients: the recipient's name belongs to the key.</remarks>
internal sealed class DovecotDeliveries(int most)
{
    private readonly record struct Key(string Session, string User);

    private sealed class Deeds
    {
        public EventKind Outcome;
        public string? Folder;
        public string? Note;
        public string? MessageId;
        public TracedRecipient? Recipient;
    }

    private readonly Dictionary<Key, Deeds> _waiting = [];
    private readonly Queue<Key> _order = [];

    /// <summary>Dovecot did something with a message.</summary>
    public void Did(in LogEvent e, TextCache texts)
    {
        if (e.Session.IsEmpty) return;
        var deeds = Find(e.Session, e.User, e.MessageId.IsEmpty ? null : texts.Text(e.MessageId), texts);
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
                deeds.Note = texts.Text(e.Text);
                break;
            case EventKind.SieveForwarded or EventKind.SieveDiscarded:
                if (deeds.Outcome is EventKind.None or EventKind.SieveDiscarded) deeds.Outcome = e.Kind;
                if (e.Kind == EventKind.SieveForwarded) deeds.Note = texts.Text(e.Text);
                break;
            case EventKind.SieveVacation or EventKind.SieveFailed:
                deeds.Note ??= texts.Text(e.Text);
                break;
        }
        if (deeds.Recipient is { } recipient) Tell(recipient, deeds);
    }

    /// <summary>Postfix gave a message to the session.</summary>
    public void Gave(in LogEvent e, TracedRecipient recipient, string? messageId, TextCache texts)
    {
        var deeds = Find(e.Session, e.To, messageId, texts);
        deeds.Recipient = recipient;
        Tell(recipient, deeds);
    }

    private static void Tell(TracedRecipient recipient, Deeds deeds)
    {
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

    private Deeds Find(ReadOnlySpan<byte> session, ReadOnlySpan<byte> user, string? messageId, TextCache texts)
    {
        var key = new Key(texts.Text(session), texts.Text(user).ToLowerInvariant());
        var isKnown = _waiting.TryGetValue(key, out var deeds);
        // The next message in the same session for the same mailbox.
        if (isKnown && (messageId is null || deeds!.MessageId is null || deeds.MessageId == messageId))
        {
            deeds!.MessageId ??= messageId;
            return deeds;
        }
        if (!isKnown)
        {
            while (_order.Count >= most) _waiting.Remove(_order.Dequeue());
            _order.Enqueue(key);
        }
        return _waiting[key] = new Deeds { MessageId = messageId };
    }
}
