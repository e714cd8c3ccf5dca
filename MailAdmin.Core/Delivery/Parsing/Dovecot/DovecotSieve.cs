namespace MailAdmin.Core.Delivery.Parsing.Dovecot;

/// <summary>What Pigeonhole did with one message, behind its <c>msgid=…: </c>. Version 2.4 names the action first (<c>fileinto action: …</c>).</summary>
internal static class DovecotSieve
{
    public static bool Read(ref LogEvent e, ReadOnlySpan<byte> what)
    {
        // "fileinto action: stored …", "redirect action: forwarded …", "vacation action: sent …".
        var action = what.IndexOf(" action: "u8);
        if (action is > 0 and < 24 && what[..action].IndexOf((byte)' ') < 0) what = what[(action + " action: "u8.Length)..];
        e.Text = what;
        var c = new Cursor(what);
        if (c.Skip("stored mail into mailbox "u8))
        {
            e.Kind = EventKind.Filed;
            e.Folder = Unquoted(c.Rest);
        }
        else if (c.Skip("left message in mailbox "u8) || c.Skip("retained mail in mailbox "u8))
        {
            e.Kind = EventKind.Filed;
            e.Folder = Unquoted(c.Rest);
        }
        else if (c.Skip("forwarded to "u8))
        {
            e.Kind = EventKind.SieveForwarded;
            c.Skip("<"u8);
            e.To = c.TakeUntilOrEnd(">"u8);
        }
        else if (what.StartsWith("marked message to be discarded"u8) || what.StartsWith("Marked message to be discarded"u8) || what.StartsWith("discarded"u8)) e.Kind = EventKind.SieveDiscarded;
        else if (what.StartsWith("rejected message from "u8) || what.StartsWith("rejected"u8) || what.StartsWith("sent reject message"u8)) e.Kind = EventKind.SieveRejected;
        else if (what.StartsWith("sent vacation response to "u8)) e.Kind = EventKind.SieveVacation;
        else if (what.StartsWith("discarded vacation reply"u8) || what.StartsWith("discarded duplicate"u8) || what.StartsWith("discarding"u8) || what.StartsWith("not sending"u8) || what.StartsWith("vacation"u8)
            || what.StartsWith("sent notification"u8) || what.StartsWith("not replying"u8) || what.StartsWith("discarded notif"u8)) e.Kind = EventKind.Note;
        else if (what.StartsWith("failed to "u8) || what.StartsWith("Failed to "u8) || what.StartsWith("Execution of script"u8) || e.Level != LogLevel.Information) e.Kind = EventKind.SieveFailed;
        else return false;
        if (what.StartsWith("discarded vacation"u8) || what.StartsWith("discarded duplicate"u8)) e.Kind = EventKind.Note;
        return true;
    }

    /// <summary>Lines without a Message-ID: scripts that fail to compile or run.</summary>
    public static bool ReadOther(ref LogEvent e, ReadOnlySpan<byte> what)
    {
        e.Text = what;
        e.Kind = EventKind.SieveFailed;
        // A script that does not compile is told as information, and the message goes to INBOX.
        if (e.Level != LogLevel.Information || what.StartsWith("Failed to "u8) || what.StartsWith("Execution of script "u8)) return true;
        e.Kind = EventKind.Note;
        return what.StartsWith("Opened script "u8) || what.StartsWith("Pigeonhole "u8) || what.StartsWith("Loading script "u8) || what.StartsWith("DEBUG: "u8) || what.StartsWith("info: "u8) || what.IndexOf("started log"u8) >= 0;
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> text) =>
        text.Length > 1 && text[0] == '\'' && text[^1] == '\'' ? text[1..^1] : text;
}
