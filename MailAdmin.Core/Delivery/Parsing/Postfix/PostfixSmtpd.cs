
namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>The SMTP server, under whatever service name: connections, sign-in, the client of a queue id, and refusals before the queue.</summary>
internal static class PostfixSmtpd
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        var c = new Cursor(text);
        if (!e.QueueId.IsNone)
        {
            if (c.Skip("client="u8))
            {
                ReadClient(ref e, c.Rest);
                return true;
            }
            return ReadRefusal(ref e, ref c) || PostfixLine.ReadCommon(ref e, text);
        }
        if (c.Skip("NOQUEUE: "u8))
        {
            if (ReadRefusal(ref e, ref c)) return true;
            if (c.Skip("lost connection after "u8) || c.Skip("client="u8) || c.Skip("abort: "u8))
            {
                e.Kind = EventKind.Note;
                e.Text = c.Rest;
                return true;
            }
            return false;
        }
        if (c.Skip("connect from "u8)) return Connection(ref e, EventKind.Connected, c.Rest);
        if (c.Skip("disconnect from "u8)) return Connection(ref e, EventKind.Disconnected, c.TakeUntilOrEnd(" "u8));
        if (c.Skip("lost connection after "u8) || c.Skip("timeout after "u8) || c.Skip("too many errors after "u8) || c.Skip("improper command pipelining after "u8) || c.Skip("non-SMTP command from "u8) || c.Skip("bad syntax after "u8))
        {
            e.Text = text;
            c.TryTakeUntil(" from "u8, out _);
            return Connection(ref e, EventKind.ConnectionLost, c.TakeUntilOrEnd(":"u8));
        }
        return ReadSaslFailure(ref e, text) || PostfixLine.ReadCommon(ref e, text) || ReadNote(ref e, text);
    }

    // "client=name[ip]:port, sasl_method=…, sasl_username=…, orig_queue_id=…, orig_client=…"
    private static void ReadClient(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        e.Kind = EventKind.Opened;
        var c = new Cursor(text);
        e.Client = c.TakeUntilOrEnd(", "u8);
        while (!c.Rest.IsEmpty)
        {
            if (c.Skip("sasl_method="u8)) e.Method = c.TakeUntilOrEnd(", "u8);
            else if (c.Skip("sasl_username="u8)) e.User = c.TakeUntilOrEnd(", "u8);
            else if (c.Skip("orig_queue_id="u8)) e.Other = QueueId.Parse(c.TakeUntilOrEnd(", "u8));
            else c.TakeUntilOrEnd(", "u8);
        }
    }

    private static bool ReadRefusal(ref LogEvent e, ref Cursor c)
    {
        if (!Refusals.TryReadAction(ref c, out var action)) return false;
        e.Kind = action switch
        {
            RefusalAction.Reject => EventKind.Rejected,
            RefusalAction.Discard => e.QueueId.IsNone ? EventKind.Note : EventKind.MessageDiscarded,
            RefusalAction.Hold => e.QueueId.IsNone ? EventKind.Note : EventKind.Held,
            RefusalAction.Other => EventKind.Note,
        };
        Refusals.Read(ref e, c.Rest, endsWithText: false);
        return true;
    }

    // "warning: name[ip]: SASL LOGIN authentication failed: reason, sasl_username=…"
    private static bool ReadSaslFailure(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (!c.Skip("warning: "u8) || !c.TryTakeUntil("]: SASL "u8, out var client) || client.IndexOf((byte)' ') >= 0) return false;
        if (!c.TryTakeUntil(" authentication "u8, out var method)) return false;
        e.Method = method;
        e.Client = text.Slice("warning: "u8.Length, client.Length + 1);
        e.Kind = EventKind.SaslFailed;
        e.Level = LogLevel.Warning;
        e.Text = c.Rest;
        var user = c.Rest.LastIndexOf(", sasl_username="u8);
        if (user >= 0) e.User = c.Rest[(user + ", sasl_username="u8.Length)..];
        return true;
    }

    private static bool ReadNote(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("proxy-accept: "u8) && !text.StartsWith("proxy-reject: "u8) && !text.StartsWith("discarding EHLO keywords: "u8) && !text.StartsWith("statistics: "u8) && !text.StartsWith("Illegal address syntax "u8)
            && !text.StartsWith("idle timeout"u8) && !text.StartsWith("milter-"u8) && !text.StartsWith("sender non-"u8)) return false;
        e.Kind = EventKind.Note;
        e.Text = text;
        return true;
    }

    private static bool Connection(ref LogEvent e, EventKind kind, ReadOnlySpan<byte> client)
    {
        e.Kind = kind;
        e.Client = client;
        return true;
    }
}
