using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Delivery.Queue;

public sealed class QueueServiceTests : IAsyncLifetime
{
    private const string Throttled = "host mx.outlook.test[192.0.2.1] said: 451 4.7.0 Too many messages, throttled";

    private static readonly Actor Root = Actor.CommandLine("root");

    private readonly FakeQueue _queue = new();
    private SqliteDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private QueueService Service => _database.Get<QueueService>();

    public async ValueTask InitializeAsync()
    {
        _database = await SqliteDatabase.CreateAsync(services => services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(_queue.Host))));
        await using var db = await _database.OpenAsync();
        db.Hosts.Add(new Host { Name = "mail.example.test" });
        await db.SaveChangesAsync(Ct);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Read_ThreeTroubles_AreGroupedByDestinationAndReasonLargestFirst()
    {
        _queue.Add(3, "a@gmail.test");
        _queue.Add(7, "b@outlook.test", Throttled, first: 100);
        _queue.Add(2, "c@outlook.test", first: 200, arrival: 1_700_000_000);
        _queue.Add(1, "d@here.test", reason: null, queue: "active", first: 300);

        var view = Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything), Root, Ct));

        Assert.Equal((13, 13, 4), (view.All, view.Total, view.GroupCount));
        Assert.Equal([("outlook.test", "Too much at once (4.7.0)", 7), ("gmail.test", "Server does not answer", 3), ("outlook.test", "Server does not answer", 2), ("here.test", "Not tried yet", 1)],
            view.Groups.Select(g => (g.Destination, g.Reason.Name, g.Messages)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), view.Groups[2].Since);
        Assert.Equal(12, view.ByQueue[QueueName.Deferred]);
        Assert.Equal("c@outlook.test", view.Rows[0].Recipients[0].Address);   // the oldest first
    }

    [Fact]
    public async Task Read_Filters_LetThroughWhatFits()
    {
        _queue.Add(3, "a@gmail.test");
        _queue.Add(4, "b@outlook.test", Throttled, first: 100, sender: "");
        _queue.Add(2, "c@outlook.test", first: 200, queue: "hold");

        async Task<int> TotalAsync(QueueFilter filter) => Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(filter), Root, Ct)).Total;

        Assert.Equal(6, await TotalAsync(new QueueFilter { Destination = "OUTLOOK.test" }));
        Assert.Equal(4, await TotalAsync(new QueueFilter { Destination = "outlook.test", Reason = "Too much at once (4.7.0)" }));
        Assert.Equal(2, await TotalAsync(new QueueFilter { Queue = QueueName.Hold }));
        Assert.Equal(4, await TotalAsync(new QueueFilter { Sender = "" }));
        Assert.Equal(2, await TotalAsync(new QueueFilter { Recipient = "C@outlook.test" }));
        Assert.Equal(3, await TotalAsync(new QueueFilter { Recipient = "@gmail.test" }));
        Assert.Equal(4, await TotalAsync(new QueueFilter { Search = "THROTTLED" }));
        Assert.Equal(1, await TotalAsync(new QueueFilter { Search = "0000000064" }));
        Assert.Equal(3, await TotalAsync(new QueueFilter { Before = DateTimeOffset.FromUnixTimeSeconds(1_795_000_001) }));
        Assert.Equal(0, await TotalAsync(new QueueFilter { After = DateTimeOffset.FromUnixTimeSeconds(1_795_000_100) }));
    }

    [Theory]
    [InlineData("arrivedAt")]
    [InlineData("-arrivedAt")]
    [InlineData("sizeBytes")]
    [InlineData("-sender")]
    public async Task Read_PageByPage_IsTheWholeOrderedList(string sort)
    {
        _queue.Add(40, "a@gmail.test");
        _queue.Add(63, "b@outlook.test", first: 100, sender: "zoe@example.test");
        List<string> ids = [];
        for (var offset = 0; offset < 103; offset += 25)
            ids.AddRange(Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything, sort, offset, 25), Root, Ct)).Rows.Select(m => m.Id));
        var whole = Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything, sort, 0, 500), Root, Ct)).Rows;
        Assert.Equal(103, ids.Distinct().Count());
        Assert.Equal(whole.Select(m => m.Id), ids);
        if (sort == "-sender") Assert.Equal("zoe@example.test", whole[0].Sender);
        if (sort == "-arrivedAt") Assert.True(whole[0].ArrivedAt > whole[^1].ArrivedAt);
    }

    [Fact]
    public async Task Read_OtherProgramsWords_AreCountedAndNothingIsLost()
    {
        _queue.Add(2, "a@gmail.test");
        _queue.Host.Answer = (command, _) => new CommandResult(0, $"{_queue.Messages[0].Json}\nmail system is down\n{_queue.Messages[1].Json}", "");
        var view = Expect.Accepted(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything), Root, Ct));
        Assert.Equal((2, 1), (view.Total, view.Unread));
    }

    [Fact]
    public async Task Read_PostqueueFails_SaysWhyAndNotThatTheQueueIsEmpty()
    {
        _queue.Host.Answer = (_, _) => new CommandResult(69, "", "postqueue: fatal: Queue report unavailable - mail system is down\n");
        var failed = await Assert.ThrowsAsync<HostCommandException>(() => Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything), Root, Ct));
        Assert.Contains("mail system is down", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ActOnCounted_MoreComeMeanwhile_OnlyWhatWasCountedIsDeleted()
    {
        _queue.Add(1200, "a@gmail.test");
        _queue.Add(5, "b@outlook.test", first: 5000);
        var count = Expect.Accepted(await Service.CountAsync(null, new QueueFilter { Destination = "gmail.test" }, Root, Ct));
        Assert.Equal(1200, count.Messages);
        _queue.Add(3, "late@gmail.test", first: 9000);
        _queue.Messages.RemoveAt(0);   // one leaves by itself

        var work = Expect.Accepted(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 1200, Root, Ct));

        Assert.Equal((QueueWorkState.Done, 1200, 1199, 1), (work.State, work.Total, work.Done, work.Gone));
        Assert.Equal(3, _queue.Messages.Count(m => m.To == "late@gmail.test"));
        Assert.Equal(8, _queue.Messages.Count);
        Expect.Refused<CountForgotten, QueueWork>(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 1200, Root, Ct), "selection");   // once
    }

    [Fact]
    public async Task ActOnCounted_IdWasUsedAgain_TheOtherMessageIsLeftAlone()
    {
        _queue.Add(3, "a@gmail.test");
        var count = Expect.Accepted(await Service.CountAsync(null, QueueFilter.Everything, Root, Ct));
        _queue.Messages[1] = _queue.Messages[1] with { Arrival = 1_795_555_555, To = "new@else.test" };

        var work = Expect.Accepted(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 3, Root, Ct));

        Assert.Equal((2, 1), (work.Done, work.Gone));
        Assert.Equal("new@else.test", Assert.Single(_queue.Messages).To);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task ActOnCounted_DeleteWithoutTheRightNumber_DeletesNothing(int? confirmed)
    {
        _queue.Add(3, "a@gmail.test");
        var count = Expect.Accepted(await Service.CountAsync(null, QueueFilter.Everything, Root, Ct));
        var refused = Expect.Refused<CountNotConfirmed, QueueWork>(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, confirmed, Root, Ct), "confirm");
        Assert.Contains("3", refused.NextStep, StringComparison.Ordinal);
        Assert.Equal(3, _queue.Messages.Count);
        Assert.Equal(3, Expect.Accepted(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 3, Root, Ct)).Done);   // still ready
    }

    [Fact]
    public async Task ActOnCounted_BySomebodyElse_IsNotKnown()
    {
        _queue.Add(3, "a@gmail.test");
        var count = Expect.Accepted(await Service.CountAsync(null, QueueFilter.Everything, Root, Ct));
        Expect.Refused<CountForgotten, QueueWork>(await Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 3, Actor.Portal, Ct), "selection");
        Assert.Equal(3, _queue.Messages.Count);
    }

    [Fact]
    public async Task Act_HoldReleaseRequeueDelete_DoWhatTheySayAndAreAuditedWithIds()
    {
        _queue.Add(4, "a@gmail.test");
        string[] ids = [_queue.Messages[0].Id, _queue.Messages[1].Id];
        async Task<QueueWork> DoAsync(QueueAct act) => Expect.Accepted(await Service.ActAsync(null, act, [.. ids.Select(id => new QueueTarget(id))], Root, Ct));

        Assert.Equal(2, (await DoAsync(QueueAct.Hold)).Done);
        Assert.Equal(2, _queue.Messages.Count(m => m.Queue == "hold"));
        Assert.Equal((0, 2), await DoAsync(QueueAct.Flush) is var flush ? (flush.Done, flush.Gone) : default);   // held ones are not tried
        Assert.Equal(2, (await DoAsync(QueueAct.Release)).Done);
        Assert.Equal(0, (await DoAsync(QueueAct.Release)).Done);                                                  // no longer held
        Assert.Equal(2, (await DoAsync(QueueAct.Flush)).Done);
        Assert.Equal(ids.Order(), _queue.Flushed.Order());
        Assert.Equal(2, (await DoAsync(QueueAct.Delete)).Done);
        Assert.Equal(2, _queue.Messages.Count);

        await using var db = await _database.OpenAsync();
        var entries = await db.AuditEntries.AsNoTracking().OrderBy(e => e.Id).ToListAsync(Ct);
        foreach (var act in (string[])["queue.hold", "queue.release", "queue.flush", "queue.delete"])
        {
            var begun = entries.First(e => e.Action == act && e.Result.StartsWith("begun", StringComparison.Ordinal));
            Assert.Equal(("root@local", "mail.example.test"), (begun.Actor, begun.Object));
            Assert.All(ids, id => Assert.Contains(id, begun.After, StringComparison.Ordinal));
        }
        Assert.Contains(entries, e => e.Action == "queue.delete" && e.Result == "2 messages deleted");
    }

    [Fact]
    public async Task Act_SeenMessageIsGoneAndItsIdUsedAgain_IsRefused()
    {
        _queue.Add(1, "a@gmail.test");
        var seen = new QueueTarget(_queue.Messages[0].Id, DateTimeOffset.FromUnixTimeSeconds(_queue.Messages[0].Arrival));
        _queue.Messages[0] = _queue.Messages[0] with { Arrival = _queue.Messages[0].Arrival + 60 };
        Expect.Refused<NotFound, QueueWork>(await Service.ActAsync(null, QueueAct.Delete, [seen], Root, Ct), "id");
        Assert.Single(_queue.Messages);
    }

    [Theory]
    [InlineData("ALL")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("A11A6B1E31A\nALL")]
    [InlineData("../../etc")]
    public async Task Act_NotAnId_NeverReachesPostfix(string id)
    {
        _queue.Add(2, "a@gmail.test");
        Expect.Refused<Malformed, QueueWork>(await Service.ActAsync(null, QueueAct.Delete, [new QueueTarget(id)], Root, Ct), "ids[0]");
        Assert.DoesNotContain(_queue.Host.Ran, ran => ran.Command[0] == "postsuper");
        Expect.Refused<Malformed, MessageContent>(await Service.ViewAsync(null, id, Root, Ct), "id");
    }

    [Fact]
    public async Task Cancel_BetweenTwoLots_StopsAndSaysWhatWasDone()
    {
        _queue.Add(2000, "a@gmail.test");
        using var goOn = new ManualResetEventSlim();
        var lots = 0;
        _queue.BeforeAct = () => { if (++lots == 2) goOn.Wait(Ct); };
        var count = Expect.Accepted(await Service.CountAsync(null, QueueFilter.Everything, Root, Ct));
        var acting = Service.ActOnCountedAsync(count.Selection, QueueAct.Delete, 2000, Root, Ct);
        QueueWork work;
        do work = Expect.Accepted(await Service.WorksAsync(Root, Ct)).FirstOrDefault()!;
        while (work is not { Done: 500 } || Volatile.Read(ref lots) < 2);
        var cancelling = Service.CancelAsync(work.Id, Root, Ct);
        goOn.Set();
        work = Expect.Accepted(await cancelling);
        await acting;
        Assert.Equal((QueueWorkState.Cancelled, 1000), (work.State, work.Done));   // the lot that was begun is finished
        Assert.Equal(1000, _queue.Messages.Count);
        Assert.Contains("1,000 were not touched", work.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlushDestination_WithoutFastFlush_GoesOneByOneAndSaysSo()
    {
        _queue.Add(3, "a@gmail.test");
        _queue.Add(2, "b@outlook.test", first: 100);
        var flush = Expect.Accepted(await Service.FlushDestinationAsync(null, "gmail.test", Root, Ct));
        Assert.Contains("fast_flush_domains", flush.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, flush.Work!.Done);
        Assert.Equal(3, _queue.Flushed.Count);

        _queue.FastFlush.Add("outlook.test");
        Assert.Null(Expect.Accepted(await Service.FlushDestinationAsync(null, "outlook.test", Root, Ct)).Work);
        Assert.Equal(3, _queue.Flushed.Count);
        Assert.Contains(_queue.Host.Ran, ran => ran.Command.SequenceEqual(["postqueue", "-c", "/etc/postfix", "-s", "outlook.test"]));
    }

    [Fact]
    public async Task View_Message_IsTextWithADecodedSubjectBoundedAndAudited()
    {
        _queue.Add(1, "a@gmail.test");
        _queue.Content += new string('x', 400_000);
        var content = Expect.Accepted(await Service.ViewAsync(null, _queue.Messages[0].Id, Root, Ct));
        Assert.Equal("Grüße", content.Subject);
        Assert.StartsWith("Hello\n", content.Body, StringComparison.Ordinal);
        Assert.True(content.IsCut);
        Assert.InRange(content.Body.Length, 200_000, 262_144);
        await using var db = await _database.OpenAsync();
        Assert.Contains(await db.AuditEntries.ToListAsync(Ct), e => e.Action == "queue.view" && e.After!.Contains(_queue.Messages[0].Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Role.Auditor, true, false)]
    [InlineData(Role.DomainAdministrator, false, false)]
    [InlineData(Role.Administrator, true, true)]
    [InlineData(Role.Owner, true, true)]
    public async Task EveryAct_EachRole_IsPermittedOrNot(Role role, bool reads, bool acts)
    {
        _queue.Add(2, "a@gmail.test");
        var person = new Administrator { UserName = $"{role}", Role = role };
        await using (var db = await _database.OpenAsync())
        {
            db.Users.Add(person);
            await db.SaveChangesAsync(Ct);
        }
        var actor = new Actor(ActorKind.Administrator, person.Id, person.UserName!, "web");
        var id = _queue.Messages[0].Id;
        static bool Passed<T>(Outcome<T> outcome) => outcome is not Outcome<T>.Refused { Reasons: [NotPermitted] };

        Assert.Equal(reads, Passed(await Service.ReadAsync(null, new QueueQuery(QueueFilter.Everything), actor, Ct)));
        Assert.Equal(reads, Passed(await Service.GetAsync(null, id, actor, Ct)));
        Assert.Equal(reads, Passed(await Service.WorksAsync(actor, Ct)));
        Assert.Equal(acts, Passed(await Service.ViewAsync(null, id, actor, Ct)));
        Assert.Equal(acts, Passed(await Service.CountAsync(null, QueueFilter.Everything, actor, Ct)));
        Assert.Equal(acts, Passed(await Service.ActAsync(null, QueueAct.Hold, [new QueueTarget(id)], actor, Ct)));
        Assert.Equal(acts, Passed(await Service.ActOnCountedAsync("0", QueueAct.Delete, 1, actor, Ct)));
        Assert.Equal(acts, Passed(await Service.FlushAllAsync(null, actor, Ct)));
        Assert.Equal(acts, Passed(await Service.FlushDestinationAsync(null, "gmail.test", actor, Ct)));
        Assert.Equal(acts, Passed(await Service.CancelAsync(1, actor, Ct)));
        if (!acts) Assert.DoesNotContain(_queue.Host.Ran, ran => ran.Command[0] is "postsuper" or "postcat" || ran.Command.Contains("-i") || ran.Command.Contains("-f"));
    }
}
