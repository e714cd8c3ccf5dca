using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Probes.Connecting;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Mail through another relay: news about a mail server must not travel through it.</summary>
internal sealed class MailChannel(AlertSettings settings, IConnector connector, TimeProvider time) : IAlertChannel
{
    private static readonly OutboundPolicy Policy = OutboundPolicy.Public with { Limits = new OutboundLimits { Connect = TimeSpan.FromSeconds(10), Lifetime = TimeSpan.FromSeconds(60), Bytes = 1 << 20 } };

    /// <summary>Authorities that are trusted besides the system's; null: none.</summary>
    public X509Certificate2Collection? Roots { get; set; }

    public string Name => "mail";

    public string? Target => settings.Now.MailTo.Count == 0 ? null : $"{string.Join(", ", settings.Now.MailTo)} by {settings.Now.MailRelay}";

    public async Task<string?> TellAsync(IReadOnlyList<AlertNews> news, CancellationToken ct)
    {
        var now = settings.Now;
        using var message = new MimeMessage { Subject = AlertText.Title(news), Date = time.GetUtcNow(), Body = new TextPart("plain") { Text = AlertText.Body(news, now.PortalUrl) } };
        message.From.Add(new MailboxAddress("MailAdmin", now.MailFrom));
        foreach (var to in now.MailTo) message.To.Add(new MailboxAddress("", to));
        // RFC 3834: no answer by a machine, please.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        try
        {
            using var client = new SmtpClient();
            if (Roots is { } roots) client.ServerCertificateValidationCallback = (_, shown, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0 && shown is X509Certificate2 certificate && IsUnder(certificate, roots);
            await using var connection = await connector.ConnectAsync(new Endpoint(now.MailRelay, null, now.MailPort), Policy, ct);
            await client.ConnectAsync(connection.Stream, now.MailRelay, now.MailPort, now.MailPort == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, ct);
            if (now.MailUser.Length > 0) await client.AuthenticateAsync(now.MailUser, now.MailPassword, ct);
            await client.SendAsync(message, ct);
            await client.DisconnectAsync(quit: true, ct);
            return null;
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e) || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return $"{now.MailRelay} did not take the mail: {e.Message}";
        }
    }

    private static bool IsUnder(X509Certificate2 certificate, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        return chain.Build(certificate);
    }
}
