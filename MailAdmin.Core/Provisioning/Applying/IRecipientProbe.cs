using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Asks a mail server from outside whether it takes mail for an address.</summary>
public interface IRecipientProbe
{
    /// <summary>The reply to RCPT; the message is never sent.</summary>
    /// <exception cref="HostUnreachableException">There was no SMTP conversation.</exception>
    Task<RecipientReply> AskAsync(Host host, string address, CancellationToken ct);
}

/// <summary>A server's reply to RCPT.</summary>
/// <param name="Code">Of three digits.</param>
/// <param name="Text">The whole last line.</param>
public readonly record struct RecipientReply(int Code, string Text)
{
    /// <summary>The server takes the mail.</summary>
    public bool Accepts => Code is >= 200 and < 300;

    /// <summary>The server refuses it for good.</summary>
    public bool Refuses => Code >= 500;
}
