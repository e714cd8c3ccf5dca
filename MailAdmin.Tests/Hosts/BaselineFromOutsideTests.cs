using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Search;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>The promises of the baseline, judged from outside on a real Postfix and Dovecot.</summary>
[Collection(MailLabCollection.Name)]
public sealed class BaselineFromOutsideTests(MailLabFixture lab) : IAsyncLifetime
{
    private const string Password = "correct horse battery staple";
    private const string Domain = "outside.test";

    private HostPorts Ports => lab.Status.Ports;

    public async ValueTask InitializeAsync() =>
        await LabAccounts.WriteAsync(lab.Reach, lab.Host, Domain, ("alice", Password, ""), ("bob", Password, ""), ("small", Password, "userdb_quota_rule=*:bytes=20480"), ("full", Password, "userdb_quota_rule=*:bytes=4096"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Start_NewFolder_SaysWhatItIs()
    {
        Assert.True(lab.Status.Running);
        Assert.Equal("mail.example.test", lab.Status.Hostname);
        Assert.Equal($"{lab.Directory}/managed/dovecot/passwd", lab.Status.Paths.Passwd);
        Assert.Null(lab.Status.Note);
    }

    [Theory]
    [InlineData(SecureSocketOptions.StartTls)]
    [InlineData(SecureSocketOptions.SslOnConnect)]
    public async Task Submission_LoggedIn_ArrivesByImap(SecureSocketOptions security)
    {
        var subject = await SendAsync(security, "alice", $"alice@{Domain}", $"bob@{Domain}");
        Assert.Equal($"alice@{Domain}", (await ReceiveAsync("bob", subject)).Envelope!.From.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task Imap_NameInUpperCase_LogsIn()
    {
        using var client = await ImapAsync("ALICE@Outside.Test");
        Assert.True(client.IsAuthenticated);
    }

    [Fact]
    public async Task Imap_WrongPasswordUnknownUserOrDomain_AreAllRefused()
    {
        foreach (var user in (string[])[$"alice@{Domain}", $"nobody@{Domain}", "alice@nowhere.test", "alice", "alice@..", "alice@../passwd", ""])
        {
            using var client = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
            await client.ConnectAsync("127.0.0.1", Ports.Imaps, SecureSocketOptions.SslOnConnect, TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<Exception>(() => client.AuthenticateAsync(user, "wrong", TestContext.Current.CancellationToken));
            Assert.False(client.IsAuthenticated, user);
        }
    }

    [Fact]
    public async Task Port25_OffersNoAuth_EvenInsideTls()
    {
        foreach (var security in (SecureSocketOptions[])[SecureSocketOptions.None, SecureSocketOptions.StartTls])
        {
            using var client = await SmtpAsync(Ports.Smtp, security);
            Assert.False(client.Capabilities.HasFlag(SmtpCapabilities.Authentication));
        }
        Assert.StartsWith("503 5.5.1", await RawAsync(Ports.Smtp, "EHLO client.test", "AUTH PLAIN AGFsaWNlAHg="));
    }

    [Fact]
    public async Task Submission_BeforeStartTls_RefusesAuthAndMail()
    {
        using var client = await SmtpAsync(Ports.Submission, SecureSocketOptions.None);
        Assert.False(client.Capabilities.HasFlag(SmtpCapabilities.Authentication));
        Assert.StartsWith("530 5.7.0", await RawAsync(Ports.Submission, "EHLO client.test", "AUTH PLAIN AGFsaWNlAHg="));
        Assert.StartsWith("530 5.7.0", await RawAsync(Ports.Submission, "EHLO client.test", $"MAIL FROM:<alice@{Domain}>"));
    }

    [Fact]
    public async Task Port25_ForeignRecipientFromLoopback_IsNotRelayed()
    {
        Assert.StartsWith("554 5.7.1", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<someone@elsewhere.test>", "RCPT TO:<victim@elsewhere.test>"));
        Assert.StartsWith("554 5.7.1", await RawAsync(Ports.Smtp, "EHLO client.test", $"MAIL FROM:<alice@{Domain}>", "RCPT TO:<victim@elsewhere.test>"));
        Assert.StartsWith("554 5.7.1", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<\"victim@elsewhere.test\"@{lab.Status.Hostname}>"));
        Assert.StartsWith("5", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<victim%elsewhere.test@{Domain}>"));
    }

    [Fact]
    public async Task Submission_NotLoggedIn_MaySendNothing()
    {
        using var client = await SmtpAsync(Ports.Submissions, SecureSocketOptions.SslOnConnect);
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message($"alice@{Domain}", $"bob@{Domain}", "x"), TestContext.Current.CancellationToken));
        Assert.Equal(SmtpErrorCode.RecipientNotAccepted, refused.ErrorCode);
    }

    [Fact]
    public async Task Submission_AnothersAddress_IsRefused()
    {
        foreach (var sender in (string[])[$"bob@{Domain}", "ceo@elsewhere.test"])
        {
            var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(SecureSocketOptions.StartTls, "alice", sender, $"bob@{Domain}"));
            Assert.Contains("5.7.1", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Recipient_WithDelimiter_IsDelivered()
    {
        var subject = await SendAsync(SecureSocketOptions.StartTls, "alice", $"alice@{Domain}", $"bob+lists@{Domain}");
        Assert.NotNull(await ReceiveAsync("bob", subject));
    }

    [Fact]
    public async Task Recipient_Unknown_IsRefusedAtOnce()
    {
        Assert.StartsWith("550 5.1.1", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<nobody@{Domain}>"));
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(SecureSocketOptions.StartTls, "alice", $"alice@{Domain}", $"nobody@{Domain}"));
        Assert.Equal(SmtpErrorCode.RecipientNotAccepted, refused.ErrorCode);
    }

    [Fact]
    public async Task Recipient_ListedInRecipientAccess_IsRefusedWithItsReason()
    {
        await LabAccounts.MapAsync(lab.Reach, lab.Host, "recipient_access", $"bob@{Domain} REJECT 5.2.1 This mailbox is suspended\n");
        try
        {
            Assert.StartsWith("554 5.2.1", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<bob@{Domain}>"));
            Assert.StartsWith("554 5.2.1", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<bob+x@{Domain}>"));
        }
        finally
        {
            await LabAccounts.MapAsync(lab.Reach, lab.Host, "recipient_access", "");
        }
    }

    [Fact]
    public async Task Quota_Exceeded_IsRefusedAtRcpt()
    {
        Assert.StartsWith("552 5.2.2", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<> SIZE=30000", $"RCPT TO:<small@{Domain}>"));
        Assert.StartsWith("250", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<> SIZE=1000", $"RCPT TO:<small@{Domain}>"));
        using var client = await ImapAsync($"small@{Domain}");
        var quota = await client.Inbox.GetQuotaAsync(TestContext.Current.CancellationToken);
        Assert.Equal(20u, quota.StorageLimit);
    }

    [Fact]
    public async Task Quota_MailboxThatGotFull_RefusesTheNextMessage()
    {
        string[] rcpt = ["EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<full@{Domain}>"];
        var text = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 50));
        using var client = await ImapAsync($"full@{Domain}");
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        while (client.Inbox.Count == 0)
        {
            Assert.StartsWith("250", await RawAsync(Ports.Smtp, [.. rcpt, "DATA", $"Subject: x\r\n\r\n{text}."]));
            using var arrived = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            client.Inbox.CountChanged += (_, _) => arrived.Cancel();
            arrived.CancelAfter(TimeSpan.FromSeconds(20));
            await client.IdleAsync(arrived.Token, TestContext.Current.CancellationToken);
        }
        Assert.StartsWith("552 5.2.2", await RawAsync(Ports.Smtp, ["EHLO client.test", "MAIL FROM:<> SIZE=600", $"RCPT TO:<full@{Domain}>"]));
    }

    [Fact]
    public async Task Data_BareLineFeeds_SmuggleNoSecondMessage()
    {
        // What follows the bare "LF . LF" must be text of the one message, not commands (CVE-2023-51764).
        var answers = await AnswersAsync(Ports.Smtp, ["EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<bob@{Domain}>", "DATA"],
            $"Subject: x\r\n\r\nfirst\n.\nMAIL FROM:<forged@{Domain}>\r\nRCPT TO:<bob@{Domain}>\r\n.\r\nQUIT\r\n");
        Assert.Equal(2, answers.Count);
        Assert.StartsWith("221", answers[1]);
    }

    [Theory]
    [InlineData("o'brien")]
    [InlineData("r&d")]
    [InlineData("a=b")]
    [InlineData("list")]
    public async Task Quota_AliasThatIsNoMailbox_IsNoObstacle(string alias)
    {
        await LabAccounts.MapAsync(lab.Reach, lab.Host, "virtual_alias_maps", $"{alias}@{Domain} bob@{Domain}\n");
        Assert.StartsWith("250", await RawAsync(Ports.Smtp, "EHLO client.test", "MAIL FROM:<>", $"RCPT TO:<{alias}@{Domain}>"));
    }

    [Theory]
    [InlineData(143)]
    [InlineData(110)]
    [InlineData(995)]
    public async Task Port_OfClearTextOrPop3_IsClosed(int port)
    {
        // The private host has other ports for the rest, but would have these at their usual place.
        using var socket = new TcpClient();
        var refused = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Tls_OlderThan12_IsRefusedEverywhere()
    {
        foreach (var (port, hello) in ((int, string[])[])[(Ports.Imaps, []), (Ports.Submissions, []), (Ports.Submission, ["EHLO client.test", "STARTTLS"]), (Ports.Smtp, ["EHLO client.test", "STARTTLS"])])
        {
#pragma warning disable SYSLIB0039 // The point is that these are refused.
            await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(port, hello, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039
            Assert.Equal(SslProtocols.Tls12, await HandshakeAsync(port, hello, SslProtocols.Tls12));
            Assert.Equal(SslProtocols.Tls13, await HandshakeAsync(port, hello, SslProtocols.Tls13));
        }
    }

    private async Task<string> SendAsync(SecureSocketOptions security, string user, string from, string to)
    {
        using var client = await SmtpAsync(security == SecureSocketOptions.StartTls ? Ports.Submission : Ports.Submissions, security);
        await client.AuthenticateAsync($"{user}@{Domain}", Password, TestContext.Current.CancellationToken);
        var subject = Guid.NewGuid().ToString("N");
        await client.SendAsync(Message(from, to, subject), TestContext.Current.CancellationToken);
        return subject;
    }

    private async Task<IMessageSummary> ReceiveAsync(string user, string subject)
    {
        using var client = await ImapAsync($"{user}@{Domain}");
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var found = await client.Inbox.SearchAsync(SearchQuery.SubjectContains(subject), patience.Token);
            if (found.Count == 1) return (await client.Inbox.FetchAsync(found, MessageSummaryItems.Envelope, patience.Token)).Single();
            Assert.Empty(found);
            using var arrived = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            arrived.CancelAfter(TimeSpan.FromSeconds(1));
            await client.IdleAsync(arrived.Token, patience.Token);
        }
    }

    private async Task<SmtpClient> SmtpAsync(int port, SecureSocketOptions security)
    {
        var client = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", port, security, TestContext.Current.CancellationToken);
        return client;
    }

    private async Task<ImapClient> ImapAsync(string user)
    {
        var client = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", Ports.Imaps, SecureSocketOptions.SslOnConnect, TestContext.Current.CancellationToken);
        await client.AuthenticateAsync(user, Password, TestContext.Current.CancellationToken);
        return client;
    }

    private static MimeMessage Message(string from, string to, string subject) =>
        new([InternetAddress.Parse(from)], [InternetAddress.Parse(to)], subject, new TextPart("plain") { Text = "Hello." });

    // Sends each line after the answer to the one before; returns the last answer's first line.
    private static async Task<string> RawAsync(int port, params string[] lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var answer = await AnswerAsync(reader);
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(line);
            answer = await AnswerAsync(reader);
        }
        return answer;
    }

    // After the lines, sends a text as it is and returns every answer to it until the server hangs up.
    private static async Task<List<string>> AnswersAsync(int port, string[] lines, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await AnswerAsync(reader);
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(line);
            await AnswerAsync(reader);
        }
        await writer.WriteAsync(text);
        var answers = new List<string>();
        while (await AnswerAsync(reader) is var answer and not "(closed)") answers.Add(answer);
        return answers;
    }

    private static async Task<string> AnswerAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Length < 4 || line[3] != '-') return line;
        return "(closed)";
    }

    private static async Task<SslProtocols> HandshakeAsync(int port, string[] hello, SslProtocols protocol)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        if (hello.Length > 0)
        {
            using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
            await using var writer = new StreamWriter(client.GetStream(), leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
            await AnswerAsync(reader);
            foreach (var line in hello)
            {
                await writer.WriteLineAsync(line);
                await AnswerAsync(reader);
            }
        }
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example.test", EnabledSslProtocols = protocol,
            // The library's own floor must not be what refuses.
            CipherSuitesPolicy = null,
        }, TestContext.Current.CancellationToken);
        return tls.SslProtocol;
    }
}
