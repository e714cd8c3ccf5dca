using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>One line about a message: what it says, when, and where it lies.</summary>
/// <param name="Recipient">Place of the recipient it concerns; -1 when it concerns all.</param>
/// <param name="Detail">What it says besides; null when the message itself tells it.</param>
internal readonly record struct TracedEvent(EventKind Kind, DateTime Utc, bool IsUncertain, LinePlace Place, int Recipient, TryDetail? Detail);

/// <summary>What one line says of a try, or of another event with a text. Null where it says nothing.</summary>
internal sealed class TryDetail
{
    public string? Relay { get; init; }
    public string? Dsn { get; init; }
    public string? Status { get; init; }
    public string? Delays { get; init; }
    public string? Tls { get; init; }
    public string? Text { get; init; }
}
