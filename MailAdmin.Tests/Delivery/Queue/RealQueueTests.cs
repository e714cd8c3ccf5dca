using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Delivery.Queue;

/// <summary>The queue of a real Postfix: 2,000 messages, with MAILADMIN_SOAK=1 10,000.</summary>
public sealed class RealQueueTests(PostfixQueueFixture postfix) : IClassFixture<PostfixQueueFixture>
{
    private static readonly int Many = Environment.GetEnvironmentVariable("MAILADMIN_SOAK") == "1" ? 10_000 : 2_000;
    private static readonly Actor Root = Actor.CommandLine("root");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private QueueService Service => postfix.Database.Get<QueueService>();

    [Fact]
    public async Task Acts_OnAQueueOfThousands_DoExactlyWhatWasCounted()
    {
        await postfix.FillAsync(Many - 100, "bulk@example.test", "alice@outlook.test");
        await postfix.FillAsync(100, "bob@example.test", "carol@gmail.test");
        var view = await WaitAsync(v => v.ByQueue.GetValueOrDefault(QueueName.Deferred) == Many && v.Groups.All(g => g.Sample is not null));
        Assert.Equal((Many, 0), (view.All, view.Unread));
        Assert.Equal(("outlook.test", Many - 100), (view.Groups[0].Destination, view.Groups[0].Messages));
        Assert.Equal("Connection refused", view.Groups[0].Reason.Name);

        // Hold all of one destination; what comes afterwards is not held.
        var count = Expect.Accepted(await Service.CountAsync(null, new QueueFilter { Destination = "outlook.test" }, Root, Ct));
        await postfix.FillAsync(5, "late@example.test", "alice@outlook.test");
        var work = await EndAsync(Expect.Accepted(await Service.ActOnCountedAsync(count.Selection, QueueAct.Hold, null, Root, Ct)));
        Assert.True(work.State == QueueWorkState.Done, work.Sentence);
        Assert.Equal(Many - 100, work.Done);
        view = await ReadAsync(QueueFilter.Everything);
        Assert.Equal((Many - 100, Many + 5), (view.ByQueue[QueueName.Hold], view.All));
        Assert.All((await ReadAsync(new QueueFilter { Sender = "late@example.test" })).Rows, m => Assert.NotEqual(QueueName.Hold, m.Queue));

        // Some released, one taken in anew, the rest deleted by count.
        var some = (await ReadAsync(new QueueFilter { Queue = QueueName.Hold })).Rows.Take(10).Select(m => new QueueTarget(m.Id, m.ArrivedAt)).ToList();
        Assert.Equal(10, (await EndAsync(Expect.Accepted(await Service.ActAsync(null, QueueAct.Release, some, Root, Ct)))).Done);
        Assert.Equal(Many - 110, (await ReadAsync(QueueFilter.Everything)).ByQueue[QueueName.Hold]);
        Assert.Equal(1, (await EndAsync(Expect.Accepted(await Service.ActAsync(null, QueueAct.Requeue, [some[0]], Root, Ct)))).Done);
        await WaitAsync(v => v.All == Many + 5 && !v.ByQueue.ContainsKey(QueueName.Maildrop));

        count = Expect.Accepted(await Service.CountAsync(null, new QueueFilter { Sender = "bulk@example.test" }, Root, Ct));
        Assert.Equal(Many - 100, count.Messages);
        work = await EndAsync(Expect.Accepted(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, count.Messages, Root, Ct)));
        Assert.True(work.State == QueueWorkState.Done, work.Sentence);
        Assert.Equal(0, (await ReadAsync(new QueueFilter { Sender = "bulk@example.test" })).Total);
        Assert.Equal(105, (await ReadAsync(QueueFilter.Everything)).All);

        // Tried again: Postfix says so in its log.
        var flush = Expect.Accepted(await Service.FlushDestinationAsync(null, "gmail.test", Root, Ct));
        Assert.Contains("fast_flush_domains", flush.Sentence, StringComparison.Ordinal);
        Assert.Equal(100, (await EndAsync(flush.Work!)).Done);
        Assert.Null(Expect.Accepted(await Service.FlushDestinationAsync(null, "fast.test", Root, Ct)).Work);
        Expect.Accepted(await Service.FlushAllAsync(null, Root, Ct));

