namespace MailAdmin.Core.Delivery.Following;

/// <summary>How the mail entries of a host's journal are asked for. Source: journalctl(1), systemd.journal-fields(7).</summary>
internal static class JournalCommand
{
    // Facility 2 is mail (RFC 5424); Postfix and Dovecot log to it.
    private const string Mail = "SYSLOG_FACILITY=2";

    /// <summary>All from somewhere on, without end.</summary>
    /// <param name="from">Such as <c>--since=@1700000000</c> or <c>--after-cursor=…</c>.</param>
    public static string[] Follow(string from) => ["journalctl", "--output=json", "--follow", "--no-pager", "--all", "--lines=all", from, Mail];

    /// <summary>What lies between two moments.</summary>
    public static string[] Read(string since, string until) => ["journalctl", "--output=json", "--no-pager", "--all", $"--since={since}", $"--until={until}", Mail];
}
