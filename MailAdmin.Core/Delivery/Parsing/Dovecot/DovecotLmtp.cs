
namespace MailAdmin.Core.Delivery.Parsing.Dovecot;

/// <summary>Delivery into mailboxes: <c>msgid=&lt;…&gt;: saved mail to INBOX</c>, and what Sieve did with it.</summary>
/// <remarks>
/// Version 2.3: <c>sieve: msgid=&lt;…&gt;: stored mail into mailbox 'Junk'</c>. Version 2.4 puts more in between: <c>sieve: msgid=&lt;…&gt;: fileinto action: stored mail into mailbox 'Junk'</c>
/// and <c>Mailbox INBOX: msgid=…: saved mail to INBOX</c>. The Message-ID is the sender's text: what we look for is taken from the right of it.
/// </remarks>
internal static class DovecotLmtp
{
    public static bool Read(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var isSieve = false;
        var rest = text;
        while (true)
        {
            if (rest.StartsWith("sieve: "u8))
            {
                isSieve = true;
                rest = rest["sieve: "u8.Length..];
            }
            else if (rest.StartsWith("Mailbox "u8) || rest.StartsWith("Sieve "u8))
            {
                var colon = rest.IndexOf(": "u8);
                if (colon < 0) break;
                rest = rest[(colon + 2)..];
            }
            else break;
        }
        if (rest.StartsWith("msgid="u8)) return ReadAbout(ref e, rest["msgid="u8.Length..]) || Unsaved(ref e, isSieve);
        if (isSieve) return DovecotSieve.ReadOther(ref e, rest);
        if (text.StartsWith("Connect from "u8) || text.StartsWith("Disconnect from "u8) || text.StartsWith("Connection closed"u8) || text.StartsWith("Client "u8) || text.StartsWith("Remote "u8) || text.StartsWith("Logged out"u8))
        {
            e.Kind = EventKind.Note;
            return true;
        }
        return false;
    }

    private static bool ReadAbout(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        // "<id>: …", "<id> (added by …): …" or "unspecified: …".
        var id = text.Length > 0 && text[0] == '<' ? text.LastIndexOf(">: "u8) : text.IndexOf(": "u8);
        if (id < 0) return false;
        e.MessageId = text[0] == '<' ? text[1..id] : text[..id];
        var what = text[(text.IndexOf((byte)'<') == 0 ? id + 3 : id + 2)..];
        if (what.StartsWith("saved mail to "u8))
        {
            e.Kind = EventKind.Saved;
            e.Folder = what["saved mail to "u8.Length..];
            return true;
        }
        if (what.StartsWith("save failed to "u8))
        {
            e.Kind = EventKind.Warning;
            if (e.Level == LogLevel.Information) e.Level = LogLevel.Error;
            e.Text = what;
            return true;
        }
        return DovecotSieve.Read(ref e, what);
    }

    private static bool Unsaved(ref LogEvent e, bool isSieve)
    {
        if (!isSieve && e.Level == LogLevel.Information) return false;
        e.Kind = EventKind.Warning;
        return e.Level != LogLevel.Information;
    }
}