        // While Postfix moves a message from one queue to another, postqueue may miss it.
        await WaitAsync(v => v.All == 105 && v.ByQueue.GetValueOrDefault(QueueName.Deferred) == 105);
        await CommandLineAsync();
    }

    [Fact]
    public async Task View_HostileMessage_IsReadAsBytesCameAndNothingElse()
    {
        using (var client = new TcpClient("127.0.0.1", postfix.Port))
        {
            await using var stream = client.GetStream();
            foreach (var line in (string[])["EHLO x", "MAIL FROM:<eve@evil.test>", "RCPT TO:<\"<script>\"@victim.test>", "DATA"])
            {
                await AnswerAsync(stream);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), Ct);
            }
            await AnswerAsync(stream);
            await stream.WriteAsync("Subject: <img src=x onerror=alert(1)> \u202Egnp.exe\r\nX: y\r\n\r\nbody \u0007\u001b[31m\r\n.\r\n"u8.ToArray(), Ct);
            Assert.StartsWith("250", await AnswerAsync(stream), StringComparison.Ordinal);
        }
        var row = (await WaitAsync(v => v.Rows.Any(m => m.Sender == "eve@evil.test"))).Rows.Single(m => m.Sender == "eve@evil.test");
        Assert.Equal("\"<script>\"@victim.test", row.Recipients[0].Address);
        var content = Expect.Accepted(await Service.ViewAsync(null, row.Id, Root, Ct));
        Assert.Equal("<img src=x onerror=alert(1)> \u202Egnp.exe", content.Subject);
        Assert.Contains("\u0007\u001b[31m", content.Body, StringComparison.Ordinal);
        Assert.Contains("Received: from x", content.Headers, StringComparison.Ordinal);
        Assert.Contains("sender: eve@evil.test", content.Envelope, StringComparison.Ordinal);
        await EndAsync(Expect.Accepted(await Service.ActAsync(null, QueueAct.Delete, [new QueueTarget(row.Id, row.ArrivedAt)], Root, Ct)));
    }

    private async Task CommandLineAsync()
    {
        var (code, output, _) = await TypeAsync("queue", "list", "--json", "--limit", "0");
        Assert.Equal(0, code);
        Assert.Equal(105, JsonDocument.Parse(output).RootElement.GetProperty("all").GetInt32());
        (code, output, _) = await TypeAsync("queue", "list", "--destination", "gmail.test");
        Assert.Contains("Connection refused", output, StringComparison.Ordinal);

        (code, _, var error) = await TypeAsync("queue", "delete", "--matching", "--destination", "gmail.test", "--confirm", "7");
        Assert.Equal((1, true), (code, error.Contains("100 messages were counted, not 7", StringComparison.Ordinal)));
        (code, _, error) = await TypeAsync("queue", "delete", "--matching", "--destination", "gmail.test");
        Assert.Equal((1, true), (code, error.Contains("confirm with 100", StringComparison.Ordinal)));
        (code, output, _) = await TypeAsync("queue", "delete", "--matching", "--destination", "gmail.test", "--confirm", "100");
        Assert.Equal((0, "100 messages deleted.\n"), (code, output));
        var id = (await ReadAsync(QueueFilter.Everything)).Rows[0].Id;
        Assert.Equal(0, (await TypeAsync("queue", "hold", id)).Code);
        Assert.Contains("hold", (await TypeAsync("queue", "show", id)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await TypeAsync("queue", "release", id)).Code);
        Assert.Equal(2, (await TypeAsync("queue", "delete")).Code);
        Assert.Equal(1, (await TypeAsync("queue", "delete", "ALL")).Code);
    }

    private async Task<(int Code, string Output, string Error)> TypeAsync(params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync([.. args, "--data", postfix.Database.Directory], new Terminal(new StringReader(""), output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }

    private async Task<QueueView> ReadAsync(QueueFilter filter) => Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(filter, Limit: 500), Root, Ct));

    private async Task<QueueView> WaitAsync(Func<QueueView, bool> until)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (true)
        {
            var view = Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything, "-arrivedAt", 0, 500), Root, limit.Token));
            if (until(view)) return view;
        }
    }

    private async Task<QueueWork> EndAsync(QueueWork work)
    {
        while (work.State == QueueWorkState.Running)
        {
            await Task.Yield();
            work = Expect.Accepted(await Service.WorkAsync(work.Id, Root, Ct));
        }
        return work;
    }

    private static async Task<string> AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Ct));
    }
}
