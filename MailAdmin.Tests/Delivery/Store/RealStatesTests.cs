using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Tests.Delivery;

/// <summary>Each final state, made by a real Postfix and Dovecot, followed from their log into the store.</summary>
[Collection(MailLabCollection.Name)]
public sealed class RealStatesTests(MailLabFixture lab)
{
    private const string Domain = MailLabFixture.Domain;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Follow_RealServers_KnowsWhatBecameOfEachMessage()
    {
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
        await LabAccounts.WriteAsync(lab.Reach, lab.Host, Domain, ("st-alice", "secret", ""), ("st-bob", "secret", ""), ("st-carol", "secret", ""), ("st-dave", "secret", ""), ("st-erin", "secret", ""), ("st-frank", "secret", ""),
            ("st-later", "secret", "userdb_home=/proc/1/task/nowhere userdb_mail=maildir:/proc/1/task/nowhere"), ("st-held", "secret", "userdb_mail=maildir:/proc/1/task/nowhere"), ("st-gone", "secret", "userdb_mail=maildir:/proc/1/task/nowhere"), ("st-old", "secret", "userdb_mail=maildir:/proc/1/task/nowhere"));
        await SieveAsync("st-bob", "require \"fileinto\"; fileinto \"Junk\";");
        await SieveAsync("st-carol", "discard;");
        await SieveAsync("st-dave", $"redirect \"st-alice@{Domain}\";");
        await SieveAsync("st-erin", "require \"vacation\"; vacation \"Away\"; keep;");
        await SieveAsync("st-frank", "require \"reject\"; reject \"No, thank you\";");

        await using var log = new StoredLog(lab.Host.LogSources[0]);
        await log.ReadAsync();
        foreach (var name in (string[])["alice", "bob", "carol", "dave", "erin", "frank", "later", "held", "gone", "old"]) await SendAsync($"st-{name}@{Domain}");
        await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync($"st-nobody@{Domain}"));
        await SendOutAsync("st-alice", "x@elsewhere.test");

        Assert.Equal((RecipientState.Delivered, "INBOX"), await StateAsync(log, "alice", RecipientState.Delivered));
        Assert.Equal((RecipientState.Filed, "Junk"), await StateAsync(log, "bob", RecipientState.Filed));
        await StateAsync(log, "carol", RecipientState.Discarded);
        await StateAsync(log, "dave", RecipientState.Forwarded);
        await StateAsync(log, "erin", RecipientState.Delivered);
        await StateAsync(log, "frank", RecipientState.Rejected);
        await StateAsync(log, "later", RecipientState.Deferred);
        foreach (var name in (string[])["held", "gone", "old"]) await StateAsync(log, name, RecipientState.Deferred);

        await ActAsync("-h", await IdOfAsync(log, "held"));
        await ActAsync("-d", await IdOfAsync(log, "gone"));
        await ActAsync("-e", await IdOfAsync(log, "old"));
        await StateAsync(log, "held", RecipientState.Held);
        await StateAsync(log, "gone", RecipientState.RemovedByAdministrator);
        await StateAsync(log, "old", RecipientState.Expired);

        var bounced = await FindAsync(log, new TraceQuery { To = "x@elsewhere.test" }, hit => hit.State == RecipientState.Bounced);
        var detail = (await log.Store.GetAsync(bounced.Id, CancellationToken.None))!;
        Assert.Equal(($"st-alice@{Domain}", "5.1.2"), (bounced.User, bounced.Dsn));
        Assert.NotNull(detail.Causes[0]);
        Assert.Contains(detail.Related, related => related.Relation == TraceRelation.Notification);
        Assert.StartsWith("TLSv1", detail.Message!.Tls, StringComparison.Ordinal);
        var refused = await FindAsync(log, new TraceQuery { To = $"st-nobody@{Domain}" }, hit => hit.Kind == TraceKind.Reject);
        Assert.Equal((RecipientState.Rejected, "5.1.1"), (refused.State, refused.Dsn));

