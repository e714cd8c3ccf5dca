
namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>What lines of all Postfix daemons have in common.</summary>
internal static class PostfixLine
{
    /// <summary>Takes the queue id at the start, if there is one. What follows it is returned; without one, the whole text.</summary>
    public static ReadOnlySpan<byte> TakeQueueId(scoped ref LogEvent e)
    {
        var text = e.Message;
        var head = text.Length > QueueId.Longest + 2 ? text[..(QueueId.Longest + 2)] : text;
        var colon = head.IndexOf((byte)':');
        if (colon <= 0 || colon + 1 >= text.Length || text[colon + 1] != ' ' || !QueueId.TryParse(text[..colon], out var id)) return text;
        e.QueueId = id;
        return text[(colon + 2)..];
    }

    /// <summary>Lines that any daemon may write: warnings, errors, TLS, changed tables.</summary>
    public static bool ReadCommon(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        LogLevel? level = c.Skip("warning: "u8) ? LogLevel.Warning : c.Skip("error: "u8) ? LogLevel.Error : c.Skip("fatal: "u8) || c.Skip("panic: "u8) ? LogLevel.Fatal : null;
        if (level is { } found)
        {
            e.Kind = EventKind.Warning;
            e.Level = found;
            e.Text = c.Rest;
            return true;
        }
        if (ReadTls(ref e, text)) return true;
        if (text.EndsWith(" -- restarting"u8) || text.StartsWith("SSL_"u8) || text.StartsWith("setting up TLS connection "u8) || text.StartsWith("initializing the "u8)
            || text.StartsWith("certificate verification failed for "u8) || text.StartsWith("TLS "u8) || text.StartsWith("using backwards-compatible default setting "u8)
            || text.StartsWith("reload "u8) || text.StartsWith("Host offered STARTTLS"u8) || text.StartsWith("terminating on signal "u8))
        {
            e.Kind = EventKind.Note;
            e.Text = text;
            return true;
        }
        return false;
    }

    /// <summary>Reads <c>Anonymous TLS connection established from|to PEER: TLSv1.3 with cipher …</c>.</summary>
    private static bool ReadTls(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (!(c.Skip("Anonymous "u8) || c.Skip("Untrusted "u8) || c.Skip("Trusted "u8) || c.Skip("Verified "u8)) || !c.Skip("TLS connection "u8)) return false;
        if (!c.Skip("established "u8) && !c.Skip("reused "u8)) return false;
        if (c.Skip("from "u8))
        {
            if (!c.TryTakeUntil(": "u8, out var client)) return false;
            e.Client = client;
        }
        else
        {
            if (!c.Skip("to "u8) || !c.TryTakeUntil(": "u8, out var relay)) return false;
            e.Relay = relay;
        }
        e.Kind = EventKind.TlsEstablished;
        e.Method = c.TakeUntilOrEnd(" "u8);
        e.Text = text;
        return true;
    }
}
