using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Tls;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MailAdmin.Core.Probes.Imap;

/// <summary>A conversation with the IMAP port: TLS, greeting, capabilities, login of the probe account, INBOX, IDLE.</summary>
public sealed class ImapVisit : Visit
{
    /// <summary>True when the greeting came and capabilities are known.</summary>
    public bool IsGreeted { get; private set; }

    /// <summary>Mechanisms of AUTHENTICATE that are offered.</summary>
    public IReadOnlyList<string> Mechanisms { get; private set; } = [];

    /// <summary>True when the probe account was let in, false when it was refused; null when it was not tried.</summary>
    public bool? LoggedIn { get; private set; }

    /// <summary>Why the login was refused or not tried.</summary>
    public string LoginReply { get; private set; } = "";

    /// <summary>Messages in INBOX; null when it could not be opened.</summary>
    public int? InboxCount { get; private set; }

    /// <summary>True when the server offers IDLE and kept it; null when it was not tried.</summary>
    public bool? Idles { get; private set; }

    /// <summary>Holds the conversation. Never throws for what the server does.</summary>
    public static async Task<ImapVisit> MakeAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = new ImapVisit();
        var transcript = new Transcript(round.Time);
        await visit.HoldAsync(transcript, () => visit.TalkAsync(round, side, transcript, ct), ct);
        return visit;
    }

    private async Task TalkAsync(ProbeRound round, ProbeSide side, Transcript transcript, CancellationToken ct)
    {
        using var file = await round.CertificateFileAsync();
        using var client = new ImapClient(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Judge(round.Host.Name, file) };
        await using var connection = await round.Connector.ConnectAsync(round.At(side, round.Host.Ports.Imaps), round.Policy, ct);
        if (connection.ResolveTime > TimeSpan.Zero) Took("name", connection.ResolveTime.TotalMilliseconds);
        Took("connect", connection.ConnectTime.TotalMilliseconds);
        await client.ConnectAsync(connection.Stream, round.Host.Name, round.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, ct);
        var connected = transcript.FirstAt(line => line.From == '*');
        Took("tls", connected);
        Took("greeting", transcript.FirstAt(line => line.From == 'S') - connected);
        (Protocol, Cipher) = (TlsVersion.Of(client.SslProtocol), client.SslCipherSuite?.ToString() ?? "");
        (IsGreeted, Mechanisms) = (true, [.. client.AuthenticationMechanisms.Order()]);
        if (round.Login is not { } login)
        {
            LoginReply = "There is no probe account yet.";
            return;
        }
        if (!IsVerified)
        {
            LoginReply = $"The password was not sent: the certificate is not to be trusted ({Distrust}).";
            return;
        }
        var began = transcript.Now;
        try
        {
            await client.AuthenticateAsync(new SaslMechanismPlain(login.Address, login.Password.Reveal()), ct);
            LoggedIn = true;
        }
        catch (MailKit.Security.AuthenticationException e)
        {
            (LoggedIn, LoginReply) = (false, e.Message);
            return;
        }
        finally
        {
            Took("login", transcript.Now - began);
        }
        began = transcript.Now;
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, ct);
        InboxCount = client.Inbox.Count;
        Took("command", transcript.Now - began);
        await IdleAsync(client, transcript, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    // RFC 2177: the server says "+", we say DONE.
    private async Task IdleAsync(ImapClient client, Transcript transcript, CancellationToken ct)
    {
        Idles = false;
        if (!client.Capabilities.HasFlag(ImapCapabilities.Idle)) return;
        using var done = new CancellationTokenSource();
        transcript.Seen = line => { if (line.From == 'S' && line.Text.StartsWith('+')) _ = done.CancelAsync(); };
        try
        {
            await client.IdleAsync(done.Token, ct);
            Idles = true;
        }
        finally
        {
            transcript.Seen = null;
        }
    }
}
