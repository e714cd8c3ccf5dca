using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Certificates;

/// <summary>The keeper over long times, with a hand-set clock, an authority that can be down, and real handshakes.</summary>
public sealed class KeeperTests
{
    private const string Name = KeeperWorld.Name;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(6)]
    [InlineData(45)]
    [InlineData(64)]
    [InlineData(90)]
    public async Task Keeper_FourHundredDaysWithTheAuthorityDownForTen_KeepsTheCertificateFresh(int days)
    {
        var begin = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var time = new FakeTimeProvider(begin);
        using var authority = new PretendAuthority(time, TimeSpan.FromDays(days)) { DownFrom = begin.AddDays(100), DownUntil = begin.AddDays(110) };
        await using var world = await KeeperWorld.CreateAsync(time, authority);
        await world.BeginAsync();

        var step = TimeSpan.FromDays(days < 10 ? 0.25 : 1);
        var (expired, alerted, lastChange) = (0, false, world.File());
        while (time.GetUtcNow() < begin.AddDays(400))
        {
            time.Advance(step);
            var before = world.File();
            await world.Keeper.OnceAsync(Ct);
            var view = await world.ViewAsync();
            var isDown = time.GetUtcNow() >= authority.DownFrom && time.GetUtcNow() < authority.DownUntil;
            // What is live does not change by one byte while there is nothing better.
            if (isDown) Assert.True(before.AsSpan().SequenceEqual(world.File()));
            alerted |= isDown && view.State is CertificateState.Urgent or CertificateState.Wrong && view.Sentence.Contains("down for maintenance", StringComparison.Ordinal);
            if (view.Live!.NotAfter <= time.GetUtcNow())
            {
                expired++;
                // Only an outage that is longer than what was left can do that; a try follows within the longest wait after its end.
                Assert.True(days < 10 && time.GetUtcNow() > authority.DownFrom && time.GetUtcNow() < authority.DownUntil + TimeSpan.FromDays(days / 24d * 1.25) + step * 2, $"expired at {time.GetUtcNow()}");
            }
        }

        Assert.Equal(days < 10, expired > 0);
        // Half of a short lifetime, else two thirds, is used: neither wasteful nor late.
        var expectedIssues = 400 / (days * (days < 10 ? 0.5 : 0.66));
        Assert.InRange(authority.Issued, expectedIssues * 0.8, expectedIssues * 1.25 + 2);
        Assert.True(authority.Refused >= (days < 10 ? 10 : 0));
        Assert.Equal(authority.Refused > 0, alerted);
        Assert.Equal(CertificateState.Good, (await world.ViewAsync()).State);
        Assert.Equal(authority.LastFingerprint, (await world.ViewAsync()).Live!.Fingerprints[0]);
    }

    [Fact]
    public async Task Keeper_AuthoritySuggestsAWindow_RenewsWithinIt()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var authority = new PretendAuthority(time, TimeSpan.FromDays(90)) { Suggests = live => new RenewalSuggestion(live.NotBefore.AddDays(10), live.NotBefore.AddDays(11), time.GetUtcNow().AddHours(6), null) };
        await using var world = await KeeperWorld.CreateAsync(time, authority);
        await world.BeginAsync();
        while (authority.Issued < 2 && time.GetUtcNow() < time.Start.AddDays(30))
        {
            time.Advance(TimeSpan.FromHours(3));
            await world.Keeper.OnceAsync(Ct);
        }
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.FromDays(9.9), TimeSpan.FromDays(11.2));
    }

    [Fact]
    public async Task Keeper_DeployFails_TriesTheSameVersionAgainAndOrdersNoOther()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var authority = new PretendAuthority(time, TimeSpan.FromDays(90));
        await using var world = await KeeperWorld.CreateAsync(time, authority);
        await world.BeginAsync();
        var live = world.File();
        world.Host.Answer = (command, _) => command is ["postfix", .., "reload"] ? new(1, "", "fatal: the Postfix mail system is not running") : null;
        time.Advance(TimeSpan.FromDays(61));
        for (var i = 0; i < 40; i++)
        {
            await world.Keeper.OnceAsync(Ct);
            time.Advance(TimeSpan.FromMinutes(15));
        }
        Assert.Equal(2, authority.Issued);
        Assert.Equal(live, world.File());
        Assert.Contains("not running", (await world.ViewAsync()).Sentence);
        world.Host.Answer = (_, _) => null;
        time.Advance(TimeSpan.FromHours(8));
        await world.Keeper.OnceAsync(Ct);
        Assert.Equal((2, 2, CertificateState.Good), (authority.Issued, (await world.ViewAsync()).Live!.Number, (await world.ViewAsync()).State));
    }

    [Fact]
    public async Task Keeper_KeepKey_RenewsWithTheSameKey()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var authority = new PretendAuthority(time, TimeSpan.FromDays(45));
        await using var world = await KeeperWorld.CreateAsync(time, authority);
        await world.BeginAsync();
        Expect.Accepted(await world.Service.ChangeAsync(Name, new CertificateEdit { KeepKey = true }, CertificateLab.Root, ChangeOptions.Default, Ct));
        Expect.Accepted(await world.Database.Get<CertificateRenewal>().RenewAsync(Name, force: true, CertificateLab.Root, Ct));
        await using var db = await world.Database.OpenAsync();
        var keys = await db.CertificateVersions.Select(v => v.PublicKeys).ToListAsync(Ct);
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Renew_FailsForGood_SaysSoAndWaitsLonger()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var authority = new PretendAuthority(time, TimeSpan.FromDays(90));
        await using var world = await KeeperWorld.CreateAsync(time, authority);
        await world.BeginAsync();
        (authority.DownFrom, authority.DownUntil) = (time.GetUtcNow(), time.GetUtcNow().AddYears(1));
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            Expect.Refused(await world.Database.Get<CertificateRenewal>().RenewAsync(Name, force: true, CertificateLab.Root, Ct));
            waits.Add((await world.ViewAsync()).NextTryAt!.Value - time.GetUtcNow());
        }
        Assert.True(waits[0] < TimeSpan.FromMinutes(7));
        Assert.True(waits[3] > waits[0] * 4);
        Assert.All(waits, w => Assert.True(w <= TimeSpan.FromDays(1.25)));
        Assert.Contains("12 times", (await world.ViewAsync()).Sentence);
    }
}
