using MailAdmin.Core.Probes.Connecting;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Mail through another relay: news about a mail server must not travel through it.</summary>
internal sealed class MailChannel(IOptions<AlertOptions> options, IConnector connector, TimeProvider time) : IAlertChannel
{
    private static readonly OutboundPolicy Policy = OutboundPolicy.Public with { Limits = new OutboundLimits { Connect = TimeSpan.FromSeconds(10), Lifetime = TimeSpan.FromSeconds(60), Bytes = 1 << 20 } };

    public string Name => "mail";

    public string? Target => options.Value.MailTo.Count == 0 ? null : $"{string.Join(", ", options.Value.MailTo)} by {options.Value.MailRelay}";

    public async Task<string?> TellAsync(IReadOnlyList<AlertNews> news, CancellationToken ct)
    {
        var settings = options.Value;
        using var message = new MimeMessage { Subject = AlertText.Title(news), Date = time.GetUtcNow(), Body = new TextPart("plain") { Text = AlertText.Body(news, settings.PortalUrl) } };
        message.From.Add(new MailboxAddress("MailAdmin", settings.MailFrom));
        foreach (var to in settings.MailTo) message.To.Add(new MailboxAddress("", to));
        // RFC 3834: no answer by a machine, please.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        try
        {
            using var client = new SmtpClient();
            await using var connection = await connector.ConnectAsync(new Endpoint(settings.MailRelay, null, settings.MailPort), Policy, ct);
            await client.ConnectAsync(connection.Stream, settings.MailRelay, settings.MailPort, settings.MailPort == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, ct);
            if (settings.MailUser.Length > 0) await client.AuthenticateAsync(settings.MailUser, settings.MailPassword, ct);
            await client.SendAsync(message, ct);
            await client.DisconnectAsync(quit: true, ct);
            return null;
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e) || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return $"{settings.MailRelay} did not take the mail: {e.Message}";
        }
    }
}
