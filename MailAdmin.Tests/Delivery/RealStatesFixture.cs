using System.Net.Sockets;
using System.Text;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Tests.Delivery;

/// <summary>Two real hosts, and one message for each thing that can become of it, all sent at once; both logs followed into one store.</summary>
public sealed class RealStatesFixture : IAsyncLifetime
{
    public const string Here = MailLabFixture.Domain, There = "elsewhere.test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly (string User, string Script)[] Scripts =
    [
        ("filed", "require \"fileinto\"; fileinto \"Junk\";"),
        ("discarded", "discard;"),
        ("redirected", $"redirect \"plain@{Here}\";"),
        ("away", "require \"vacation\"; vacation \"I am away\";"),
        ("unwilling", "require \"reject\"; reject \"No, thank you\";"),
    ];

    private readonly MailLabFixture _here = new(), _there = new() { Served = There };

    internal StoredLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _here.InitializeAsync();
        await _there.InitializeAsync();
        await SetUpAsync();
        Log = new StoredLog(_here.Host.LogSources[0], null, (_there.Host.Name, _there.Host.LogSources[0]));
        await Task.WhenAll(SendAsync(), SendOutAsync(), RefusedAsync(), HangUpAsync());
        await ActAsync();
        await Log.ReadAsync(complete: true);   // the log is at its end
    }

    /// <summary>A line's bytes as they lie in the log of the first host.</summary>
    public async Task<string> RawAsync(LinePlace place)
    {
        await using var log = File.OpenRead(_here.Host.LogSources[0]);
        log.Position = place.Offset;
        var bytes = new byte[place.Length];
        await log.ReadExactlyAsync(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The one entry that fits, as soon as the logs say it.</summary>
    public async Task<TraceDetail> FindAsync(TraceQuery query, Func<TraceDetail, bool> test)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var logs = new Growth(_here.Host.LogSources[0], _there.Host.LogSources[0]);
        while (true)
        {
            await Log.ReadAsync();
            var rows = (await Log.Store.SearchAsync(query, CancellationToken.None)).Rows;
            foreach (var row in rows)
                if ((await Log.Store.GetAsync(row.Id, CancellationToken.None))! is var detail && test(detail)) return detail;
            if (limit.IsCancellationRequested) throw new TimeoutException($"Nothing of the kind for {query}; there is:\n{string.Join("\n", rows)}\n{_here.Log()}\n{_there.Log()}");
            await logs.NextAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<TraceDetail> FindAsync(string to, RecipientState state) =>
        FindAsync(new TraceQuery { To = to, Kinds = [TraceKind.Message] }, detail => detail.Message!.Recipients.Any(recipient => (recipient.To == to || recipient.OriginalTo == to) && recipient.State == state));

    public async ValueTask DisposeAsync()
    {
        if (Log is not null) await Log.DisposeAsync();
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    private async Task SetUpAsync()
    {
        await LabAccounts.WriteAsync(_here.Reach, _here.Host, Here, [("plain", "secret", ""), .. Scripts.Select(script => (script.User, "secret", ""))]);
        await LabAccounts.WriteAsync(_there.Reach, _there.Host, There, ("bob", "secret", ""));
        foreach (var (user, script) in Scripts)
        {
            var home = $"{_here.Host.MailRoot}/{Here}/{user}";
            foreach (var folder in (string[])[$"{_here.Host.MailRoot}/{Here}", home]) await _here.Reach.EnsureDirectoryAsync(folder, (UnixFileMode)0x1C0, _here.Host.MailUser, _here.Host.MailUser, default);
            await _here.Reach.WriteAsync([new HostFileWrite($"{home}/.dovecot.sieve", Encoding.UTF8.GetBytes(script + "\n"), (UnixFileMode)0x180, _here.Host.MailUser, _here.Host.MailUser)], default);
        }
        // What Sieve sends goes to this Postfix, not to the machine's own.
        await File.WriteAllTextAsync($"{Path.GetDirectoryName(_here.Host.DovecotConfiguration)}/conf.d/zz-sieve.conf", $"submission_host = 127.0.0.1:{_here.Host.Ports.Smtp}\n");
        await File.WriteAllTextAsync($"{_here.Host.PostfixDirectory}/header_checks", "/^Subject: to be held/ HOLD looked at by hand\n/^Subject: to be refused/ REJECT No such offers\n/^Subject: to be thrown away/ DISCARD\n");
        await _here.RunAsync("postconf", "-c", _here.Host.PostfixDirectory, "-e",
            $"transport_maps=inline:{{ {{{There} = smtp:[127.0.0.1]:{_there.Host.Ports.Smtp}}}, {{nowhere.test = smtp:[127.0.0.1]:1}} }}",
            $"header_checks=regexp:{_here.Host.PostfixDirectory}/header_checks", "smtp_tls_security_level=may", "smtp_host_lookup=native");
        await _here.RunAsync("postfix", "-c", _here.Host.PostfixDirectory, "reload");
        await _here.RunAsync("doveadm", "-c", _here.Host.DovecotConfiguration, "reload");
    }

    private async Task SendAsync()
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", _here.Host.Ports.Smtp, SecureSocketOptions.None);
        foreach (var name in (string[])["plain", .. Scripts.Select(script => script.User)]) await client.SendAsync(Message($"plain@{Here}", $"{name}@{Here}", "hello"));
        await client.SendAsync(Message("warden@rules.test", $"plain@{Here}", "to be held"));
        await client.SendAsync(Message("thrower@rules.test", $"plain@{Here}", "to be thrown away"));
        await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("seller@rules.test", $"plain@{Here}", "to be refused")));
    }

    private async Task SendOutAsync()
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", _here.Host.Ports.Submission, SecureSocketOptions.StartTls);
        await client.AuthenticateAsync($"plain@{Here}", "secret");
        foreach (var to in (string[])[$"bob@{There}", $"nobody@{There}", "later@nowhere.test", "held@nowhere.test", "gone@nowhere.test", "old@nowhere.test", "forced@nowhere.test"])
            await client.SendAsync(Message($"plain@{Here}", to, "hello"));
        await client.DisconnectAsync(true);
    }

    private async Task RefusedAsync()
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", _here.Host.Ports.Smtp, SecureSocketOptions.None);
        await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("eve@strangers.test", $"nobody@{Here}", "hello")));
    }

    // In the middle of the message the line goes dead: the log names the queue id, and nothing more.
    private async Task HangUpAsync()
    {
        using var client = new TcpClient("127.0.0.1", _here.Host.Ports.Smtp);
        await using var stream = client.GetStream();
        var buffer = new byte[4096];
        foreach (var line in (string[])["EHLO lost.test", "MAIL FROM:<mallory@lost.test>", $"RCPT TO:<plain@{Here}>", "DATA", "Subject: half"])
        {
            await stream.ReadAtLeastAsync(buffer, 1);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        }
    }

    // What an administrator and the passing of time do to messages that wait.
    private async Task ActAsync()
    {
        string[] waiting = ["later", "held", "gone", "old", "forced"];
        var ids = new Dictionary<string, string>();
        foreach (var name in waiting) ids[name] = (await FindAsync($"{name}@nowhere.test", RecipientState.Deferred)).Message!.QueueId;
        var postfix = _here.Host.PostfixDirectory;
        await _here.RunAsync("postqueue", "-c", postfix, "-i", ids["later"]);
        await FindAsync(new TraceQuery { To = "later@nowhere.test" }, detail => detail.Message!.Recipients[0].Tries >= 2);
        await _here.RunAsync("postsuper", "-c", postfix, "-h", ids["held"]);
        await _here.RunAsync("postsuper", "-c", postfix, "-d", ids["gone"]);
        await _here.RunAsync("postsuper", "-c", postfix, "-e", ids["forced"]);
        await _here.RunAsync("postqueue", "-c", postfix, "-i", ids["forced"]);
        await FindAsync("forced@nowhere.test", RecipientState.Expired);
        await _here.RunAsync("postconf", "-c", postfix, "-e", "maximal_queue_lifetime=1s");
        await _here.RunAsync("postfix", "-c", postfix, "reload");
        await _here.RunAsync("postqueue", "-c", postfix, "-i", ids["old"]);
        foreach (var name in (string[])["old", "forced"])
            await FindAsync(new TraceQuery { To = $"{name}@nowhere.test", State = RecipientState.Expired }, detail => detail.Related.Any(related => related is { Relation: TraceRelation.Notification, Hit.State: RecipientState.Delivered }));
        await FindAsync("gone@nowhere.test", RecipientState.RemovedByAdministrator);
        foreach (var (name, state) in ((string, RecipientState)[])[("filed", RecipientState.Filed), ("discarded", RecipientState.Discarded), ("redirected", RecipientState.Forwarded), ("away", RecipientState.Delivered), ("unwilling", RecipientState.Rejected)])
            await FindAsync($"{name}@{Here}", state);
        await FindAsync($"bob@{There}", RecipientState.Delivered);   // of the other host
        await FindAsync($"nobody@{There}", RecipientState.Bounced);
    }

    private static MimeMessage Message(string from, string to, string subject)
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = "Hello" } };
        message.From.Add(new MailboxAddress("", from));
        message.To.Add(new MailboxAddress("", to));
        return message;
    }
}
