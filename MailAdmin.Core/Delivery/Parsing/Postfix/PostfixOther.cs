namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>Daemons and programs whose lines are not about a message.</summary>
internal static class PostfixOther
{
    public static bool Read(ref LogEvent e)
    {
        var text = e.Message;
        e.Text = text;
        if (!text.StartsWith("statistics: "u8) && !text.StartsWith("daemon started "u8) && !text.StartsWith("starting the Postfix mail system"u8) && !text.StartsWith("stopping the Postfix mail system"u8)
            && !text.StartsWith("refreshing the Postfix mail system"u8) && !text.StartsWith("addr "u8) && !text.StartsWith("CONNECT "u8) && !text.StartsWith("DISCONNECT "u8) && !text.StartsWith("open "u8)
            && !text.StartsWith("cache "u8) && !text.StartsWith("close database "u8) && !text.StartsWith("the Postfix mail system is "u8)) return false;
        e.Kind = EventKind.Note;
        return true;
    }
}
