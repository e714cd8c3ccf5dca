using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>A line of the log about the message.</summary>
internal sealed record LogNews(string Line, EventKind Kind, string? QueueId, string Status, string Dsn, string Text, string Folder, string Relay)
{
    /// <summary>Why it was put off or sent back, in words; null when the line says no such thing.</summary>
    public Cause? Trouble => Kind is EventKind.Tried && Status is "deferred" or "bounced" ? Cause.Explain(Dsn, Text, Status == "deferred")
        : Kind is EventKind.Expired ? Cause.Explain("4.4.7", Text, false)
        : Kind is EventKind.SieveDiscarded or EventKind.SieveRejected or EventKind.MessageRejected or EventKind.MessageDiscarded
            ? new Cause(Kind is EventKind.SieveDiscarded or EventKind.SieveRejected ? "Sieve" : "Rule", $"A {(Kind is EventKind.SieveDiscarded or EventKind.SieveRejected ? "Sieve script of the recipient" : "rule of the server")} did away with it.", Who.Recipient, "Look at that script or rule.")
        : null;
}
