
namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>The queue manager: <c>from=&lt;…&gt;, size=…, nrcpt=… (queue active)</c>, <c>from=&lt;…&gt;, status=expired, …</c>, <c>removed</c>.</summary>
internal static class PostfixQmgr
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        if (e.QueueId.IsNone) return PostfixLine.ReadCommon(ref e, text);
        if (text.SequenceEqual("removed"u8))
        {
            e.Kind = EventKind.Removed;
            return true;
        }
        // Recipients that the queue manager itself gives up on.
        if (text.StartsWith("to=<"u8)) return PostfixDelivery.ReadTry(ref e, text);
        if (text.SequenceEqual("skipped, still being delivered"u8) || text.StartsWith("sender delay notification"u8))
        {
            e.Kind = EventKind.Note;
            return true;
        }
        var c = new Cursor(text);
        if (!c.Skip("from=<"u8)) return PostfixLine.ReadCommon(ref e, text);
        e.From = c.TakeAddress();
        if (c.Skip(", status="u8))
        {
            var status = c.TakeUntilOrEnd(","u8);
            // "expired, returned to sender"; after postsuper -e "force-expired, returned to sender".
            e.Kind = status.SequenceEqual("expired"u8) || status.SequenceEqual("force-expired"u8) ? EventKind.Expired : EventKind.Note;
            e.Status = status;
            e.Text = c.Rest.TrimStart((byte)' ');
            return true;
        }
        if (!c.Skip(", size="u8))
        {
            // Postfix before 3.5 logs the address unquoted: what looked like its end was within.
            c = new Cursor(text["from=<"u8.Length..]);
            if (!c.TryTakeUntil(">, size="u8, out var sender)) return false;
            e.From = sender;
        }
        e.Size = c.TakeUntilOrEnd(","u8);
        e.Kind = EventKind.Queued;
        return true;
    }
}
