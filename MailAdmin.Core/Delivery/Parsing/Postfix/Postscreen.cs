namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>Postscreen, which stands in front of smtpd: what it lets pass is noted, what it refuses is a refusal.</summary>
internal static class Postscreen
{
    public static bool Read(ref LogEvent e)
    {
        var text = e.Message;
        var c = new Cursor(text);
        if (c.Skip("NOQUEUE: reject: "u8))
        {
            e.Kind = EventKind.Rejected;
            Refusals.Read(ref e, c.Rest, endsWithText: false);
            return true;
        }
        if (c.Skip("CONNECT from "u8))
        {
            e.Kind = EventKind.Connected;
            e.Client = c.TakeUntilOrEnd(" "u8);
            return true;
        }
        if (c.Skip("DISCONNECT "u8))
        {
            e.Kind = EventKind.Disconnected;
            e.Client = c.TakeUntilOrEnd(" "u8);
            return true;
        }
        if (text.StartsWith("PASS "u8) || text.StartsWith("PREGREET "u8) || text.StartsWith("DNSBL "u8) || text.StartsWith("HANGUP "u8) || text.StartsWith("WHITELISTED "u8) || text.StartsWith("ALLOWLISTED "u8)
            || text.StartsWith("BLACKLISTED "u8) || text.StartsWith("DENYLISTED "u8) || text.StartsWith("WHITELIST VETO "u8) || text.StartsWith("ALLOWLIST VETO "u8) || text.StartsWith("COMMAND "u8) || text.StartsWith("BARE NEWLINE "u8)
            || text.StartsWith("NON-SMTP COMMAND "u8) || text.StartsWith("cache "u8) || text.StartsWith("entering STRESS mode"u8) || text.StartsWith("NOQUEUE: "u8) || text.StartsWith("close database "u8))
        {
            e.Kind = EventKind.Note;
            e.Text = text;
            return true;
        }
        return PostfixLine.ReadCommon(ref e, text);
    }
}
