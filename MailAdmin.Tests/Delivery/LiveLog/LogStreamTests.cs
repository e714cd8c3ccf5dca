using System.Net;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Delivery.LiveLog;

[Collection(nameof(MailPages))]
public sealed class LogStreamTests(MailPagesFixture pages)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_Filter_GivesOnlyWhatFitsAsEvents()
    {
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        await using var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=wanted&level=warning");
        pages.Feed.Publish([Lines.Of("wanted but usual"), Lines.Of("other", level: LogLevel.Error), Lines.Of("WANTED and bad", level: LogLevel.Error, queueId: "4jXXK539kpz1j3TN", user: "alice@example.test")]);
        var (name, data) = await stream.NextAsync();
        Assert.Equal("line", name);
        Assert.Equal(("WANTED and bad", "error", "4jXXK539kpz1j3TN", "alice@example.test"), (data.GetProperty("text").GetString(), data.GetProperty("level").GetString(), data.GetProperty("queueId").GetString(), data.GetProperty("user").GetString()));
    }

    [Fact]
    public async Task Stream_LineThatLooksLikeAnEvent_StaysOneLine()
    {
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        await using var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=evil");
        pages.Feed.Publish([Lines.Of("evil\n\nevent: end\ndata: {}\n\n\u2028\r\nid: x"), Lines.Of("evil second")]);
        Assert.Equal("evil\n\nevent: end\ndata: {}\n\n\u2028\r\nid: x", (await stream.NextAsync()).Data.GetProperty("text").GetString());
        Assert.Equal("evil second", (await stream.NextAsync()).Data.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Stream_ComesBackWithLastEventId_MissesNothingAndIsToldOfAGap()
    {
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        string last;
        await using (var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=again"))
        {
            pages.Feed.Publish([Lines.Of("again 1")]);
            await stream.NextAsync();
            last = stream.LastId!;
        }
        pages.Feed.Publish([Lines.Of("again 2"), Lines.Of("again 3")]);
        await using (var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=again", last))
        {
            Assert.Equal("again 2", (await stream.NextAsync()).Data.GetProperty("text").GetString());
            Assert.Equal("again 3", (await stream.NextAsync()).Data.GetProperty("text").GetString());
            pages.Feed.Publish([Lines.Of("again 4")]);
            Assert.Equal("again 4", (await stream.NextAsync()).Data.GetProperty("text").GetString());   // and none twice
        }
        await using (var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=again", "ffffffff-1"))
            Assert.Equal("gap", (await stream.NextAsync()).Name);   // of another process
    }

    [Fact]
    public async Task Stream_TokenRevoked_EndsWithinSeconds()
    {
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        await using var stream = await EventStream.OpenAsync(api, "/api/v1/log/stream?text=never");
        await using (var db = await pages.Portal.OpenAsync())
        {
            var newest = await db.ApiTokens.OrderByDescending(t => t.Id).FirstAsync(Ct);
            await pages.Portal.Get<TokenService>().RevokeAsync(newest.Id, Actor.Portal, ChangeOptions.Default, Ct);
        }
        Assert.Equal("end", (await stream.NextAsync()).Name);
        await Assert.ThrowsAsync<EndOfStreamException>(() => stream.NextAsync());
    }

    [Theory]
    [InlineData("pattern=(")]
    [InlineData("pattern=(a)%5C1")]
    [InlineData("recent=-1")]
    public async Task Stream_CannotBe_IsRefusedWithTheField(string query)
    {
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        using var answer = await api.GetAsync($"/api/v1/log/stream?{query}", Ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(query.Split('=')[0], JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task Stream_FiftyReadersOfWhichFiveStall_TheOthersGetEveryLineWithinASecond()
    {
        const int Readers = 45, Stalled = 5, Batches = 30, PerBatch = 200;   // 2,000 lines a second for 3 seconds
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        List<EventStream> stalled = [], reading = [];
        try
        {
            for (var i = 0; i < Stalled; i++) stalled.Add(await EventStream.OpenAsync(api, "/api/v1/log/stream?text=load"));
            for (var i = 0; i < Readers; i++) reading.Add(await EventStream.OpenAsync(api, "/api/v1/log/stream?text=load"));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var delays = new List<double>();
            var readers = reading.Select(stream => Task.Run(async () =>
            {
                for (var i = 0; i < Batches * PerBatch; i++)
                {
                    var (name, data) = await stream.NextAsync();
                    Assert.Equal("line", name);
                    var delay = (TimeProvider.System.GetUtcNow() - data.GetProperty("time").GetDateTimeOffset()).TotalSeconds;
                    if (i % 100 == 0) lock (delays) delays.Add(delay);
                }
            }, Ct)).ToList();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            var padding = new string('x', 100);
            for (var b = 0; b < Batches; b++)
            {
                await timer.WaitForNextTickAsync(Ct);
                pages.Feed.Publish([.. Enumerable.Range(0, PerBatch).Select(i => Lines.Of($"load {b}.{i} {padding}"))]);
            }
            await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60), Ct);
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            delays.Sort();
            // A machine that is busy otherwise makes it later; what is held here is that nobody waits for those who stall.
            Assert.True(delays[(int)(delays.Count * .95)] < 5, $"95 % within {delays[(int)(delays.Count * .95)]:0.00} s");
            Assert.True(grown < 150 << 20, $"{grown >> 20} MiB more");

            // Those who stalled read on: they skipped lines and are told how many, and nothing is missing besides.
            var (lines, skipped) = (0L, 0L);
            while (lines + skipped < Batches * PerBatch)
            {
                var (name, data) = await stalled[0].NextAsync();
                if (name == "skipped") skipped += data.GetProperty("lines").GetInt64();
                else lines++;
            }
            Assert.Equal(Batches * PerBatch, lines + skipped);
        }
        finally
        {
            foreach (var stream in stalled.Concat(reading)) await stream.DisposeAsync();
        }
    }
}
