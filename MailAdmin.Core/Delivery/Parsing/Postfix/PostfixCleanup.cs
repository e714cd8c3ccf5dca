
namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>Cleanup: <c>message-id=&lt;…&gt;</c>, and what milters, header and body checks decide about the whole message.</summary>
internal static class PostfixCleanup
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        if (e.QueueId.IsNone) return PostfixLine.ReadCommon(ref e, text);
        var c = new Cursor(text);
        if (c.Skip("message-id="u8) || c.Skip("resent-message-id="u8))
        {
            // It is the last field and the sender's own text: all of it, without one pair of brackets.
            var id = c.Rest;
            if (id.Length > 1 && id[0] == '<' && id[^1] == '>') id = id[1..^1];
            e.MessageId = id;
            e.Kind = text[0] == 'm' ? EventKind.MessageIdSeen : EventKind.Note;
            return true;
        }
        if (c.Skip("to=<"u8)) return PostfixDelivery.ReadTry(ref e, text);
        if (Refusals.TryReadAction(ref c, out var action))
        {
            e.Kind = action switch
            {
                RefusalAction.Reject => EventKind.MessageRejected,
                RefusalAction.Discard => EventKind.MessageDiscarded,
                RefusalAction.Hold => EventKind.Held,
                RefusalAction.Other => EventKind.Note,
            };
            Refusals.Read(ref e, c.Rest, endsWithText: true);
            return true;
        }
        return PostfixLine.ReadCommon(ref e, text);
    }
}
