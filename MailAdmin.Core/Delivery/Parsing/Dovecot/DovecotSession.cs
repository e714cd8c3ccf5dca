namespace MailAdmin.Core.Delivery.Parsing.Dovecot;

/// <summary>Sessions after the login, and processes without one: master, auth, anvil, ….</summary>
internal static class DovecotSession
{
    public static bool Read(ref LogEvent e, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Logged out"u8) || text.StartsWith("Disconnected"u8) || text.StartsWith("Connection closed"u8))
        {
            e.Kind = EventKind.LoggedOut;
            return true;
        }
        e.Kind = EventKind.Note;
        return text.StartsWith("copy from "u8) || text.StartsWith("delete: "u8) || text.StartsWith("expunge: "u8) || text.StartsWith("undelete: "u8) || text.StartsWith("Mailbox "u8) || text.StartsWith("save: "u8)
            || text.StartsWith("sieve: "u8) || text.StartsWith("flag_change: "u8) || text.StartsWith("Server shutting down"u8) || text.StartsWith("append: "u8) || text.StartsWith("ID sent: "u8) || text.StartsWith("User "u8);
    }

    public static bool ReadOther(ref LogEvent e, ReadOnlySpan<byte> process, ReadOnlySpan<byte> text)
    {
        e.Kind = e.Level == LogLevel.Information ? EventKind.Note : EventKind.Warning;
        return process.SequenceEqual("master"u8) || process.SequenceEqual("auth"u8) || process.SequenceEqual("auth-worker"u8) || process.SequenceEqual("anvil"u8) || process.SequenceEqual("config"u8) || process.SequenceEqual("log"u8)
            || process.SequenceEqual("doveadm"u8) || process.SequenceEqual("indexer"u8) || process.SequenceEqual("indexer-worker"u8) || process.SequenceEqual("stats"u8) || process.SequenceEqual("replicator"u8) || process.SequenceEqual("dict"u8)
            || process.SequenceEqual("ssl-params"u8) || process.SequenceEqual("quota-status"u8) || process.SequenceEqual("imap-hibernate"u8) || text.IsEmpty;
    }
}
