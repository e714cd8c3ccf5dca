
namespace MailAdmin.Core.Delivery.Parsing.Dovecot;

/// <summary>Logins by IMAP, POP3, submission and ManageSieve, and those that failed.</summary>
/// <remarks>
/// <c>Login: user=&lt;…&gt;, method=PLAIN, rip=…, lip=…, mpid=…, TLS, session=&lt;…&gt;</c> (login_log_format_elements by default);
/// 2.3 <c>Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=…</c> or <c>Disconnected (auth failed, …): user=…</c>,
/// 2.4 <c>Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): user=…</c>.
/// </remarks>
internal static class DovecotLogin
{
    public static bool Read(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (c.Skip("Login: "u8) || c.Skip("Logged in: "u8))
        {
            e.Kind = EventKind.LoggedIn;
            ReadElements(ref e, c.Rest);
            return true;
        }
        var isClosed = text.StartsWith("Disconnected"u8) || text.StartsWith("Aborted login"u8) || text.StartsWith("Login aborted"u8) || text.StartsWith("Maximum number of connections"u8);
        if (!isClosed && !text.StartsWith("proxy("u8) && !text.StartsWith("Auth "u8) && !text.StartsWith("TLS "u8) && !text.StartsWith("Client "u8)) return false;
        var reason = c.TakeUntilOrEnd(": user=<"u8);
        e.Kind = isClosed && IsFailure(reason) ? EventKind.LoginFailed : EventKind.Note;
        e.Text = reason;
        if (!c.Rest.IsEmpty) ReadElements(ref e, text[(reason.Length + ": "u8.Length)..]);
        return true;
    }

    private static bool IsFailure(ReadOnlySpan<byte> reason) =>
        reason.IndexOf("auth failed"u8) >= 0 || reason.IndexOf("(auth_failed)"u8) >= 0 || reason.IndexOf("tried to use "u8) >= 0 || reason.IndexOf("disallowed"u8) >= 0 || reason.IndexOf("auth_process"u8) >= 0;

    // The user comes first and is a stranger's text; the rest is read behind its closing bracket.
    private static void ReadElements(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        var c = new Cursor(text);
        if (c.Skip("user=<"u8))
        {
            if (c.TryTakeUntil(">, "u8, out var user)) e.User = user;
            else e.User = c.TakeUntilOrEnd(">"u8);
        }
        while (!c.Rest.IsEmpty)
        {
            if (c.Skip("method="u8)) e.Method = c.TakeUntilOrEnd(", "u8);
            else if (c.Skip("rip="u8)) e.Client = c.TakeUntilOrEnd(", "u8);
            else if (c.Skip("session=<"u8)) e.Session = c.TakeUntilOrEnd(">"u8);
            else c.TakeUntilOrEnd(", "u8);
        }
    }
}
