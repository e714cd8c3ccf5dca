namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>The bounce daemon: <c>ID: sender non-delivery notification: NEWID</c>.</summary>
internal static class PostfixBounce
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        if (!e.QueueId.IsNone && (text.StartsWith("sender "u8) || text.StartsWith("postmaster "u8)))
        {
            var c = new Cursor(text);
            if (c.TryTakeUntil(" notification: "u8, out var what) && QueueId.TryParse(c.Rest, out var notification))
            {
                e.Other = notification;
                e.Kind = EventKind.Notified;
                e.Text = what;
                return true;
            }
        }
        return PostfixLine.ReadCommon(ref e, text);
    }
}
