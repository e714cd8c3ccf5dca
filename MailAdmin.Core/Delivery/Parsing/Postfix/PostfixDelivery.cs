
namespace MailAdmin.Core.Delivery.Parsing.Postfix;

/// <summary>The daemons that carry a message on: smtp, lmtp, virtual, local, pipe, error, discard.</summary>
/// <remarks>
/// <c>ID: to=&lt;…&gt;, orig_to=&lt;…&gt;, relay=…, conn_use=…, delay=…, delays=a/b/c/d, dsn=x.y.z, status=… (text)</c>.
/// Read from left to right and only once: the text in brackets is the other server's, and may look like all of it.
/// </remarks>
internal static class PostfixDelivery
{
    public static bool Read(ref LogEvent e)
    {
        var text = PostfixLine.TakeQueueId(ref e);
        if (e.QueueId.IsNone) return PostfixLine.ReadCommon(ref e, text) || ReadConnection(ref e, text);
        if (text.StartsWith("to=<"u8)) return ReadTry(ref e, text);
        if (text.StartsWith("host "u8) || text.StartsWith("lost connection with "u8) || text.StartsWith("conversation with "u8) || text.StartsWith("enabling PIX workarounds"u8)
            || text.StartsWith("Cannot start TLS"u8) || text.StartsWith("replace: "u8) || text.StartsWith("SMTPUTF8 "u8) || text.StartsWith("breaking "u8))
        {
            // A host failed and the next is tried: the line of the try itself follows.
            e.Kind = EventKind.Note;
            e.Text = text;
            return true;
        }
        return PostfixLine.ReadCommon(ref e, text);
    }

    /// <summary>Reads one try for one recipient.</summary>
    public static bool ReadTry(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        while (!c.Rest.IsEmpty)
        {
            var equals = c.Rest.IndexOf((byte)'=');
            if (equals < 0) return false;
            var key = c.Rest[..equals];
            c.Skip(c.Rest[..(equals + 1)]);
            if (key.SequenceEqual("status"u8)) return ReadStatus(ref e, c.Rest);
            ReadOnlySpan<byte> value;
            if (c.Skip("<"u8))
            {
                value = c.TakeAddress();
                c.Skip(", "u8);
            }
            else if (!c.TryTakeUntil(", "u8, out value)) return false;
            switch (key.Length)
            {
                case 2 when key.SequenceEqual("to"u8): e.To = value; break;
                case 7 when key.SequenceEqual("orig_to"u8): e.OriginalTo = value; break;
                case 5 when key.SequenceEqual("relay"u8): e.Relay = value; break;
                case 5 when key.SequenceEqual("delay"u8): e.Delay = value; break;
                case 6 when key.SequenceEqual("delays"u8): e.Delays = value; break;
                case 3 when key.SequenceEqual("dsn"u8): e.Dsn = value; break;
            }
        }
        return false;
    }

    private static bool ReadStatus(ref LogEvent e, ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        e.Status = space < 0 ? rest : rest[..space];
        if (space >= 0)
        {
            var text = rest[(space + 1)..];
            if (text.Length > 0 && text[0] == '(') text = text[1..];
            if (text.Length > 0 && text[^1] == ')') text = text[..^1];
            e.Text = text;
        }
        e.Kind = EventKind.Tried;
        // The reply of Dovecot's LMTP: "250 2.0.0 <user> SESSION Saved".
        if (e.Text.EndsWith(" Saved"u8) && e.Text.StartsWith("250 "u8))
        {
            var reply = e.Text[..^" Saved"u8.Length];
            e.Session = reply[(reply.LastIndexOf((byte)' ') + 1)..];
        }
        else
        {
            var queued = e.Text.IndexOf("queued as "u8);
            if (queued >= 0)
            {
                var id = e.Text[(queued + "queued as "u8.Length)..];
                var end = id.IndexOfAny(" )>;,"u8);
                e.Other = QueueId.Parse(end < 0 ? id : id[..end]);
            }
        }
        return true;
    }

    private static bool ReadConnection(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("connect to "u8) && !text.StartsWith("host "u8) && !text.StartsWith("lost connection "u8)) return false;
        e.Kind = EventKind.Note;
        e.Text = text;
        return true;
    }
}
