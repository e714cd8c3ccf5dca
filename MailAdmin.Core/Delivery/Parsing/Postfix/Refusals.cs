namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>What a rule or a milter decided.</summary>
internal enum RefusalAction
{
    Reject,
    Discard,
    Hold,
    /// <summary>The mail goes on: warn, filter, redirect, prepend, replace, …</summary>
    Other,
}

/// <summary>The form of lines by which smtpd, postscreen and cleanup say no: <c>reject: RCPT from client[ip]: 550 5.1.1 text; from=&lt;…&gt; to=&lt;…&gt; proto=ESMTP helo=&lt;…&gt;</c>.</summary>
/// <remarks>
/// Source: log_whatsup() in smtpd_check.c, cleanup_milter.c and cleanup_act_log() in cleanup_message.c. Which fields are there depends on how far the client came.
/// The text, the addresses and the name after helo are written by strangers. So the text's leading address is skipped as an address, and the fields behind are read in their order.
/// </remarks>
internal static class Refusals
{
    /// <summary>Reads the word in front: <c>reject: </c>, <c>milter-hold: </c>, ….</summary>
    public static bool TryReadAction(ref Cursor c, out RefusalAction action)
    {
        action = RefusalAction.Other;
        c.Skip("milter-"u8);
        if (c.Skip("reject: "u8)) action = RefusalAction.Reject;
        else if (c.Skip("discard: "u8)) action = RefusalAction.Discard;
        else if (c.Skip("hold: "u8) || c.Skip("quarantine: "u8)) action = RefusalAction.Hold;
        else if (!c.Skip("reject_warning: "u8) && !c.Skip("warning: "u8) && !c.Skip("filter: "u8) && !c.Skip("redirect: "u8) && !c.Skip("prepend: "u8) && !c.Skip("replace: "u8) && !c.Skip("bcc: "u8)
            && !c.Skip("info: "u8) && !c.Skip("delay: "u8) && !c.Skip("strip: "u8) && !c.Skip("ignore: "u8) && !c.Skip("pass: "u8) && !c.Skip("permit: "u8) && !c.Skip("trigger: "u8)) return false;
        return true;
    }

    /// <summary>Reads what follows the action.</summary>
    /// <param name="endsWithText">True for cleanup, whose own rules put the reply behind the fields.</param>
    public static void Read(ref LogEvent e, ReadOnlySpan<byte> text, bool endsWithText)
    {
        var c = new Cursor(text);
        e.Status = text[..Math.Max(0, text.IndexOf((byte)' '))];
        // The command has no space but "END-OF-MESSAGE" and such; header checks put the header itself here.
        if (!c.TryTakeUntil(" from "u8, out var stage) || (endsWithText && (stage.StartsWith("header "u8) || stage.StartsWith("body "u8) || stage.StartsWith("mime-header "u8) || stage.StartsWith("nested-header "u8))))
        {
            ReadContentRule(ref e, text);
            return;
        }
        if (!c.TryTakeUntil("]"u8, out _))
        {
            e.Text = c.Rest;
            return;
        }
        var from = text[(stage.Length + " from "u8.Length)..];
        var client = from.Length - c.Rest.Length;
        // smtpd_client_port_logging puts ":port" behind.
        var port = c.Rest.IndexOf(": "u8);
        var semicolon = c.Rest.IndexOf((byte)';');
        e.Client = from[..client];
        if (port >= 0 && (semicolon < 0 || port < semicolon) && port <= 6) c.Skip(c.Rest[..(port + 2)]);
        ReadReply(ref e, c.Rest);
    }

    // "550 5.1.1 <user@host>: text; from=… to=… proto=… helo=<…>"; a milter's has no code of three digits.
    private static void ReadReply(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (text.Length > 4 && IsDigit(text[0]) && IsDigit(text[1]) && IsDigit(text[2]) && text[3] == ' ')
        {
            e.Code = text[..3];
            c.Skip(text[..4]);
        }
        var dsn = c.Rest.IndexOf((byte)' ');
        if (dsn is >= 5 and <= 9 && c.Rest[0] is (byte)'2' or (byte)'4' or (byte)'5' && c.Rest[1] == '.')
        {
            e.Dsn = c.Rest[..dsn];
            c.Skip(c.Rest[..(dsn + 1)]);
        }
        var reason = c.Rest;
        if (c.Skip("<"u8)) c.TakeAddress();
        while (true)
        {
            var at = c.Rest.IndexOf((byte)';');
            if (at < 0)
            {
                e.Text = reason;
                return;
            }
            var fields = c.Rest[(at + 1)..];
            if (StartsFields(fields))
            {
                e.Text = reason[..(reason.Length - fields.Length - 1)];
                ReadFields(ref e, fields);
                return;
            }
            c.Skip(c.Rest[..(at + 1)]);
        }
    }

    private static bool StartsFields(ReadOnlySpan<byte> text) =>
        text.StartsWith(" from=<"u8) || text.StartsWith(" to=<"u8) || text.StartsWith(" proto="u8) || text.StartsWith(" helo=<"u8) || text.StartsWith(" client="u8) || text.StartsWith(" sasl_username=<"u8);

    private static void ReadFields(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (c.Skip(" from=<"u8)) e.From = c.TakeAddress();
        c.Skip(","u8);
        if (c.Skip(" to=<"u8)) e.To = c.TakeAddress();
        c.Skip(","u8);
        if (c.Skip(" proto="u8))
        {
            var proto = c.Rest.IndexOfAny(" ,:"u8);
            c.Skip(proto < 0 ? c.Rest : c.Rest[..proto]);
        }
        c.Skip(","u8);
        if (!c.Skip(" helo=<"u8)) return;
        // The last field: everything to the last bracket is the client's name for itself, unless what follows is ours.
        var sasl = c.Rest.LastIndexOf("> sasl_username=<"u8);
        if (sasl >= 0 && c.Rest[^1] == '>')
        {
            e.User = c.Rest[(sasl + "> sasl_username=<"u8.Length)..^1];
            e.Helo = c.Rest[..sasl];
            return;
        }
        var close = c.Rest.LastIndexOf((byte)'>');
        e.Helo = close < 0 ? c.Rest : c.Rest[..close];
        if (close >= 0 && e.Text.IsEmpty) e.Text = c.Rest[(close + 1)..].TrimStart(": "u8);
    }

    // "header Subject: anything from client[ip]; from=<…> to=<…> proto=… helo=<…>: 5.7.1 reply": the header is a stranger's, so it is read from the right.
    private static void ReadContentRule(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf("; from=<"u8);
        if (at < 0)
        {
            e.Text = text;
            return;
        }
        var head = text[..at];
        var client = head.LastIndexOf(" from "u8);
        if (client >= 0) e.Client = head[(client + " from "u8.Length)..];
        ReadFields(ref e, text[(at + 1)..]);
        var reply = text.LastIndexOf(">: "u8);
        e.Text = reply > at ? text[(reply + 3)..] : head[..Math.Max(0, client)];
        var dsn = e.Text.IndexOf((byte)' ');
        if (dsn is >= 5 and <= 9 && e.Text[0] is (byte)'4' or (byte)'5' && e.Text[1] == '.')
        {
            e.Dsn = e.Text[..dsn];
            e.Text = e.Text[(dsn + 1)..];
        }
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}
