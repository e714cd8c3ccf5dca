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
    public async Task Stream_FiftyReadersOfWhichFiveStall_TheOthersGetEveryLine()
    {
        const int Readers = 45, Stalled = 5, Batches = 30, PerBatch = 200;
        using var api = await pages.Portal.ApiAsync(Role.Auditor);
        List<EventStream> stalled = [], reading = [];
        try
        {
            for (var i = 0; i < Stalled; i++) stalled.Add(await EventStream.OpenAsync(api, "/api/v1/log/stream?text=load"));
            for (var i = 0; i < Readers; i++) reading.Add(await EventStream.OpenAsync(api, "/api/v1/log/stream?text=load"));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var padding = new string('x', 100);
            for (var b = 0; b < Batches; b++)
            {
                pages.Feed.Publish([.. Enumerable.Range(0, PerBatch).Select(i => Lines.Of($"load {b}.{i} {padding}"))]);
                // Who reads gets all of it before the next comes, whatever those do who stall.
                await Task.WhenAll(reading.Select(async stream =>
                {
                    for (var i = 0; i < PerBatch; i++) Assert.Equal("line", (await stream.NextAsync()).Name);
                })).WaitAsync(TimeSpan.FromSeconds(60), Ct);
            }
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
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
