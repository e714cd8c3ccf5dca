using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Tls;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A conversation with an SMTP port: greeting, EHLO, TLS, EHLO; then on 25 what a stranger might try, on the submission ports a login and a foreign sender.</summary>
public sealed class SmtpVisit : Visit
{
    /// <summary>The first line of the greeting; empty when there was none.</summary>
    public string Greeting { get; private set; } = "";

    /// <summary>What EHLO offered before TLS, such as <c>STARTTLS</c>, <c>AUTH PLAIN LOGIN</c>.</summary>
    public IReadOnlyList<string> PlainOffers { get; private set; } = [];

    /// <summary>True when the connection is inside TLS.</summary>
    public bool IsSecure { get; private set; }

    /// <summary>Mechanisms of AUTH that are offered now, inside TLS where there is one.</summary>
    public IReadOnlyList<string> Mechanisms { get; private set; } = [];

    /// <summary>True when the probe account was let in, false when it was refused; null when it was not tried.</summary>
    public bool? LoggedIn { get; private set; }

    /// <summary>Why the login was refused or not tried.</summary>
    public string LoginReply { get; private set; } = "";

    /// <summary>The answer to carrying mail for strangers; null when not asked.</summary>
    public SmtpReply? Relay { get; private set; }

    /// <summary>The answer to VRFY; null when not asked.</summary>
    public SmtpReply? Verify { get; private set; }

    /// <summary>The answer to sending under a foreign address while signed in; null when not asked.</summary>
    public SmtpReply? ForeignSender { get; private set; }

    /// <summary>Holds the conversation. Never throws for what the server does.</summary>
    public static async Task<SmtpVisit> MakeAsync(ProbeRound round, SmtpPort port, ProbeSide side, CancellationToken ct)
    {
        var visit = new SmtpVisit();
        var transcript = new Transcript(round.Time);
        await visit.HoldAsync(transcript, () => visit.TalkAsync(round, port, side, transcript, ct), ct);
        visit.ReadGreeting();
        return visit;
    }

    private async Task TalkAsync(ProbeRound round, SmtpPort port, ProbeSide side, Transcript transcript, CancellationToken ct)
    {
        using var file = await round.CertificateFileAsync();
        using var client = new SmtpTalk(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Judge(round.Host.Name, file), LocalDomain = OwnMail.Domain };
        await using var connection = await round.Connector.ConnectAsync(round.At(side, port.On(round.Host)), round.Policy, ct);
        if (connection.ResolveTime > TimeSpan.Zero) Took("name", connection.ResolveTime.TotalMilliseconds);
        Took("connect", connection.ConnectTime.TotalMilliseconds);
        try
        {
            await ConnectAsync(client, connection, round, port, transcript, ct);
        }
        finally
        {
            ReadTimes(transcript, port);
            Transcript = transcript.Lines;
            ReadOffers();
        }
        if (port == SmtpPort.Smtp) await AsStrangerAsync(client, round, ct);
        else await AsUserAsync(client, round, port, transcript, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    private async Task ConnectAsync(SmtpTalk client, Connection connection, ProbeRound round, SmtpPort port, Transcript transcript, CancellationToken ct)
    {
        await client.ConnectAsync(connection.Stream, round.Host.Name, port.On(round.Host), port.Security, ct);
        IsSecure = client.IsSecure;
        if (IsSecure) (Protocol, Cipher) = (TlsVersion.Of(client.SslProtocol), client.SslCipherSuite?.ToString() ?? "");
        Mechanisms = [.. client.AuthenticationMechanisms.Order()];
    }

    // RFC 5321 3.6.2, 3.5.3.
    private async Task AsStrangerAsync(SmtpTalk client, ProbeRound round, CancellationToken ct)
    {
        if (round.Wants(VrfyProbe.Name)) Verify = SmtpReply.Of(await client.SayAsync("VRFY postmaster", ct));
        if (!round.Wants(RelayProbe.Name)) return;
        var from = SmtpReply.Of(await client.SayAsync($"MAIL FROM:<stranger@{OwnMail.Domain}>", ct));
        Relay = from.Code is >= 200 and < 300 ? SmtpReply.Of(await client.SayAsync($"RCPT TO:<stranger@relay.{OwnMail.Domain}>", ct)) : from;
        await client.SayAsync("RSET", ct);
    }

    private async Task AsUserAsync(SmtpTalk client, ProbeRound round, SmtpPort port, Transcript transcript, CancellationToken ct)
    {
        if (round.Login is not { } login)
        {
            LoginReply = "There is no probe account yet.";
            return;
        }
        if (!IsSecure || !IsVerified)
        {
            LoginReply = IsSecure ? $"The password was not sent: the certificate is not to be trusted ({Distrust})." : "The password was not sent: there is no TLS.";
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
        if (!round.Wants(ForeignSenderProbe.NameOf(port))) return;
        began = transcript.Now;
        var at = login.Address.IndexOf('@', StringComparison.Ordinal);
        var from = SmtpReply.Of(await client.SayAsync($"MAIL FROM:<{OwnMail.NotOwned}{login.Address[..at]}{login.Address[at..]}>", ct));
        ForeignSender = from.Code is >= 200 and < 300 ? SmtpReply.Of(await client.SayAsync($"RCPT TO:<{login.Address}>", ct)) : from;
        Took("command", transcript.Now - began);
        await client.SayAsync("RSET", ct);
    }

    // MailKit does greeting, EHLO, STARTTLS and EHLO in one; the times of the lines tell them apart.
    private void ReadTimes(Transcript transcript, SmtpPort port)
    {
        var connected = transcript.FirstAt(line => line.From == '*');
        var greeted = transcript.FirstAt(line => line.From == 'S');
        if (port == SmtpPort.Submissions) Took("tls", connected);
        Took("greeting", greeted - (port == SmtpPort.Submissions ? connected : 0));
        var asked = transcript.FirstAt(line => line is { From: 'C', Text: "STARTTLS" });
        if (asked is null) return;
        var ready = transcript.FirstAt(line => line.From == 'S' && line.Milliseconds >= asked);
        Took("tls", transcript.FirstAt(line => line.From == 'C' && line.Milliseconds > asked && line.Milliseconds >= ready) - ready);
    }

    private void ReadGreeting() => Greeting = Transcript.FirstOrDefault(line => line.From == 'S')?.Text ?? "";

    // Only a whole answer counts: its last line has a space behind the code.
    private void ReadOffers()
    {
        var answer = Transcript.SkipWhile(line => line.From != 'C').Skip(1).TakeWhile(line => line.From != 'C').Where(line => line.From == 'S' && line.Text.StartsWith("250", StringComparison.Ordinal)).ToList();
        if (answer.Exists(line => line.Text.Length > 3 && line.Text[3] == ' ')) PlainOffers = [.. answer.Where(line => line.Text.Length > 4).Skip(1).Select(line => line.Text[4..].Trim())];
    }
}

/// <summary>A server's reply.</summary>
/// <param name="Code">Of three digits.</param>
/// <param name="Text">What it said.</param>
public readonly record struct SmtpReply(int Code, string Text)
{
    internal static SmtpReply Of(SmtpResponse response) => new((int)response.StatusCode, response.Response);

    /// <inheritdoc />
    public override string ToString() => $"{Code} {Text}";
}