        // The timeline goes from submission to mailbox, and its lines lie where it says.
        var delivered = await FindAsync(log, new TraceQuery { To = $"st-alice@{Domain}", State = RecipientState.Delivered }, hit => hit.From == $"sender@{Domain}.invalid");
        var timeline = (await log.Store.GetAsync(delivered.Id, CancellationToken.None))!.Timeline;
        Assert.Equal([EventKind.Opened, EventKind.MessageIdSeen, EventKind.Queued, EventKind.Tried, EventKind.Removed, EventKind.Saved], timeline.Select(entry => entry.Kind).Order());
        var bytes = await File.ReadAllBytesAsync(lab.Host.LogSources[0], TestContext.Current.CancellationToken);
        Assert.All(timeline, entry =>
        {
            var line = System.Text.Encoding.UTF8.GetString(bytes.AsSpan((int)entry.Place!.Value.Offset, entry.Place.Value.Length));
            Assert.EndsWith("\n", line, StringComparison.Ordinal);
            Assert.Contains(entry.Kind == EventKind.Saved ? "saved mail to INBOX" : delivered.QueueId!, line, StringComparison.Ordinal);
        });
        foreach (var name in (string[])["later", "held"]) await ActAsync("-d", await IdOfAsync(log, name));
    }

    private async Task SieveAsync(string user, string script)
    {
        var home = $"{lab.Host.MailRoot}/{Domain}/{user}";
        await lab.Reach.EnsureDirectoryAsync($"{lab.Host.MailRoot}/{Domain}", (UnixFileMode)0x1C0, lab.Host.MailUser, lab.Host.MailUser, default);
        await lab.Reach.EnsureDirectoryAsync(home, (UnixFileMode)0x1C0, lab.Host.MailUser, lab.Host.MailUser, default);
        await lab.Reach.WriteAsync([new HostFileWrite($"{home}/.dovecot.sieve", System.Text.Encoding.UTF8.GetBytes(script + "\n"), (UnixFileMode)0x180, lab.Host.MailUser, lab.Host.MailUser)], default);
    }

    private async Task SendAsync(string to)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Smtp, SecureSocketOptions.None);
        await client.SendAsync(Message($"sender@{Domain}.invalid", to));
        await client.DisconnectAsync(true);
    }

    private async Task SendOutAsync(string user, string to)
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Submission, SecureSocketOptions.StartTls);
        await client.AuthenticateAsync($"{user}@{Domain}", "secret");
        await client.SendAsync(Message($"{user}@{Domain}", to));
        await client.DisconnectAsync(true);
    }

    private static MimeMessage Message(string from, string to)
    {
        var message = new MimeMessage { Subject = "state", Body = new TextPart("plain") { Text = "Hello" } };
        message.From.Add(new MailboxAddress("", from));
        message.To.Add(new MailboxAddress("", to));
        return message;
    }

    private async Task ActAsync(string act, string id) => Assert.True((await lab.Reach.RunAsync(["postsuper", "-c", lab.Host.PostfixDirectory, act, id])).Succeeded);

    private async Task<string> IdOfAsync(StoredLog log, string name) => (await FindAsync(log, new TraceQuery { To = $"st-{name}@{Domain}" }, _ => true)).QueueId!;

    private async Task<(RecipientState?, string?)> StateAsync(StoredLog log, string name, RecipientState state)
    {
        var hit = await FindAsync(log, new TraceQuery { To = $"st-{name}@{Domain}" }, hit => hit.State == state);
        return (hit.State, hit.Folder);
    }

    // Reads on until the store says it.
    private async Task<TraceHit> FindAsync(StoredLog log, TraceQuery query, Func<TraceHit, bool> test)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            await log.ReadAsync();
            var rows = (await log.Store.SearchAsync(query, limit.Token)).Rows;
            if (rows.FirstOrDefault(test) is { } found) return found;
            if (limit.IsCancellationRequested) throw new TimeoutException($"Nothing of the kind for {query}; there is: {string.Join("\n", rows)}\n{lab.Log()}");
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
