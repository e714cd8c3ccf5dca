using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Web.Controls;
using LogLevel = MailAdmin.Core.Delivery.Parsing.LogLevel;

namespace MailAdmin.Web.Delivery.LiveLog;

/// <summary>What a line is, as tone, picture and word.</summary>
public static class LogWords
{
    /// <summary>The daemon's own level goes before what the line says.</summary>
    public static (Tone Tone, string Icon, string Word) Of(LogLine line) => line.Level switch
    {
        LogLevel.Fatal => (Tone.Bad, "circle-x", "fatal"),
        LogLevel.Error => (Tone.Bad, "circle-alert", "error"),
        LogLevel.Warning => (Tone.Warn, "triangle-alert", "warning"),
        LogLevel.Information => Of(line.Kind),
    };

    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Information => "All levels",
        LogLevel.Warning => "Warnings and worse",
        LogLevel.Error => "Errors and worse",
        LogLevel.Fatal => "Fatal only",
    };

    private static (Tone, string, string) Of(EventKind kind) => kind switch
    {
        EventKind.Saved or EventKind.Filed => (Tone.Good, "circle-check", "delivered"),
        EventKind.Tried => (Tone.Quiet, "send", "try"),
        EventKind.LoggedIn => (Tone.Good, "user", "signed in"),
        EventKind.LoginFailed or EventKind.SaslFailed => (Tone.Warn, "ban", "sign-in failed"),
        EventKind.Rejected or EventKind.MessageRejected => (Tone.Warn, "ban", "refused"),
        EventKind.MessageDiscarded or EventKind.SieveDiscarded => (Tone.Warn, "trash-2", "discarded"),
        EventKind.SieveRejected => (Tone.Warn, "ban", "refused"),
        EventKind.SieveFailed => (Tone.Warn, "triangle-alert", "Sieve failed"),
        EventKind.SieveForwarded => (Tone.Quiet, "corner-up-right", "forwarded"),
        EventKind.SieveVacation => (Tone.Quiet, "corner-up-right", "away"),
        EventKind.Expired => (Tone.Bad, "clock", "expired"),
        EventKind.Held => (Tone.Warn, "circle-pause", "held"),
        EventKind.Released => (Tone.Quiet, "play", "released"),
        EventKind.Notified => (Tone.Warn, "corner-up-right", "bounce"),
        EventKind.RemovedByAdministrator => (Tone.Warn, "trash-2", "removed"),
        EventKind.ConnectionLost => (Tone.Quiet, "x", "lost"),
        EventKind.Warning => (Tone.Warn, "triangle-alert", "warning"),
        EventKind.TlsEstablished => (Tone.Quiet, "shield", "TLS"),
        EventKind.Opened or EventKind.MessageIdSeen or EventKind.Queued or EventKind.Requeued => (Tone.Quiet, "mail", "queue"),
        EventKind.Removed => (Tone.Quiet, "check", "done"),
        EventKind.Connected or EventKind.Disconnected or EventKind.LoggedOut => (Tone.Quiet, "link", "session"),
        EventKind.None or EventKind.Note => (Tone.Quiet, "info", "note"),
    };
}
