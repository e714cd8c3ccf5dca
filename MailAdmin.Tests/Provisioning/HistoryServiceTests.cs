using MailAdmin.Core;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

public sealed class HistoryServiceTests
{
    private const string Passwd = "dovecot/passwd/example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compare_TwoRuns_ShowsWhatStayedDifferentInBothDirections()
    {
        await using var host = await InMemoryAsync();
        var first = (await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"))).GenerationId!.Value;
        await host.LiveAsync(Alias("sales@example.test", "alice@example.test"), Quota("alice@example.test", 5000));
        var last = (await host.LiveAsync(Mailbox("bob@example.test"), Quota("alice@example.test", 0))).GenerationId!.Value;

        var forward = Expect.Accepted(await host.History.CompareAsync(first, last, Root, Ct));
        var passwd = Assert.Single(forward, s => s.Path.EndsWith(Passwd, StringComparison.Ordinal));
        Assert.Equal(PlanStepKind.Change, passwd.Kind);
        Assert.Contains("+bob@example.test:", passwd.Diff);
        Assert.DoesNotContain("alice", passwd.Diff);   // its quota came and went again
        Assert.Contains("+sales@example.test", Assert.Single(forward, s => s.Path.EndsWith("virtual_alias_maps", StringComparison.Ordinal)).Diff);
        Assert.DoesNotContain("saltsalt", string.Concat(forward.Select(s => s.Diff + s.Before + s.After)));

        var backward = Expect.Accepted(await host.History.CompareAsync(last, first, Root, Ct));
        Assert.Equal(forward.Select(s => s.Path), backward.Select(s => s.Path));
        Assert.Contains("-bob@example.test:", Assert.Single(backward, s => s.Path == passwd.Path).Diff);
        Assert.Empty(Expect.Accepted(await host.History.CompareAsync(last, last, Root, Ct)));
        Assert.IsType<NotFound>(Assert.Single(Expect.Refused(await host.History.CompareAsync(first, 9999, Root, Ct))));
    }

    [Fact]
    public async Task Compare_FileThatCameAndWent_IsNotShown()
    {
        await using var host = await InMemoryAsync();
        var first = (await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"))).GenerationId!.Value;
        var second = (await host.LiveAsync(Domain("short.test"))).GenerationId!.Value;
        var third = (await host.LiveAsync(TrashDomain("short.test"))).GenerationId!.Value;
        Assert.Equal(PlanStepKind.Create, Assert.Single(Expect.Accepted(await host.History.CompareAsync(first, second, Root, Ct)), s => s.Path.EndsWith("/short.test", StringComparison.Ordinal)).Kind);
        Assert.Equal(PlanStepKind.Delete, Assert.Single(Expect.Accepted(await host.History.CompareAsync(second, third, Root, Ct)), s => s.Path.EndsWith("/short.test", StringComparison.Ordinal)).Kind);
        Assert.Empty(Expect.Accepted(await host.History.CompareAsync(first, third, Root, Ct)));
    }

    [Fact]
    public async Task Retention_KeepsTheNewestAndTheLastGoodOne_AlsoWhenAllFail()
    {
        await using var host = await InMemoryAsync(options: o => o.KeepGenerations = 10);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        Served good = null!;
        for (var i = 0; i < 14; i++) good = await host.LiveAsync(Quota("alice@example.test", 1000 + i));
        Assert.InRange((await IdsAsync(host)).Count, 10, 11);
        Assert.Equal(good.GenerationId, (await IdsAsync(host))[^1]);

        host.Daemons.Fails = "doveadm";
        for (var i = 0; i < 14; i++) Assert.Equal(ServedState.Failed, (await host.ServeAsync(await host.ChangeAsync(Quota("alice@example.test", 2000 + i)))).State);
        var kept = await IdsAsync(host);
        Assert.InRange(kept.Count, 10, 12);
        Assert.Equal(good.GenerationId, kept[0]);
        Expect.Accepted(await host.History.GetAsync(good.GenerationId!.Value, Root, Ct));

        host.Daemons.Fails = null;
        Expect.Accepted(await host.History.RollBackAsync(good.GenerationId!.Value, Root, Core.Data.ChangeOptions.Default, Ct));
        await host.LiveAsync(Quota("alice@example.test", 3000));
    }

    [Fact]
    public async Task Interrupted_ApprovedRun_IsFinishedByTheNextStart()
    {
        await using var host = await InMemoryAsync(h => h.RequiresApproval = true);
        await ApproveAsync(host, await host.ChangeAsync(Domain("example.test"), Mailbox("alice@example.test")));
        var interrupted = await InterruptAsync(host, await host.ChangeAsync(Mailbox("bob@example.test")));
        Assert.Contains("bob@example.test", await host.TextAsync(Passwd));

        await host.Apply.RecoverAsync(Ct);

        Assert.Contains("bob@example.test\t", await host.TextAsync("postfix/virtual_mailbox_maps"));
        Assert.NotEqual(GenerationState.Applying, Expect.Accepted(await host.History.GetAsync(interrupted, Root, Ct)).View.State);
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Interrupted_WhileSomethingElseWaitsForApproval_IsTakenBack()
    {
        await using var host = await InMemoryAsync(h => h.RequiresApproval = true);
        await ApproveAsync(host, await host.ChangeAsync(Domain("example.test"), Mailbox("alice@example.test")));
        var before = ApplyServiceTests.Contents(host);
        var interrupted = await InterruptAsync(host, await host.ChangeAsync(Mailbox("bob@example.test")));
        Assert.NotEqual(before, ApplyServiceTests.Contents(host));

        // Nobody approved this one: neither it nor half of the former may be on the host.
        var served = await host.ServeAsync(await host.ChangeAsync(Mailbox("carol@example.test")));

        Assert.Equal(ServedState.WaitsForApproval, served.State);
        Assert.Equal(before, ApplyServiceTests.Contents(host));
        Assert.Equal(GenerationState.ReturnedToFormer, Expect.Accepted(await host.History.GetAsync(interrupted, Root, Ct)).View.State);
        Assert.Equal(ServedState.Live, Expect.Accepted(await host.Apply.ApproveAsync(served.GenerationId!.Value, Root, Ct)).State);
        Assert.Contains("carol@example.test", await host.TextAsync(Passwd));
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    private static async Task ApproveAsync(ServedHost host, HostRevision revision)
    {
        var waits = await host.ServeAsync(revision);
        Assert.Equal(ServedState.WaitsForApproval, waits.State);
        Assert.Equal(ServedState.Live, Expect.Accepted(await host.Apply.ApproveAsync(waits.GenerationId!.Value, Root, Ct)).State);
    }

    // The users are written, then the disk is full and stays so: not even the former files can be put back.
    private static async Task<int> InterruptAsync(ServedHost host, HostRevision revision)
    {
        var waits = await host.ServeAsync(revision);
        host.Daemons.Host.FailFrom = host.Daemons.Host.Acts + 3;
        var served = Expect.Accepted(await host.Apply.ApproveAsync(waits.GenerationId!.Value, Root, Ct));
        host.Daemons.Host.FailFrom = 0;
        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains("could not all be put back", served.Sentence);
        return waits.GenerationId!.Value;
    }

    private static async Task<List<int>> IdsAsync(ServedHost host)
    {
        await using var db = await host.Database.OpenAsync();
        return await db.Generations.OrderBy(g => g.Id).Select(g => g.Id).ToListAsync(Ct);
    }
}
