using MailAdmin.Core.Hosts;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Tests.Walk;

/// <summary>The mail server as a person with a mail program meets it.</summary>
internal sealed class MailProgram(Host host)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task<bool> LogsInAsync(string user, string password)
    {
        try
        {
            using var client = await ImapAsync(user, password);
            await client.DisconnectAsync(true, Ct);
            return true;
        }
        catch (MailKit.Security.AuthenticationException)
        {
            return false;
        }
    }

    /// <summary>Sends by submission as this user, and gives what then arrives in the user's own inbox.</summary>
    public async Task<MimeMessage> SendAndReadAsync(string user, string password, string to, string subject)
    {
        using var reader = await ImapAsync(user, password);
        await reader.Inbox.OpenAsync(FolderAccess.ReadOnly, Ct);
        Assert.Equal(0, reader.Inbox.Count);

        using (var sender = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true })
        {
            await sender.ConnectAsync("127.0.0.1", host.Ports.Submission, SecureSocketOptions.StartTls, Ct);
            await sender.AuthenticateAsync(user, password, Ct);
            await sender.SendAsync(Message(user, to, subject), Ct);
            await sender.DisconnectAsync(true, Ct);
        }

        using var arrived = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        reader.Inbox.CountChanged += (_, _) => arrived.Cancel();
        await reader.IdleAsync(arrived.Token, Ct);
        Assert.Equal(1, reader.Inbox.Count);
        return await reader.Inbox.GetMessageAsync(0, Ct);
    }

    /// <summary>What the server answers when a stranger sends to this address: 250, or the refusal.</summary>
    public async Task<string> DeliverAsync(string to)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", host.Ports.Smtp, SecureSocketOptions.None, Ct);
        try
        {
            await client.SendAsync(Message("someone@outside.invalid", to, "From outside"), Ct);
            return "250";
        }
        catch (SmtpCommandException refused)
        {
            return $"{(int)refused.StatusCode} {refused.Message}";
        }
    }

    private async Task<ImapClient> ImapAsync(string user, string password)
    {
        var client = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        try
        {
            await client.ConnectAsync("127.0.0.1", host.Ports.Imaps, SecureSocketOptions.SslOnConnect, Ct);
            await client.AuthenticateAsync(user, password, Ct);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static MimeMessage Message(string from, string to, string subject) => new([InternetAddress.Parse(from)], [InternetAddress.Parse(to)], subject, new TextPart("plain") { Text = "Hello." });
}
