using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Mailboxes in words.</summary>
public static class MailboxWords
{
    /// <summary>The state as people call it.</summary>
    public static string Of(MailboxState state) => state switch
    {
        MailboxState.Active => "Active",
        MailboxState.ReceiveOnly => "Receive only",
        MailboxState.Suspended => "Suspended",
    };

    /// <summary>What the state lets the mailbox do.</summary>
    public static string Meaning(MailboxState state) => state switch
    {
        MailboxState.Active => "Logs in, sends, receives.",
        MailboxState.ReceiveOnly => "Receives; cannot log in or send.",
        MailboxState.Suspended => "Cannot log in; mail to it is refused (5.2.1).",
    };

    /// <summary>What the state's colour says.</summary>
    public static Tone ToneOf(MailboxState state) => state switch
    {
        MailboxState.Active => Tone.Good,
        MailboxState.ReceiveOnly => Tone.Warn,
        MailboxState.Suspended => Tone.Quiet,
    };

    /// <summary>A row's state in a word or two: trash and a missing password matter more than the rest.</summary>
    public static (Tone Tone, string Text) Of(MailboxRow row) =>
        row.TrashedUntil is not null ? (Tone.Bad, "In trash")
        : row.DomainTrashedUntil is not null ? (Tone.Bad, "Domain in trash")
        : row is { State: MailboxState.Active, HasPassword: false } ? (Tone.Warn, "No password")
        : (ToneOf(row.State), Of(row.State));

    /// <summary>A quota: <c>5 GiB</c>, <c>unlimited</c>.</summary>
    public static string Quota(long bytes) => ByteQuota.TryFrom(bytes, out var quota, out _) ? quota.Human : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    /// <summary>How many: <c>1 mailbox</c>, <c>2,014 mailboxes</c>.</summary>
    public static string Count(int n) => n == 1 ? "1 mailbox" : string.Create(CultureInfo.InvariantCulture, $"{n:N0} mailboxes");

    /// <summary>The page of a mailbox.</summary>
    public static string Link(string address) => $"/mailboxes/{Uri.EscapeDataString(address)}";
}
