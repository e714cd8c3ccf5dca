
namespace MailAdmin.Core.Delivery.Parsing.Dovecot;

/// <summary>The form that lines of all Dovecot processes share, in versions 2.3 and 2.4: <c>process(user)&lt;pid&gt;&lt;session&gt;: Level: text</c>.</summary>
/// <remarks>Through syslog the level is left out for plain information, and the process stands behind <c>dovecot: </c>; in Dovecot's own file both are there.</remarks>
internal static class DovecotLine
{
    /// <summary>Reads what follows <c>dovecot: </c>.</summary>
    public static bool Read(ref LogEvent e)
    {
        var at = EndOfProcess(e.Message);
        return at >= 0 && ReadProcess(e.Message[..at], e.Message[(at + 2)..], ref e);
    }

    /// <summary>Reads a line whose process is cut off already.</summary>
    /// <param name="process">Such as <c>lmtp(alice@example.test)&lt;123&gt;&lt;session&gt;</c>.</param>
    public static bool ReadProcess(ReadOnlySpan<byte> process, ReadOnlySpan<byte> text, ref LogEvent e)
    {
        e.Level = TakeLevel(ref text);
        e.Text = text;
        var name = process;
        var open = process.IndexOfAny((byte)'(', (byte)'<');
        if (open > 0)
        {
            name = process[..open];
            ReadOwner(process[open..], ref e);
        }
        var understood = name.EndsWith("-login"u8) ? DovecotLogin.Read(ref e, text)
            : name.SequenceEqual("lmtp"u8) || name.SequenceEqual("lda"u8) ? DovecotLmtp.Read(ref e, text)
            : name.SequenceEqual("imap"u8) || name.SequenceEqual("pop3"u8) || name.SequenceEqual("managesieve"u8) || name.SequenceEqual("submission"u8) ? DovecotSession.Read(ref e, text)
            : DovecotSession.ReadOther(ref e, name, text);
        if (understood) return true;
        if (e.Level == LogLevel.Information) return false;
        e.Kind = EventKind.Warning;
        return true;
    }

    private static LogLevel TakeLevel(ref ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        var level = c.Skip("Info: "u8) || c.Skip("Debug: "u8) ? LogLevel.Information
            : c.Skip("Warning: "u8) ? LogLevel.Warning
            : c.Skip("Error: "u8) ? LogLevel.Error
            : c.Skip("Fatal: "u8) || c.Skip("Panic: "u8) ? LogLevel.Fatal
            : LogLevel.Information;
        text = c.Rest;
        return level;
    }

    // "(user)<pid><session>", "(pid)", "(user,ip,<session>)": the user is a stranger's text until it has signed in, so its end is looked for from what must follow.
    private static void ReadOwner(ReadOnlySpan<byte> owner, ref LogEvent e)
    {
        if (owner[^1] == '>')
        {
            var session = owner.LastIndexOf((byte)'<');
            e.Session = owner[(session + 1)..^1];
            owner = owner[..Math.Max(0, session)];
            var pid = owner.LastIndexOf((byte)'<');
            if (pid >= 0 && owner[^1] == '>')
            {
                e.Pid = owner[(pid + 1)..^1];
                owner = owner[..pid];
            }
        }
        if (owner.Length > 1 && owner[0] == '(' && owner[^1] == ')') e.User = owner[1..^1];
        // "lmtp(123): Connect from local": a process without a user.
        if (Numbers.Whole(e.User) is not null)
        {
            e.Pid = e.User;
            e.User = default;
        }
    }

    // The colon behind the brackets; a user name may hold ": ".
    private static int EndOfProcess(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && (text[at] is (byte)'-' or (byte)'_' or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9'))) at++;
        if (at == 0 || at >= text.Length) return -1;
        if (text[at] == ':') return at + 1 < text.Length && text[at + 1] == ' ' ? at : -1;
        if (text[at] is not ((byte)'(' or (byte)'<')) return -1;
        var end = text.IndexOf(">: "u8);
        var bracket = text.IndexOf("): "u8);
        if (end < 0 || (bracket >= 0 && bracket < end)) end = bracket;
        return end < 0 ? -1 : end + 1;
    }
}
