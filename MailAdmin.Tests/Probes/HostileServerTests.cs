using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Imap;
using MailAdmin.Core.Probes.Smtp;
using MailAdmin.Core.Probes.Tls;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Probes;

/// <summary>Servers that mean harm, and conversations recorded from servers that are set up badly.</summary>
public sealed class HostileServerTests
{
    private const string Password = "hunter-seven-two";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ProbeRound Round(int port, IConnector? connector = null, byte[]? certificate = null)
    {
        var host = new Host { Name = "mail.example.test", Kind = HostKind.Lab, Address = "127.0.0.1", ManagedDirectory = "/m", Ports = new HostPorts { Smtp = port, Submission = port, Submissions = port, Imaps = port } };
        var files = new FakeMailHost();
        if (certificate is not null) files.With(BaselineLayout.Certificate(host), certificate);
        return new ProbeRound(host, files, connector ?? new Connector(Options.Create(new OutboundOptions()), TimeProvider.System), new ProbeLogin("mailadmin-probe@example.test", new Secret(Password)), new ProbesOptions { ConversationSeconds = 2 }, TimeProvider.System, Ct);
    }

    private static ProbeSide Side => new(IPAddress.Loopback);

    private static async Task<Finding> AskAsync(IProbe probe, Func<Stream, CancellationToken, Task> serve)
    {
        await using var server = new TinyServer(serve);
        var clock = Stopwatch.StartNew();
        var finding = await probe.RunAsync(Round(server.Port), Side, Ct);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
        return finding;
    }

    private static Task SayAsync(Stream stream, string text, CancellationToken ct) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask();

