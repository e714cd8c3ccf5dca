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
    [InlineData(1, false, false, false)]
    [InlineData(2, true, true, true)]
    public async Task Store_GeneratedLog_HoldsWhatTheAnalysisFinds(int seed, bool isIso, bool withShortIds, bool withHostileText)
    {
        await using var log = new StoredLog();
        var text = Generated(seed, 1_000, isIso, withShortIds, withHostileText);
        log.Append(text);
        await log.ReadAsync(complete: true);
        AssertSame(Logs.Of(text), await AllAsync(log.Store));
    }

    [Fact]
    public async Task Store_CutIntoAnyPiecesWithRestartsBetween_HoldsTheSame()
    {
        var text = Encoding.UTF8.GetBytes(Generated(3, 150, isIso: true, withShortIds: true, withHostileText: true));
        var whole = Logs.Of(new MemoryStream(text));
        await Gen.Select(Gen.Int[1, text.Length], Gen.Int[0, 1000]).SampleAsync(async (piece, seed) =>
        {
            await using var log = new StoredLog();
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

    [Fact]
    public async Task Search_EachKey_FindsThatMessageAndNoOther()
    {
        await using var log = new StoredLog();
        log.Append(Generated(5, 800, isIso: true, withShortIds: false, withHostileText: true));
        await log.ReadAsync(complete: true);
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
            await FindsAsync(new TraceQuery { Search = to.To }, one => Addresses(one).Any(address => Same(address, to.To)) || Same(one.SaslUser, to.To));
        }

        async Task FindsAsync(TraceQuery query, Func<Trace, bool> test)
        {
            var found = await PagesAsync(log.Store, query with { Kinds = [TraceKind.Message], Limit = 7 });
            Assert.Equal(all.Where(test).Select(KeyOf).Order(StringComparer.Ordinal), found.Select(KeyOf).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Search_Pages_AreNewestFirstWithoutHolesOrRepeats()
    {
        await using var log = new StoredLog();
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

    [Fact]
    public async Task RemoveBefore_OldEntries_GoAndTheRestStays()
    {
        await using var log = new StoredLog();
        log.Append(Generated(9, 300, isIso: true, withShortIds: false, withHostileText: false));
        await log.ReadAsync(complete: true);
        var all = await PagesAsync(log.Store, new TraceQuery());
        var middle = all[all.Count / 2].FirstSeen;
        while (!log.Intake.Writer.RemoveBefore(middle.UtcDateTime, 50)) { }
        var left = await PagesAsync(log.Store, new TraceQuery());
        Assert.Equal(all.Where(hit => hit.Id >= EntryId.Least(middle.UtcDateTime)).Select(hit => hit.Id), left.Select(hit => hit.Id));
    }

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
