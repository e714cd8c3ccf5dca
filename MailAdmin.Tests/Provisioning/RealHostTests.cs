using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fixtures;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MailKit;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

/// <summary>What a served state means, judged by IMAP logins, SMTP sessions and delivered mail on a real Postfix and Dovecot.</summary>
[Collection(MailLabCollection.Name)]
public sealed class RealHostTests(MailLabFixture lab) : IAsyncLifetime
{
    private const string Secret = "correct horse battery";

    private ServedHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
        _host = await ServedHost.CreateAsync(await lab.Lab.HostAsync(lab.Directory, Ct), lab.Reach);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
    }

    [Fact]
    public async Task States_JudgedByLoginSubmissionAndDelivery()
    {
        await _host.LiveAsync(Domain("states.test"), Mailbox("active@states.test", Secret), Mailbox("receive@states.test", Secret, MailboxState.ReceiveOnly),
            Mailbox("suspended@states.test", Secret, MailboxState.Suspended), Mailbox("trash@states.test", Secret), TrashMailbox("trash@states.test"), Alias("@states.test", "active@states.test"));
        Assert.Equal((true, true, 250), await JudgeAsync("active@states.test"));
        Assert.Equal((false, false, 250), await JudgeAsync("receive@states.test"));
        Assert.Equal((false, false, 554), await JudgeAsync("suspended@states.test"));
        Assert.Equal((false, false, 554), await JudgeAsync("trash@states.test"));

        await _host.LiveAsync(State("active@states.test", MailboxState.Suspended), State("receive@states.test", MailboxState.Active), State("suspended@states.test", MailboxState.ReceiveOnly));
        Assert.Equal((false, false, 554), await JudgeAsync("active@states.test"));
        Assert.Equal((true, true, 250), await JudgeAsync("receive@states.test"));
        Assert.Equal((false, false, 250), await JudgeAsync("suspended@states.test"));
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task CatchAll_NeverStealsAndTakesTheRest()
    {
        await _host.LiveAsync(Domain("all.test"), Mailbox("alice@all.test", Secret), Mailbox("bob@all.test", Secret), Alias("@all.test", "bob@all.test"), Alias("sales@all.test", "alice@all.test"));
        await DeliverAsync("alice@all.test", "to alice");
        await DeliverAsync("sales@all.test", "to sales");
        await DeliverAsync("whatever@all.test", "to nobody");
        await WaitForAsync("bob@all.test", "to nobody");
        await WaitForAsync("alice@all.test", "to alice");
        await WaitForAsync("alice@all.test", "to sales");
        Assert.Equal(["to nobody"], await SubjectsAsync("bob@all.test"));
    }

    [Fact]
    public async Task AliasDomain_DeliversSendsAndKnowsNobodyElse()
    {
        await _host.LiveAsync(Domain("real.test"), Domain("second.test", aliasOf: "real.test"), Mailbox("alice@real.test", Secret), Alias("info@real.test", "alice@real.test"));
        await DeliverAsync("alice@second.test", "by the second name");
        await DeliverAsync("info@second.test", "to its alias");
        await WaitForAsync("alice@real.test", "by the second name");
        await WaitForAsync("alice@real.test", "to its alias");
        Assert.Equal(550, await ReplyAsync("nobody@second.test"));
        Assert.True(await MaySendAsync("alice@real.test", "alice@second.test"));
        Assert.True(await MaySendAsync("alice@real.test", "info@second.test"));
    }

    [Fact]
    public async Task SendAs_OnlyWhatIsOwned()
    {
        await _host.LiveAsync(Domain("send.test"), Domain("team.test"), Mailbox("alice@send.test", Secret), Mailbox("bob@send.test", Secret, MailboxState.Active, "sales@send.test", "@team.test"),
            Mailbox("carol@team.test", Secret), Alias("info@send.test", "alice@send.test"));
        Assert.True(await MaySendAsync("alice@send.test", "alice@send.test"));
        Assert.True(await MaySendAsync("alice@send.test", "info@send.test"));
        Assert.False(await MaySendAsync("alice@send.test", "bob@send.test"));
        Assert.False(await MaySendAsync("alice@send.test", "ceo@elsewhere.test"));
        Assert.True(await MaySendAsync("bob@send.test", "sales@send.test"));
        Assert.True(await MaySendAsync("bob@send.test", "carol@team.test"));
        Assert.True(await MaySendAsync("bob@send.test", "anything@team.test"));
        Assert.False(await MaySendAsync("carol@team.test", "anything@team.test"));
    }

    [Fact]
    public async Task PasswordChanges_InBurstsInsideOneSecond_OldIsDeadAndNewWorksWhenAnswered()
    {
        // 5 bursts of 40: 200 changes, and each judged by a login.
        var users = Enumerable.Range(0, 40).Select(i => $"user{i}@burst.test").ToList();
        await _host.LiveAsync([Domain("burst.test"), .. users.Select(u => Mailbox(u))]);
        var former = "";
        for (var burst = 0; burst < 5; burst++)
        {
            var next = $"burst {burst} battery staple";
            await Task.WhenAll(users.Select(user => _host.LiveAsync(Password(user, next))));
            await Parallel.ForEachAsync(users, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (user, _) => Assert.True(await LogsInAsync(user, next), $"the new password of {user} does not work in burst {burst}"));
            if (burst is 1 or 4) Assert.All(await Task.WhenAll(LogsInAsync(users[burst], former), LogsInAsync(users[^(burst + 1)], former)), Assert.False);
            former = next;
        }
    }

    [Fact]
    public async Task States_JudgedByDeliveredMail()
    {
        await _host.LiveAsync(Domain("mail.test"), Mailbox("active@mail.test", Secret), Mailbox("receive@mail.test", Secret, MailboxState.ReceiveOnly), Mailbox("suspended@mail.test", Secret, MailboxState.Suspended),
            Mailbox("trash@mail.test", Secret), TrashMailbox("trash@mail.test"), Alias("@mail.test", "active@mail.test"));
        await DeliverAsync("active@mail.test", "to active");
        await DeliverAsync("receive@mail.test", "to receive-only");
        await Assert.ThrowsAsync<SmtpCommandException>(() => DeliverAsync("suspended@mail.test", "to suspended"));
        await Assert.ThrowsAsync<SmtpCommandException>(() => DeliverAsync("trash@mail.test", "to trash"));
        await DeliverAsync("anybody@mail.test", "to the catch-all");
        await WaitForAsync("active@mail.test", "to the catch-all");
        await WaitForAsync("active@mail.test", "to active");
        Assert.Equal(["to active", "to the catch-all"], await SubjectsAsync("active@mail.test"));

        // What came while nobody could log in is there afterwards, and nothing else.
        await _host.LiveAsync(State("receive@mail.test", MailboxState.Active), State("suspended@mail.test", MailboxState.Active));
        await WaitForAsync("receive@mail.test", "to receive-only");
        Assert.Equal(["to receive-only"], await SubjectsAsync("receive@mail.test"));
        Assert.Empty(await SubjectsAsync("suspended@mail.test"));
    }

    [Fact]
    public async Task TwoProcesses_AtOnce_ServeOnceAndBothSaySo()
    {
        await _host.LiveAsync(Domain("two.test"), Mailbox("alice@two.test", Secret));
        var revision = await _host.ChangeAsync(Mailbox("bob@two.test", Secret));
        using var first = CutShort.Start(_host.Database.Directory, _host.Managed);
        using var second = CutShort.Start(_host.Database.Directory, _host.Managed);
        await using (await lab.Reach.LockAsync("a third one looks", TimeSpan.FromSeconds(5), Ct))
        {
            await Task.WhenAll(first.GoAsync(Ct), second.GoAsync(Ct));
            Assert.DoesNotContain("bob@two.test", await File.ReadAllTextAsync($"{_host.Managed}/dovecot/passwd/two.test", Ct));
        }
        Assert.All(await Task.WhenAll(first.EndAsync(Ct), second.EndAsync(Ct)), said => Assert.StartsWith("Live: ", said));
        await using var db = await _host.Database.OpenAsync();
        Assert.Equal(1, await db.Generations.CountAsync(g => g.ToRevision == revision.Revision && g.State == GenerationState.Served, Ct));
        Assert.Equal((true, true, 250), await JudgeAsync("bob@two.test"));
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task AnotherHoldsTheLock_SaysWhoAndServesLater()
    {
        await using var host = await ServedHost.CreateAsync(await lab.Lab.HostAsync(lab.Directory, Ct), lab.Reach, options: o => o.LockSeconds = 1);
        await host.LiveAsync(Domain("lock.test"), Mailbox("alice@lock.test", Secret));
        var revision = await host.ChangeAsync(Mailbox("bob@lock.test", Secret));
        await using (await lab.Reach.LockAsync("somebody looks after the disk", TimeSpan.FromSeconds(5), Ct))
        {
            var served = await host.ServeAsync(revision);
            Assert.Equal(ServedState.Failed, served.State);
            Assert.Contains("The host is in use: somebody looks after the disk", served.Sentence);
        }
        Assert.Equal(ServedState.Live, (await host.ServeAsync(revision)).State);
        Assert.True(await LogsInAsync("bob@lock.test", Secret));
    }

    [Fact]
    public async Task OpenSessions_OfChangedPasswords_AreEndedAndOthersNot()
    {
        await _host.LiveAsync(Domain("kick.test"), Mailbox("alice@kick.test", Secret), Mailbox("bob@kick.test", Secret), Mailbox("carol@kick.test", Secret));
        using var alice = await ImapAsync("alice@kick.test", Secret);
        using var bob = await ImapAsync("bob@kick.test", Secret);
        using var carol = await ImapAsync("carol@kick.test", Secret);
        await _host.LiveAsync(Password("alice@kick.test", "another battery staple"), State("bob@kick.test", MailboxState.Suspended));
        foreach (var client in new[] { alice, bob })
        {
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                for (var i = 0; i < 50; i++) await client.NoOpAsync(Ct);
            });
            Assert.False(client.IsConnected);
        }
        await carol.NoOpAsync(Ct);
        Assert.True(carol.IsConnected);
    }

    [Fact]
    public async Task DomainGoesAndComesBack_UsersFollow()
    {
        var with = await _host.LiveAsync(Domain("gone.test"), Mailbox("alice@gone.test", Secret));
        await _host.LiveAsync(TrashDomain("gone.test"));
        Assert.False(File.Exists($"{_host.Managed}/dovecot/passwd/gone.test"));
        Assert.False(await LogsInAsync("alice@gone.test", Secret));
        Assert.InRange(await ReplyAsync("alice@gone.test"), 500, 599);
        var back = await _host.History.RollBackAsync(with.GenerationId!.Value, Root, ChangeOptions.Default, Ct);
        Assert.Equal(ServedState.Live, (await _host.ServeAsync(((Outcome<GenerationView>.Accepted)back).Revision!.Value)).State);
        Assert.Equal((true, true, 250), await JudgeAsync("alice@gone.test"));
    }

    [Fact]
    public async Task DovecotStopped_FailsClearlyAndServesLater()
    {
        await _host.LiveAsync(Domain("down.test"), Mailbox("alice@down.test", Secret));
        var revision = await _host.ChangeAsync(Mailbox("bob@down.test", Secret));
        var before = await File.ReadAllTextAsync($"{_host.Managed}/dovecot/passwd/down.test", Ct);
        await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "stop"], ct: Ct);
        try
        {
            var served = await _host.ServeAsync(revision);
            Assert.Equal(ServedState.Failed, served.State);
            Assert.Contains("Dovecot does not answer", served.Sentence);
            Assert.Equal(before, await File.ReadAllTextAsync($"{_host.Managed}/dovecot/passwd/down.test", Ct));
        }
        finally
        {
            await lab.Lab.StartAsync(lab.Directory, null, null, Ct);
        }
        Assert.Equal(ServedState.Live, (await _host.ServeAsync(revision)).State);
        Assert.True(await LogsInAsync("bob@down.test", Secret));
    }

    [Fact]
    public async Task CompiledMap_IsNeverOlderThanItsSource()
    {
        await _host.LiveAsync(Domain("age.test"), Mailbox("alice@age.test", Secret));
        foreach (var compiled in Directory.GetFiles($"{_host.Managed}/postfix", "*.cdb"))
            Assert.True(File.GetLastWriteTimeUtc(compiled) >= File.GetLastWriteTimeUtc(compiled[..^4]), compiled);
        Assert.Empty(Directory.GetFiles($"{_host.Managed}/postfix", "*.next*"));
    }

    private async Task<(bool Imap, bool Smtp, int Rcpt)> JudgeAsync(string user) => (await LogsInAsync(user, Secret), await SubmitsAsync(user, Secret), await ReplyAsync(user));

    private async Task<int> ReplyAsync(string address) => (await new SmtpRecipientProbe().AskAsync(lab.Host, address, Ct)).Code;

    private async Task<bool> LogsInAsync(string user, string password)
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

    private async Task<ImapClient> ImapAsync(string user, string password)
    {
        var client = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, Ct);
        await client.AuthenticateAsync(user, password, Ct);
        return client;
    }

    private async Task<SmtpClient> SubmissionAsync(string user, string password)
    {
        var client = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Submissions, SecureSocketOptions.SslOnConnect, Ct);
        await client.AuthenticateAsync(user, password, Ct);
        return client;
    }

    private async Task<bool> SubmitsAsync(string user, string password)
    {
        try
        {
            using var client = await SubmissionAsync(user, password);
            await client.DisconnectAsync(true, Ct);
            return true;
        }
        catch (MailKit.Security.AuthenticationException)
        {
            return false;
        }
    }

    private async Task<bool> MaySendAsync(string user, string from)
    {
        using var client = await SubmissionAsync(user, Secret);
        try
        {
            await client.SendAsync(Message(from, user, $"from {from}"), Ct);
            return true;
        }
        catch (SmtpCommandException e) when (e.StatusCode is SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.MailboxUnavailable || (int)e.StatusCode == 553)
        {
            return false;
        }
    }

    private async Task DeliverAsync(string to, string subject)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Smtp, SecureSocketOptions.None, Ct);
        await client.SendAsync(Message("someone@outside.invalid", to, subject), Ct);
        await client.DisconnectAsync(true, Ct);
    }

    private async Task WaitForAsync(string user, string subject)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!(await SubjectsAsync(user)).Contains(subject)) patience.Token.ThrowIfCancellationRequested();
    }

    private async Task<List<string>> SubjectsAsync(string user)
    {
        using var client = await ImapAsync(user, Secret);
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, Ct);
        return [.. (await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope, Ct)).Select(m => m.Envelope!.Subject!).Order(StringComparer.Ordinal)];
    }

    private static MimeMessage Message(string from, string to, string subject) => new([InternetAddress.Parse(from)], [InternetAddress.Parse(to)], subject, new TextPart("plain") { Text = "Hello." });
}
