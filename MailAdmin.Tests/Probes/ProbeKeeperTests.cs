using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Probes;

/// <summary>What the portal does by itself, and when.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class ProbeKeeperTests(ProbeLab lab)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private T Get<T>() where T : notnull => lab.Portal.Get<T>();

    [Fact]
    public async Task Look_DoesWhatIsDue_EachByItsOwnSchedule()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var keeper = new ProbeKeeper(Get<ProbeService>(), Get<ProbeRunner>(), Get<ProbeAccounts>(), Get<RoundTripService>(), Get<AlertService>(), Options.Create(new ProbesOptions()), time);
        Expect.Accepted(await Get<AlertService>().SetUpAsync(new AlertSetupEdit { HeartbeatUrl = lab.ClockAddress + "beat", HeartbeatSeconds = 120 }, Actor.Portal, Ct));
        await CalmAsync();
        try
        {
            await LookAsync(1);
            Assert.Equal(1, Beats);
            var first = await LastAsync();
            Assert.Equal(Get<ProbeRunner>().Kinds.Keys.Order(), first.Keys.Order());

            await LookAsync(0);
            Assert.Equal(first, await LastAsync());

            time.Advance(TimeSpan.FromSeconds(61));
            await LookAsync(0);
            var second = await LastAsync();
            Assert.Equal(Get<ProbeRunner>().Kinds.Values.Where(kind => kind.Every <= TimeSpan.FromMinutes(1)).Select(kind => kind.Name).Order(), second.Keys.Where(probe => second[probe] != first[probe]).Order());
            Assert.Equal(1, Beats);

            time.Advance(TimeSpan.FromSeconds(240));
            await LookAsync(1);
            Assert.Equal(2, Beats);
        }
        finally
        {
            await Get<AlertService>().SetUpAsync(new AlertSetupEdit(), Actor.Portal, CancellationToken.None);
        }

        // Looks once, and waits for the messages that it sends.
        async Task LookAsync(int trips)
        {
            var before = await ScheduledAsync();
            await keeper.LookAsync(Ct);
            var began = TimeProvider.System.GetTimestamp();
            while (await ScheduledAsync() < before + trips) Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "No message was sent.");
            Assert.Equal(before + trips, await ScheduledAsync());
        }
    }

    // A heartbeat is held back while something critical stands that nobody has taken on, such as what another test broke and mended a moment ago.
    private async Task CalmAsync()
    {
        foreach (var standing in Expect.Accepted(await Get<AlertService>().ReadAsync(Actor.Portal, Ct)).Alarms)
            if (standing.Alarm.Severity is Severity.Critical) Expect.Accepted(await Get<AlertService>().AcknowledgeAsync(standing.Alarm.Key, Actor.Portal, Ct));
    }

    private int Beats => lab.Asked.Count(request => request.StartsWith("GET /beat ", StringComparison.Ordinal));

    private async Task<int> ScheduledAsync() => Expect.Accepted(await Get<RoundTripService>().ListAsync(500, Actor.Portal, Ct)).Count(trip => trip.IsScheduled);

    private async Task<Dictionary<string, DateTimeOffset>> LastAsync() =>
        Assert.Single(Expect.Accepted(await Get<ProbeService>().ReadAsync(null, Actor.Portal, Ct))).Probes.ToDictionary(state => state.Latest.Probe, state => state.Latest.At);
}
