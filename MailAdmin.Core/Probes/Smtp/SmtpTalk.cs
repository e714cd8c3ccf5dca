using MailKit.Net.Smtp;

namespace MailAdmin.Core.Probes.Smtp;

/// <summary>MailKit's client, with the freedom to say single commands.</summary>
internal sealed class SmtpTalk(MailKit.IProtocolLogger log) : SmtpClient(log)
{
    /// <summary>Says one command and returns the reply, whatever its code.</summary>
    public Task<SmtpResponse> SayAsync(string command, CancellationToken ct) => SendCommandAsync(command, ct);
}
