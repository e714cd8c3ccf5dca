using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Delivery;

public sealed class RealJournalTests
{
    private const string Name = "mail.example.test";

    [Fact]
    public async Task Journal_OfSystemd_IsFollowedOnceOverARestartAndGivesItsLinesAgain()
    {
        var folder = Directory.CreateTempSubdirectory("ma-journal-");
        try
        {
            await using var journal = await RealJournal.StartAsync();
            var host = journal.Host(Path.Combine(folder.FullName, ".lock"));
            using var store = new SqliteTraceStore(new DataDirectory(folder.FullName), TimeProvider.System);
            Send(journal, "4jW5W4526Xz2gwT", "alice@example.test");
            var first = await FollowAsync(folder.FullName, host, lines: 5);
            Send(journal, "4jW5W4526Xz2gwX", "bob@example.test");
            var second = await FollowAsync(folder.FullName, host, lines: 10);

            Assert.Equal((5L, 5L), (first, second));
            var hits = (await store.SearchAsync(new TraceQuery(), TestContext.Current.CancellationToken)).Rows;
            Assert.Equal(["bob@example.test", "alice@example.test"], hits.Select(hit => hit.To));
            Assert.All(hits, hit => Assert.Equal(RecipientState.Accepted, hit.State));

            var timeline = (await store.GetAsync(hits[1].Id, TestContext.Current.CancellationToken))!.Timeline;
            var found = new Dictionary<LinePlace, RawLine>();
            await JournalEntries.ReadAsync(host, [.. timeline.Select(entry => entry.Place!.Value)], found, TestContext.Current.CancellationToken);
            Assert.Equal(timeline.Count, found.Count);
            Assert.All(timeline, entry => Assert.Contains("4jW5W4526Xz2gwT: ", found[entry.Place!.Value].Text, StringComparison.Ordinal));
            Assert.EndsWith("postfix/qmgr[9]: 4jW5W4526Xz2gwT: removed", found[timeline[^1].Place!.Value].Text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Send(RealJournal journal, string id, string to)
    {
        journal.Write("postfix/smtpd", 7, $"{id}: client=a.example.test[192.0.2.1]");
        journal.Write("postfix/cleanup", 8, $"{id}: message-id=<{id}@example.test>");
        journal.Write("postfix/qmgr", 9, $"{id}: from=<sender@example.test>, size=500, nrcpt=1 (queue active)");
        journal.Write("postfix/smtp", 10, $"{id}: to=<{to}>, relay=mx.example.test[192.0.2.9]:25, delay=0.3, delays=0/0/0/0.3, dsn=2.0.0, status=sent (250 2.0.0 Ok)");
        journal.Write("postfix/qmgr", 9, $"{id}: removed");
    }

    // As one run of the portal: it goes on where the one before ended.
    private static async Task<long> FollowAsync(string folder, IMailHost host, long lines)
    {
        var texts = new TextCache();
        using var intake = new LogIntake(Path.Combine(folder, StoreSchema.FileName), null, TimeProvider.System);
        var numbers = intake.Writer.Sources().SingleOrDefault() ?? new StoredSource(Name, JournalFollower.Name);
        await using var follower = new JournalFollower(Name, host, new FileRegister(intake.Writer.Files()), numbers, new FollowSettings(TimeZoneInfo.Utc, TimeSpan.FromDays(1)), texts, TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (numbers.Lines < lines)
        {
            patience.Token.ThrowIfCancellationRequested();
            if (await follower.FillAsync(patience.Token)) await intake.TakeAsync(follower, Name, isLive: false);
            else await Task.Yield();
        }
        intake.Flush([follower], isBehind: false, now: true);
        return intake.Lines;
    }
}
