using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Tests.Delivery;

public sealed class TraceStoreTests
{
    [Theory]
    [InlineData(1, false, false, false, false)]
    [InlineData(1, false, false, false, true)]
    [InlineData(2, true, true, true, true)]
    public async Task Store_GeneratedLog_HoldsWhatTheAnalysisFinds(int seed, bool isIso, bool withShortIds, bool withHostileText, bool withRuns)
    {
        await using var log = new StoredLog(sizes: withRuns ? ManyRuns : null);
        var text = Generated(seed, 1_000, isIso, withShortIds, withHostileText);
        log.Append(text);
        await log.ReadAsync(complete: true);
        AssertSame(Logs.Of(text), await AllAsync(log.Store));
        Assert.Equal(withRuns, log.Intake.Writer.Runs > 0);
    }

    [Fact]
    public async Task Store_CutIntoAnyPiecesWithRestartsBetween_HoldsTheSame()
    {
        var text = Encoding.UTF8.GetBytes(Generated(3, 150, isIso: true, withShortIds: true, withHostileText: true));
        var whole = Logs.Of(new MemoryStream(text));
        await Gen.Select(Gen.Int[1, text.Length], Gen.Int[0, 1000]).SampleAsync(async (piece, seed) =>
        {
            // Everything as rows, runs written at once, rows that become runs, or both.
            await using var log = new StoredLog(sizes: new RunSizes(seed % 3 == 0 ? 1_000_000 : 1 + seed % 40, seed % 2 == 0 ? 1_000_000 : 1 + seed % 60));
            var random = new Random(seed);
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(text.Length - at, Math.Max(2_000, random.Next(1, piece + 1)));
                log.Append(text[at..(at += length)]);
                await log.ReadAsync(flushEvery: random.Next(1, 3));
                if (random.Next(3) == 0) await log.RestartAsync();
            }
            await log.ReadAsync(complete: true);
            AssertSame(whole, await AllAsync(log.Store));
        }, iter: 8, threads: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Search_EachKey_FindsThatMessageAndNoOther(bool withRuns)
    {
        await using var log = new StoredLog(sizes: withRuns ? ManyRuns : null);
        log.Append(Generated(5, 800, isIso: true, withShortIds: false, withHostileText: true));
        await log.ReadAsync(complete: true, flushEvery: 1);
        var all = (await AllAsync(log.Store)).Where(detail => detail.Message is not null).Select(detail => detail.Message!).ToList();
        foreach (var message in all.Where((_, i) => i % 40 == 0))
        {
            var to = message.Recipients[0];
            await FindsAsync(new TraceQuery { QueueId = message.QueueId }, one => one.QueueId == message.QueueId || one.Recipients.Any(recipient => recipient.QueuedAs == message.QueueId));
            await FindsAsync(new TraceQuery { MessageId = message.MessageId }, one => one.MessageId == message.MessageId);
            await FindsAsync(new TraceQuery { To = to.To }, one => one.Recipients.Any(recipient => Same(recipient.To, to.To) || Same(recipient.OriginalTo, to.To)));
            await FindsAsync(new TraceQuery { Address = message.From is { Length: > 0 } from ? from : to.To }, one => Addresses(one).Any(address => Same(address, message.From is { Length: > 0 } sender ? sender : to.To)));
            await FindsAsync(new TraceQuery { AddressPart = to.To[1..] }, one => Addresses(one).Any(address => address.Contains(to.To[1..], StringComparison.OrdinalIgnoreCase)));
            await FindsAsync(new TraceQuery { State = to.State }, one => one.Recipients.Any(recipient => recipient.State == to.State));
            // As people copy it from a log, and as they begin to type an address.
            await FindsAsync(new TraceQuery { Search = message.MessageId }, one => one.MessageId == message.MessageId);
            if (to.To.IndexOf('@') is > 0 and var at && to.To.Length > at + 2) await FindsAsync(new TraceQuery { Search = to.To[..(at + 2)] }, one => Addresses(one).Any(address => address.Contains(to.To[..(at + 2)], StringComparison.OrdinalIgnoreCase)));
            await FindsAsync(new TraceQuery { Search = to.To }, one => Addresses(one).Any(address => Same(address, to.To)) || Same(one.SaslUser, to.To));
        }

        async Task FindsAsync(TraceQuery query, Func<Trace, bool> test)
        {
            var found = await PagesAsync(log.Store, query with { Kinds = [TraceKind.Message], Limit = 7 });
            Assert.Equal(all.Where(test).Select(KeyOf).Order(StringComparer.Ordinal), found.Select(KeyOf).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Search_Pages_AreNewestFirstWithoutHolesOrRepeats(bool withRuns)
    {
        await using var log = new StoredLog(sizes: withRuns ? ManyRuns : null);
        log.Append(Generated(6, 500, isIso: false, withShortIds: false, withHostileText: false));
        await log.ReadAsync(complete: true);
        var hits = await PagesAsync(log.Store, new TraceQuery { Limit = 13, Kinds = Enum.GetValues<TraceKind>() });
        Assert.Equal(hits.Select(hit => hit.Id).OrderDescending(), hits.Select(hit => hit.Id));
        Assert.Equal((await log.Store.StatusAsync(CancellationToken.None)).Entries, hits.Count);
        Assert.Equal(hits.Count, hits.Select(hit => hit.Id).Distinct().Count());
        Assert.True(hits.Zip(hits.Skip(1)).All(pair => pair.First.FirstSeen >= pair.Second.FirstSeen.AddSeconds(-1)));
    }

    [Fact]
    public async Task Search_PropertyOfAnyText_NeverThrows()
    {
        await using var log = new StoredLog();
        log.Append(Generated(7, 50, isIso: true, withShortIds: true, withHostileText: true));
        await log.ReadAsync(complete: true);
        await Gen.String[0, 40].SampleAsync(async text => Assert.NotNull(await log.Store.SearchAsync(new TraceQuery { Search = text, User = text.Length % 2 == 0 ? text : null }, CancellationToken.None)), iter: 300, threads: 1);
    }

    [Fact]
    public async Task Codec_AnyBytes_AreRefusedOrRead()
    {
        await Task.CompletedTask;
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            try
            {
                var entry = EntryCodec.Read(1, bytes, number => $"w{number}");
                Assert.NotNull(entry);
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException or OverflowException)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 2_000);
    }

    [Theory]
    [InlineData("0.1/0.02/0/0.3")]
    [InlineData("12/0/0.001/10000")]
    [InlineData("0/0/0/0")]
    [InlineData("00.1/0/0/0")]
    [InlineData("1/2/3")]
    [InlineData("a/b/c/d")]
    [InlineData("1./2/3/4")]
    [InlineData("")]
    [InlineData(null)]
    public void Codec_Delays_ComeBackAsTheyWere(string? text)
    {
        var writer = new EntryWriter(new Words());
        writer.Delays(text);
        Assert.Equal(text, new EntryReader(writer.Written, _ => "").Delays());
    }

    [Fact]
    public async Task Counts_GeneratedLog_AreThoseOfTheAnalysis()
    {
        await using var log = new StoredLog();
        var text = Generated(8, 600, isIso: true, withShortIds: false, withHostileText: false);
        log.Append(text);
        await log.ReadAsync(complete: true);
        var logs = Logs.Of(text);
        var since = new DateTimeOffset(2026, 11, 19, 0, 0, 0, TimeSpan.Zero);
        var counts = await log.Store.CountsAsync(new CountsQuery(since, since.AddDays(5), TimeSpan.FromHours(1)), CancellationToken.None);
        Assert.Equal((logs.Totals.Logins, logs.Totals.LoginFailures, (long)logs.Rejects.Count), (counts.Totals[Counted.Logins], counts.Totals[Counted.LoginsFailed], counts.Totals[Counted.Rejected]));
        Assert.Equal(logs.Totals.Tries.GetValueOrDefault("sent"), counts.Totals[Counted.Delivered]);
        Assert.Equal(logs.Totals.Lines, counts.Totals[Counted.Lines]);
        Assert.Equal(logs.Messages.Sum(message => message.SizeBytes ?? 0), counts.Totals[Counted.Bytes]);
        var senders = await log.Store.RankAsync(Ranked.Senders, since, since.AddDays(5), 3, CancellationToken.None);
        Assert.Equal(logs.Messages.Where(message => message.From is not null).GroupBy(message => message.From).Max(same => same.Count()), senders.Rows[0].Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RemoveBefore_OldEntries_GoAndTheRestStays(bool withRuns)
    {
        await using var log = new StoredLog(sizes: withRuns ? ManyRuns : null);
        log.Append(Generated(9, 300, isIso: true, withShortIds: false, withHostileText: false));
        await log.ReadAsync(complete: true, flushEvery: 1);
        var all = await PagesAsync(log.Store, new TraceQuery());
        var middle = all[all.Count / 2].FirstSeen;
        while (!log.Intake.Writer.RemoveBefore(middle.UtcDateTime, 50)) { }
        var left = await PagesAsync(log.Store, new TraceQuery());
        Assert.Equal(all.Where(hit => hit.Id >= EntryId.Least(middle.UtcDateTime)).Select(hit => hit.Id), left.Select(hit => hit.Id));
    }

    // Dovecot's line comes when Postfix was done with the message for long, and lies in a run.
    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(1_000_000, 1)]
    [InlineData(1_000_000, 1_000_000)]
    public async Task Store_LateLineAboutAStoredMessage_TakesTheOldOnesPlace(int atOnce, int rows)
    {
        await using var log = new StoredLog(sizes: new RunSizes(atOnce, rows));
        log.Append("""
            2026-11-20T00:00:00.000000+00:00 mx1 postfix/smtpd[7]: 4jW5W4526Xz2gwT: client=a.example.test[192.0.2.1]
            2026-11-20T00:00:00.100000+00:00 mx1 postfix/cleanup[8]: 4jW5W4526Xz2gwT: message-id=<1@example.test>
            2026-11-20T00:00:00.200000+00:00 mx1 postfix/qmgr[9]: 4jW5W4526Xz2gwT: from=<bob@example.test>, size=500, nrcpt=1 (queue active)
            2026-11-20T00:00:00.300000+00:00 mx1 postfix/lmtp[10]: 4jW5W4526Xz2gwT: to=<alice@example.test>, relay=mx1[private/dovecot-lmtp], delay=0.3, delays=0/0/0/0.3, dsn=2.0.0, status=sent (250 2.0.0 <alice@example.test> abcdefghijkl Saved)
            2026-11-20T00:00:00.400000+00:00 mx1 postfix/qmgr[9]: 4jW5W4526Xz2gwT: removed

            """);
        log.Append(StoredLog.Lines(0, 10));
        await log.ReadAsync();
        log.Intake.Advance(new DateTime(2026, 11, 20, 0, 0, 20, DateTimeKind.Utc));
        await log.ReadAsync();
        Assert.Equal(RecipientState.Delivered, Assert.Single(await PagesAsync(log.Store, new TraceQuery())).State);
        log.Append("2026-11-20T00:00:30.000000+00:00 mx1 dovecot: lmtp(alice@example.test)<11><abcdefghijkl>: sieve: msgid=<1@example.test>: fileinto action: stored mail into mailbox 'Lists'\n");
        await log.ReadAsync();
        foreach (var query in (TraceQuery[])[new(), new() { QueueId = "4jW5W4526Xz2gwT" }, new() { AddressPart = "alice" }, new() { State = RecipientState.Filed }])
        {
            var hit = Assert.Single(await PagesAsync(log.Store, query));
            Assert.Equal((RecipientState.Filed, "Lists"), (hit.State, hit.Folder));
            Assert.Equal("Lists", (await log.Store.GetAsync(hit.Id, CancellationToken.None))!.Message!.Recipients[0].Folder);
        }
        Assert.Equal(1, (await log.Store.StatusAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task Search_WithoutProbes_LeavesOutOnlyWhatProbesCaused()
    {
        await using var log = new StoredLog();
        log.Append("""
            2026-11-20T00:00:00.000000+00:00 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1 <stranger@relay.mailadmin.invalid>: Relay access denied; from=<stranger@mailadmin.invalid> to=<stranger@relay.mailadmin.invalid> proto=ESMTP helo=<mailadmin.invalid>
            2026-11-20T00:00:01.000000+00:00 mx1 postfix/submission/smtpd[8]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 553 5.7.1 <not-mailadmin-probe@example.test>: Sender address rejected: not owned by user mailadmin-probe@example.test; from=<not-mailadmin-probe@example.test> to=<mailadmin-probe@example.test> proto=ESMTP helo=<mailadmin.invalid>
            2026-11-20T00:00:02.000000+00:00 mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example.com[192.0.2.1]: 554 5.7.1 <bob@example.org>: Relay access denied; from=<alice@example.com> to=<bob@example.org> proto=ESMTP helo=<a.example.com>
            2026-11-20T00:00:03.000000+00:00 mx1 postfix/smtpd[10]: 4jW5W4526Xz2gwT: client=localhost[127.0.0.1]
            2026-11-20T00:00:03.100000+00:00 mx1 postfix/smtpd[10]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 rset=1 quit=1 commands=5

            """);
        await log.ReadAsync(complete: true);
        Assert.Equal(4, (await PagesAsync(log.Store, new TraceQuery())).Count);
        Assert.Equal("alice@example.com", Assert.Single(await PagesAsync(log.Store, new TraceQuery { IsWithoutProbes = true })).From);
    }

    [Fact]
    public async Task Search_PartOfAnAddressThatVeryManyHave_FindsAll()
    {
        await using var log = new StoredLog(sizes: ManyRuns);
        log.Append(Generated(10, 1_500, isIso: true, withShortIds: false, withHostileText: false));
        await log.ReadAsync(complete: true);
        var all = await AllAsync(log.Store);
        var found = await PagesAsync(log.Store, new TraceQuery { AddressPart = "EXAMPLE", Limit = 500, Kinds = [TraceKind.Message] });
        Assert.Equal(all.Count(detail => detail.Message is { } message && Addresses(message).Any(address => address.Contains("example", StringComparison.OrdinalIgnoreCase))), found.Count);
        Assert.Empty(await PagesAsync(log.Store, new TraceQuery { AddressPart = "nobodyhasthis" }));
    }

    [Fact]
    public async Task Store_SessionThatEndsBeforeTheText_GivesTheMessageUp()
    {
        await using var log = new StoredLog();
        log.Append("""
            2026-11-20T00:00:00.000000+00:00 mx1 postfix/smtpd[7]: 4jW5W4526Xz2gwT: client=a.example.test[192.0.2.1]
            2026-11-20T00:00:00.100000+00:00 mx1 postfix/smtpd[7]: 4jW5W4526Xz2gwX: client=a.example.test[192.0.2.1]
            2026-11-20T00:00:00.200000+00:00 mx1 postfix/smtpd[7]: disconnect from a.example.test[192.0.2.1] ehlo=1 mail=2 rcpt=2 rset=1 quit=1 commands=7
            2026-11-20T00:00:00.300000+00:00 mx1 postfix/smtpd[8]: 4jW5W4526Xz2gwZ: client=b.example.test[192.0.2.2]

            """);
        await log.ReadAsync();
        var hits = await PagesAsync(log.Store, new TraceQuery());
        Assert.Equal([("4jW5W4526Xz2gwZ", RecipientState.Waiting), ("4jW5W4526Xz2gwX", RecipientState.GivenUp), ("4jW5W4526Xz2gwT", RecipientState.GivenUp)], hits.Select(hit => (hit.QueueId!, hit.State!.Value)));
        Assert.Equal(2, (await PagesAsync(log.Store, new TraceQuery { State = RecipientState.GivenUp })).Count);
        log.Intake.Advance(new DateTime(2026, 11, 20, 0, 0, 20, DateTimeKind.Utc));
        await log.ReadAsync();
        Assert.Equal([true, false, false], (await PagesAsync(log.Store, new TraceQuery())).Select(hit => hit.IsOpen));
    }

    private static readonly RunSizes ManyRuns = new(30, 40);

    private static string Generated(int seed, int messages, bool isIso, bool withShortIds, bool withHostileText)
    {
        var text = new StringWriter();
        new LogGenerator(seed, isIso, withShortIds, withHostileText).Write(text, messages);
        return text.ToString();
    }

    private static void AssertSame(Logs expected, List<TraceDetail> stored)
    {
        Assert.Equal(expected.Messages.Select(Print).Order(StringComparer.Ordinal), stored.Where(detail => detail.Message is not null).Select(detail => Print(detail.Message!)).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Rejects.Select(reject => Print(reject)).Order(StringComparer.Ordinal), stored.Where(detail => detail.Reject is not null).Select(detail => Print(detail.Reject!)).Order(StringComparer.Ordinal));
    }

    private static string Print(RejectedMail r) => $"{r.Time:O} {r.Host} {r.Service} {r.Client} {r.From} {r.To} {r.Helo} {r.Code} {r.Dsn} {r.Reason}";

    private static string Print(Trace m) => $"{m.QueueId} {m.Host} {m.Service} {m.Client} {m.SaslUser} {m.MessageId} {m.From} {m.SizeBytes} {m.FirstSeen:O} {m.LastSeen:O} {m.IsRemoved} {m.Parent} "
        + string.Join('|', m.Recipients.Select(r => $"{r.To} {r.OriginalTo} {r.Relay} {r.DelaySeconds} {r.Delays} {r.Dsn} {r.Status} {r.Text} {r.State} {r.Folder} {r.Tries} {r.QueuedAs} {r.LastTry:O}"));

    private static string KeyOf(Trace message) => $"{message.QueueId} {message.FirstSeen:O}";

    private static string KeyOf(TraceHit hit) => $"{hit.QueueId} {hit.FirstSeen.UtcDateTime:O}";

    private static IEnumerable<string> Addresses(Trace message) => message.Recipients.SelectMany(recipient => (string?[])[recipient.To, recipient.OriginalTo]).Append(message.From).OfType<string>();

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static async Task<List<TraceHit>> PagesAsync(SqliteTraceStore store, TraceQuery query)
    {
        var hits = new List<TraceHit>();
        for (long? before = null; ;)
        {
            var page = await store.SearchAsync(query with { Before = before }, CancellationToken.None);
            hits.AddRange(page.Rows);
            if (page.Next is null) return hits;
            before = page.Next;
        }
    }

    private static async Task<List<TraceDetail>> AllAsync(SqliteTraceStore store)
    {
        var details = new List<TraceDetail>();
        foreach (var hit in await PagesAsync(store, new TraceQuery { Limit = 500 })) details.Add((await store.GetAsync(hit.Id, CancellationToken.None))!);
        return details;
    }
}
