namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>Pickup, for mail handed in on the machine itself: <c>ID: uid=0 from=&lt;root&gt;</c>.</summary>
internal static class PostfixPickup
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        var c = new Cursor(text);
        if (e.QueueId.IsNone || !c.Skip("uid="u8)) return PostfixLine.ReadCommon(ref e, text);
        e.User = c.TakeUntilOrEnd(" "u8);
        if (c.Skip("from=<"u8)) e.From = c.TakeAddress();
        if (c.Skip(" orig_id="u8)) e.Other = QueueId.Parse(c.Rest);
        e.Kind = EventKind.Opened;
        return true;
    }
}
