using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>An order that is interrupted anywhere goes on from there.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Advance_CutOffAtEveryRequest_GoesOnFromThereAndIssues()
    {
        await using var authority = await CertificateAuthority.StartAsync(new Dictionary<string, string> { ["PEBBLE_WFE_NONCEREJECT"] = "0" });
        await using var ordering = await Ordering.OverAsync(authority);
        var whole = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(whole.Standing == OrderStanding.Done, ordering.Story(whole));
        var seen = new HashSet<OrderState>();
        // From the first request to one more than a whole order needs; once before the authority sees it, once after.
        for (int cut = 1, done = 0; done < 2; cut++)
        {
            done = 0;
            foreach (var after in (bool[])[false, true])
            {
                var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test"));
                using var stop = new CancellationTokenSource();
                var requests = 0;
                ordering.Between.Answer = async (_, send) =>
                {
                    if (++requests != cut) return null;
                    if (after) await send();
                    await stop.CancelAsync();
                    throw new OperationCanceledException(stop.Token);
                };
                try
                {
                    await ordering.Orders.AdvanceAsync(created.Id, stop.Token);
                }
                catch (OperationCanceledException)
                {
                    // The process ended here.
                }
                seen.Add((await ordering.GetAsync(created.Id)).State);
                ordering.Between.Answer = null;
                if (!stop.IsCancellationRequested) done++;
                var order = stop.IsCancellationRequested ? await ordering.CarryOnAsync(created.Id) : await ordering.GetAsync(created.Id);
                Assert.True(order.Standing == OrderStanding.Done, $"cut {cut}, {(after ? "after" : "before")}: {ordering.Story(order)}");
            }
            Assert.True(cut < 60, "An order needs fewer requests than that.");
        }
        Assert.Superset(new HashSet<OrderState> { OrderState.Created, OrderState.Authorising, OrderState.Answered, OrderState.Ready, OrderState.Finalising, OrderState.Deployed }, seen);
        Assert.Equal(ordering.Issued.Stored.Count, ordering.Issued.Deployed);
    }

    [Theory]
    [InlineData(OrderState.Valid)]
    [InlineData(OrderState.Stored)]
    public async Task Advance_CutOffBetweenIssuedAndServed_AsksTheAuthorityNothingMore(OrderState state)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test"));
        using var stop = new CancellationTokenSource();
        ordering.Issued.OnStore = ordering.Issued.OnDeploy = () => { };
        if (state == OrderState.Valid) ordering.Issued.OnStore = Cut;
        else ordering.Issued.OnDeploy = Cut;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ordering.Orders.AdvanceAsync(created.Id, stop.Token));
        Assert.Equal(state, (await ordering.GetAsync(created.Id)).State);
        (ordering.Issued.OnStore, ordering.Issued.OnDeploy) = (() => { }, () => { });
        var asked = ordering.Between.Count;
        var order = await ordering.CarryOnAsync(created.Id);
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        Assert.Equal(asked, ordering.Between.Count);

        void Cut()
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        }
    }

    [Fact]
    public async Task Advance_DeployFails_KeepsTheCertificateAndRetriesOnlyTheDeploy()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        ordering.Issued.Serves = Core.Provisioning.Applying.ServedState.Failed;
        var failed = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.Equal((OrderState.Stored, OrderStanding.Failed), (failed.State, failed.Standing));
        Assert.Contains("Port 993", failed.Failure);
        ordering.Issued.Serves = Core.Provisioning.Applying.ServedState.Live;
        var asked = ordering.Between.Count;
        Ordering.Accepted(await ordering.Orders.RetryAsync(failed.Id, Core.Administrators.Actor.Portal, Core.Data.ChangeOptions.Default, TestContext.Current.CancellationToken));
        Assert.Equal(OrderStanding.Done, (await ordering.CarryOnAsync(failed.Id)).Standing);
        Assert.Equal(asked, ordering.Between.Count);
        Assert.Single(ordering.Issued.Stored);
    }

    [Fact]
    public async Task Advance_TwoAtOnce_OneWorksAndTheOtherIsTold()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test"));
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        ordering.Between.Answer = async (_, _) =>
        {
            begun.TrySetResult();
            await go.Task;
            return null;
        };
        var first = ordering.Orders.AdvanceAsync(created.Id, TestContext.Current.CancellationToken);
        await begun.Task;
        Assert.False(await ordering.Orders.AdvanceAsync(created.Id, TestContext.Current.CancellationToken));
        go.SetResult();
        Assert.True(await first);
        Assert.Equal(OrderStanding.Done, (await ordering.GetAsync(created.Id)).Standing);
    }
}
