using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>One line of a mail log as the live view shows it. All texts come from outside and may have been written by an attacker: show them as text.</summary>
/// <param name="Sequence">Counts the lines that this process followed; larger is later.</param>
/// <param name="Time">When it was written (UTC). The time it was read when the line names none.</param>
/// <param name="IsTimeUncertain">True when the log does not say the time surely (see <see cref="Stamp"/>).</param>
/// <param name="Host">The host as registered.</param>
/// <param name="Source">The log it came from: a path, or <c>journal</c>.</param>
/// <param name="Service">The service that wrote it, such as <c>submission/smtpd</c> or <c>dovecot</c>; empty when the line names none.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Reading">How far it was understood.</param>
/// <param name="QueueId">The message it is about; null when it is about none.</param>
/// <param name="User">Who signed in, or for whom Dovecot works; null when the line names nobody.</param>
/// <param name="Raw">The whole line, bytes that are no UTF-8 as U+FFFD, cut after 64 KiB.</param>
/// <param name="TextStart">Where in <paramref name="Raw"/> the text behind time, host and program begins.</param>
public sealed record LogLine(long Sequence, DateTimeOffset Time, bool IsTimeUncertain, string Host, string Source, string Service, LogLevel Level, EventKind Kind, Reading Reading, string? QueueId, string? User, string Raw, int TextStart)
{
    /// <summary>The text behind time, host and program.</summary>
    public string Text => Raw[TextStart..];
}