    [Fact]
    public async Task Submission_StartTlsStripped_IsCriticalAndNoPasswordIsSent()
    {
        var connector = new ReplayConnector("S: 220 mail.example.test ESMTP", "C: EHLO", "S: 250-mail.example.test", "S: 250-AUTH PLAIN LOGIN", "S: 250 SIZE 1000", "C: QUIT", "S: 221 bye");
        var round = Round(587, connector);
        var tls = await new SubmissionTlsProbe(SmtpPort.Submission).RunAsync(round, Side, Ct);
        Assert.Equal((Severity.Critical, true), (tls.Severity, tls.What.Contains("does not offer STARTTLS", StringComparison.Ordinal)));
        Assert.Equal(Severity.Critical, (await new SubmissionAuthProbe(SmtpPort.Submission).RunAsync(round, Side, Ct)).Severity);
        var login = await new SubmissionLoginProbe(SmtpPort.Submission).RunAsync(round, Side, Ct);
        Assert.Equal((Severity.Critical, true), (login.Severity, login.What.Contains("password was not sent", StringComparison.Ordinal)));
        Assert.DoesNotContain(connector.Said, line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Single(connector.Asked);
    }

    [Fact]
    public async Task Smtp_RecordedOpenRelay_IsCritical()
    {
        var connector = new ReplayConnector("S: 220 mail.example.test ESMTP", "C: EHLO", "S: 250-mail.example.test", "S: 250 PIPELINING", "C: VRFY", "S: 250 2.1.5 root <root@mail.example.test>", "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 2.1.5 Ok", "C: RSET", "S: 250 ok", "C: QUIT", "S: 221 bye");
        var round = Round(25, connector);
        Assert.Equal(Severity.Critical, (await new RelayProbe().RunAsync(round, Side, Ct)).Severity);
        Assert.Equal(Severity.Warning, (await new VrfyProbe().RunAsync(round, Side, Ct)).Severity);
        Assert.DoesNotContain("DATA", connector.Said);
    }

    [Fact]
    public async Task Smtp_RepliesInjectedAfterStartTls_AreNotBelieved()
    {
        var pem = SelfSignedCertificate.Create("mail.example.test", true, TimeProvider.System.GetUtcNow());
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem), Encoding.ASCII.GetString(pem)).Export(X509ContentType.Pfx), null);
        await using var server = new TinyServer(async (stream, ct) =>
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            await SayAsync(stream, "220 mail.example.test ESMTP\r\n", ct);
            await reader.ReadLineAsync(ct);
            await SayAsync(stream, "250-mail.example.test\r\n250 STARTTLS\r\n", ct);
            await reader.ReadLineAsync(ct);
            // In one piece: the true reply, and what should pass for the first reply inside TLS.
            await SayAsync(stream, "220 go\r\n250-mail.example.test\r\n250 AUTH PLAIN\r\n", ct);
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            using var inside = new StreamReader(tls, leaveOpen: true);
            while (await inside.ReadLineAsync(ct) is { } line) await SayAsync(tls, line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-mail.example.test\r\n250 SIZE 1000\r\n" : "250 ok\r\n", ct);
        });
        var visit = await SmtpVisit.MakeAsync(Round(server.Port, certificate: pem), SmtpPort.Submission, Side, Ct);
        Assert.DoesNotContain("PLAIN", visit.Mechanisms);
        Assert.NotEqual(true, visit.LoggedIn);
        Assert.DoesNotContain(visit.Transcript, line => line.Text.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Smtp_EndlessCapabilities_EndAsCritical() => Assert.Equal(Severity.Critical, (await AskAsync(new SmtpBannerProbe(), async (stream, ct) =>
    {
        await SayAsync(stream, "220 mail.example.test ESMTP\r\n250-mail.example.test\r\n", ct);
        while (true) await SayAsync(stream, string.Concat(Enumerable.Repeat("250-MORE\r\n", 500)), ct);
    })).Severity);

    [Fact]
    public async Task Smtp_OneByteASecond_EndsAsCritical() => Assert.Equal(Severity.Critical, (await AskAsync(new SmtpBannerProbe(), async (stream, ct) =>
    {
        foreach (var b in "220 mail.example.test ESMTP\r\n"u8.ToArray())
        {
            await stream.WriteAsync(new[] { b }, ct);
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
        }
    })).Severity);

    [Fact]
    public async Task Smtp_BannerOf100Megabytes_IsCutAndNotKept()
    {
        long sent = 0;
        var finding = await AskAsync(new SmtpBannerProbe(), async (stream, ct) =>
        {
            var piece = Encoding.ASCII.GetBytes("220-" + new string('x', 65_000));
            for (; sent < 100_000_000; sent += piece.Length) await stream.WriteAsync(piece, ct);
        });
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.True(sent < 50_000_000, $"{sent} bytes were taken.");
        Assert.True(finding.Transcript.Sum(line => line.Text.Length) < 200_000);
    }

    [Fact]
    public async Task Imap_EndlessCapabilities_EndAsCritical_InBoundedTimeAndMemory()
    {
        var pem = SelfSignedCertificate.Create("mail.example.test", true, TimeProvider.System.GetUtcNow());
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem), Encoding.ASCII.GetString(pem)).Export(X509ContentType.Pfx), null);
        long sent = 0;
        var finding = await AskAsync(new ImapGreetingProbe(), async (stream, ct) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            await SayAsync(tls, "* OK [CAPABILITY IMAP4rev1", ct);
            for (var more = string.Concat(Enumerable.Repeat(" AUTH=MORE", 1000)); ; sent += more.Length) await SayAsync(tls, more, ct);
        });
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.True(Volatile.Read(ref sent) < 20_000_000, $"{sent} bytes were taken.");
        Assert.True(finding.Transcript.Sum(line => line.Text.Length) < 200_000);
    }

    [Fact]
    public async Task Imap_OneByteASecond_EndsAsCritical() => Assert.Equal(Severity.Critical, (await AskAsync(new ImapGreetingProbe(), async (stream, ct) =>
    {
        while (true)
        {
            await stream.WriteAsync(new byte[] { 22 }, ct);
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
        }
    })).Severity);

    [Fact]
    public async Task Imap_SaysNothing_EndsAsCritical() => Assert.Equal(Severity.Critical, (await AskAsync(new ImapGreetingProbe(), (_, ct) => Task.Delay(Timeout.Infinite, ct))).Severity);

    [Fact]
    public async Task Certificate_NoTls_IsCriticalNotAnException() => Assert.Equal(Severity.Critical, (await AskAsync(new CertificateProbe("imaps"), (stream, ct) => SayAsync(stream, "* OK plain\r\n", ct))).Severity);

    [Fact]
    public async Task Imap_CertificateOfAnother_GetsNoPassword()
    {
        var pem = SelfSignedCertificate.Create("evil.example.test", true, TimeProvider.System.GetUtcNow());
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem), Encoding.ASCII.GetString(pem)).Export(X509ContentType.Pfx), null);
        var said = new List<string>();
        await using var server = new TinyServer(async (stream, ct) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            await SayAsync(tls, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n", ct);
            using var reader = new StreamReader(tls);
            while (await reader.ReadLineAsync(ct) is { } line) lock (said) said.Add(line);
        });
        // The host is configured with another certificate than the one that is served.
        var finding = await new ImapLoginProbe().RunAsync(Round(server.Port, certificate: SelfSignedCertificate.Create("mail.example.test", true, TimeProvider.System.GetUtcNow())), Side, Ct);
        Assert.Equal((Severity.Critical, true), (finding.Severity, finding.What.Contains("password was not sent", StringComparison.Ordinal)));
        lock (said) Assert.DoesNotContain(said, line => line.Contains("AUTHENTICATE", StringComparison.Ordinal) || line.Contains("LOGIN", StringComparison.Ordinal));
    }
}
