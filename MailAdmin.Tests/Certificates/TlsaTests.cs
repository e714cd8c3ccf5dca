using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Certificates;

/// <summary>TLSA records in a real BIND: renewals keep the key, and another key waits until its record was in the zone for long enough.</summary>
public sealed class TlsaTests : IAsyncLifetime
{
    private const string Owner = "_25._tcp.mail.example.test";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private NameServer _bind = null!;
    private PretendAuthority _authority = null!;
    private KeeperWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bind = await NameServer.StartAsync();
        _authority = new PretendAuthority(_time, TimeSpan.FromDays(90));
        _world = await KeeperWorld.CreateAsync(_time, _authority, dns: _bind.Lookup);
        await _world.BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        _authority.Dispose();
        await _bind.DisposeAsync();
    }

    [Fact]
    public async Task Renew_RecordForTheLiveKeyInTheZone_KeepsTheKeyWithoutBeingTold()
    {
        await RenewAsync();
        await _bind.UpdateAsync($"update add {Owner} 60 TLSA 3 1 1 {(await KeysAsync())[^1]}");
        await RenewAsync();
        await _bind.UpdateAsync($"update delete {Owner} TLSA");
        await RenewAsync();
        var keys = await KeysAsync();
        Assert.Equal(4, keys.Count);
        // Nothing published: another key each time. Published: the same one.
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal(keys[1], keys[2]);
        Assert.NotEqual(keys[2], keys[3]);
    }

    [Fact]
    public async Task Renew_ZoneDoesNotAnswer_KeepsTheKey()
    {
        await _bind.StopAsync();
        await RenewAsync();
        var keys = await KeysAsync();
        Assert.Equal((2, keys[0]), (keys.Count, keys[1]));
    }

    [Fact]
    public async Task Keeper_VersionWithAnotherKey_WaitsForItsRecordAndTwiceItsLifetime()
    {
        var first = (await KeysAsync())[0];
        await _bind.UpdateAsync($"update add {Owner} 60 TLSA 3 1 1 {first}");
        var before = _world.File();
        Expect.Accepted(await _world.Database.Get<CertificateStore>().AddVersionAsync(1, _authority.Make(KeeperWorld.Name), CertificateLab.Root, Ct));
        var second = (await KeysAsync())[1];

        await _world.Keeper.OnceAsync(Ct);
        Assert.Equal(before, _world.File());
        Assert.Contains($"{Owner}. IN TLSA 3 1 1 {second}", (await _world.ViewAsync()).Sentence);
        var advice = Expect.Accepted(await _world.Service.TlsaAsync(KeeperWorld.Name, CertificateLab.Root, Ct));
        Assert.Equal([$"{Owner}. IN TLSA 3 1 1 {second}"], advice.Records);
        Assert.Contains(Expect.Accepted(await _world.Database.Get<CertificateDeployment>().PlanAsync(KeeperWorld.Name, 2, CertificateLab.Root, Ct)).Steps, s => s.Sentence.StartsWith("Look first:", StringComparison.Ordinal) && s.Sentence.Contains(second));

        await _bind.UpdateAsync($"update add {Owner} 60 TLSA 3 1 1 {second}");
        await _world.Keeper.OnceAsync(Ct);
        Assert.Equal(before, _world.File());
        Assert.Contains("its TLSA record is in the zone", (await _world.ViewAsync()).Sentence);
        _time.Advance(TimeSpan.FromSeconds(100));
        await _world.Keeper.OnceAsync(Ct);
        Assert.Equal(before, _world.File());

        _time.Advance(TimeSpan.FromSeconds(30));
        await _world.Keeper.OnceAsync(Ct);
        Assert.Equal((2, CertificateState.Good), ((await _world.ViewAsync()).Live!.Number, (await _world.ViewAsync()).State));
        Assert.True(Expect.Accepted(await _world.Service.TlsaAsync(KeeperWorld.Name, CertificateLab.Root, Ct)).IsRight);
        Assert.Equal(2, (await _bind.Lookup.AskAsync(Owner, DnsRecordType.TLSA, Ct)).Records.Count);
    }

    private async Task RenewAsync() => Expect.Accepted(await _world.Database.Get<CertificateRenewal>().RenewAsync(KeeperWorld.Name, force: true, CertificateLab.Root, Ct));

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        await using var db = await _world.Database.OpenAsync();
        return [.. (await db.CertificateVersions.OrderBy(v => v.Number).Select(v => v.PublicKeys).ToListAsync(Ct)).Select(k => Assert.Single(k))];
    }
}
