using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Causes;

/// <summary>Who can do something about it.</summary>
public enum Who
{
    /// <summary>Nobody needs to.</summary>
    Nobody,
    /// <summary>The administrator of this server.</summary>
    Us,
    /// <summary>The recipient, or who runs the recipient's server.</summary>
    Recipient,
    /// <summary>The sender, or who runs the sender's server.</summary>
    Sender,
}

/// <summary>Why a message did not arrive (or did), in plain words.</summary>
/// <param name="Name">The cause in a few words, the same for the same cause.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="WhoActs">Who has to act.</param>
/// <param name="NextStep">What they can do.</param>
public sealed record Cause(string Name, string Sentence, Who WhoActs, string NextStep)
{
    /// <summary>Explains the latest try for a recipient.</summary>
    public static Cause Of(TracedRecipient recipient) => Explain(recipient.Dsn, recipient.Text, recipient.State == RecipientState.Deferred);

    /// <summary>Explains a refusal before the queue.</summary>
    public static Cause Of(RejectedMail rejected) => Explain(rejected.Dsn ?? (rejected.Code is { } code ? $"{code / 100}.0.0" : null), rejected.Reason, rejected.Code is >= 400 and < 500);

    /// <summary>Explains a code and a text: well-known texts first, since servers use codes loosely, then the code.</summary>
    /// <param name="dsn">Enhanced status code, or null.</param>
    /// <param name="text">The reply, or null.</param>
    /// <param name="isTemporary">True when it is tried again.</param>
    public static Cause Explain(string? dsn, string? text, bool isTemporary) =>
        (text is null ? null : KnownTexts.Find(text, isTemporary)) ?? EnhancedCodes.Find(dsn) ?? (dsn is ['2', ..]
            ? new Cause("Accepted", "The server took the message.", Who.Nobody, "Nothing to do.")
            : isTemporary || dsn is ['4', ..]
                ? new Cause("Not now", "The other server put the message off without a known reason.", Who.Nobody, "Postfix tries again by itself. Read the reply if it goes on for hours.")
                : new Cause("Refused", "The message was refused for a reason that is only in the reply.", Who.Sender, "Read the reply; it is the only explanation there is."));
}
