namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Mail that was refused before it had a place in the queue. Texts are null when the log does not say.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Host">The host's name as logged; empty when the log has none.</param>
/// <param name="Service">The service that refused it, such as <c>smtpd</c> or <c>postscreen</c>.</param>
/// <param name="Client">The client as <c>name[address]</c>.</param>
/// <param name="From">The envelope sender, if one was given yet.</param>
/// <param name="To">The recipient, if one was given yet.</param>
/// <param name="Helo">The client's name for itself.</param>
/// <param name="Code">SMTP reply code.</param>
/// <param name="Dsn">Enhanced status code (RFC 3463).</param>
/// <param name="Reason">The text of the reply.</param>
public sealed record RejectedMail(DateTime Time, string Host, string Service, string? Client, string? From, string? To, string? Helo, int? Code, string? Dsn, string? Reason)
{
    internal Store.LinePlace Place { get; init; }
}
