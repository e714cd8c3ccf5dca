using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Looks at a host from outside: does it do what the baseline promises?</summary>
/// <remarks>RFC 5321 (EHLO), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 9051 (IMAP greeting).</remarks>
public sealed class BaselineProbe(TimeProvider time)
{
    private static readonly TimeSpan EachTry = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks every port until all answer as they should, or the patience ends.</summary>
    /// <param name="certificate">The certificate that every port must show; null accepts any.</param>
    /// <returns>Null when all is well; else what is wrong, in one sentence.</returns>
    public async Task<string?> AskAsync(Host host, X509Certificate2? certificate, TimeSpan patience, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var wrong = await OnceAsync(host, certificate, ct);
            if (wrong is null || time.GetElapsedTime(began) >= patience) return wrong;
            await Task.Delay(Pause, time, ct);
        }
    }

    private static async Task<string?> OnceAsync(Host host, X509Certificate2? certificate, CancellationToken ct)
    {
        var ports = host.Ports;
        return await SmtpAsync(host.Address, ports.Smtp, SecureSocketOptions.None, wantsAuth: false, certificate, ct)
            ?? await SmtpAsync(host.Address, ports.Smtp, SecureSocketOptions.StartTls, wantsAuth: false, certificate, ct)
            ?? await SmtpAsync(host.Address, ports.Submission, SecureSocketOptions.None, wantsAuth: false, certificate, ct)
            ?? await SmtpAsync(host.Address, ports.Submission, SecureSocketOptions.StartTls, wantsAuth: true, certificate, ct)
            ?? await SmtpAsync(host.Address, ports.Submissions, SecureSocketOptions.SslOnConnect, wantsAuth: true, certificate, ct)
            ?? await ImapAsync(host.Address, ports.Imaps, certificate, ct);
    }

    private static async Task<string?> SmtpAsync(string address, int port, SecureSocketOptions security, bool wantsAuth, X509Certificate2? certificate, CancellationToken ct)
    {
        if (port == 0) return null;
        using var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Shows(certificate) };
        return await TryAsync($"SMTP port {port}", async limited =>
        {
            await client.ConnectAsync(address, port, security, limited);
            var offersAuth = client.Capabilities.HasFlag(SmtpCapabilities.Authentication);
            var wrong = (offersAuth, wantsAuth) switch
            {
                (true, false) => $"SMTP port {port} offers AUTH {(security == SecureSocketOptions.None ? "without TLS" : "to everybody")}.",
                (false, true) => $"SMTP port {port} does not offer AUTH inside TLS.",
                _ => null,
            };
            await client.DisconnectAsync(quit: true, limited);
            return wrong;
        }, ct);
    }

    private static async Task<string?> ImapAsync(string address, int port, X509Certificate2? certificate, CancellationToken ct)
    {
        if (port == 0) return null;
        using var client = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Shows(certificate) };
        return await TryAsync($"IMAP port {port}", async limited =>
        {
            await client.ConnectAsync(address, port, SecureSocketOptions.SslOnConnect, limited);
            var wrong = client.AuthenticationMechanisms.Contains("PLAIN") ? null : $"IMAP port {port} does not offer AUTH=PLAIN inside TLS.";
            await client.DisconnectAsync(quit: true, limited);
            return wrong;
        }, ct);
    }

    private static async Task<string?> TryAsync(string what, Func<CancellationToken, Task<string?>> ask, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(EachTry);
        try
        {
            return await ask(limited.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"{what} did not answer within {EachTry.TotalSeconds:0} s.";
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException or CommandException or System.Security.Authentication.AuthenticationException or NotSupportedException or SslHandshakeException)
        {
            return $"{what} does not answer as it should: {e.Message}";
        }
    }

    private static RemoteCertificateValidationCallback Shows(X509Certificate2? wanted) =>
        (_, shown, _, _) => wanted is null || shown is not null && shown.GetCertHashString() == wanted.GetCertHashString();
}
