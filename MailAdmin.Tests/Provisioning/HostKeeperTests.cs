using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

/// <summary>What happens on hosts without anybody asking.</summary>
public sealed class HostKeeperTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Once_AliasExpired_TakesItOffTheHostAndWritesDownWhy()
    {
        await using var host = await InMemoryAsync(time: _time);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"), Alias("sales@example.test", "alice@example.test"));
        await using (var db = await host.Database.OpenAsync()) await db.Aliases.ExecuteUpdateAsync(set => set.SetProperty(a => a.ExpiresAt, _time.GetUtcNow().AddHours(1)), Ct);
        var keeper = host.Database.Get<HostKeeper>();

        await keeper.OnceAsync(Ct);
        Assert.Contains("sales@example.test\talice@example.test\n", await host.TextAsync("postfix/virtual_alias_maps"));

        _time.Advance(TimeSpan.FromHours(2));
        await keeper.OnceAsync(Ct);
        Assert.DoesNotContain("sales@example.test", await host.TextAsync("postfix/virtual_alias_maps"));
        Assert.Contains("sales@example.test\tREJECT 5.1.1", await host.TextAsync("postfix/recipient_access"));

        _time.Advance(TimeSpan.FromHours(2));
        await keeper.OnceAsync(Ct);
        await using var after = await host.Database.OpenAsync();
        Assert.Equal(1, await after.AuditEntries.CountAsync(a => a.Action == "alias.expire", Ct));
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Once_AliasExpiredWhileNothingRan_IsCaughtUp()
    {
        await using var host = await InMemoryAsync(time: _time);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"), Alias("sales@example.test", "alice@example.test"));
        await using (var db = await host.Database.OpenAsync()) await db.Aliases.ExecuteUpdateAsync(set => set.SetProperty(a => a.ExpiresAt, _time.GetUtcNow().AddHours(1)), Ct);
        _time.Advance(TimeSpan.FromHours(2));
        await host.Database.Get<HostKeeper>().OnceAsync(Ct);
        Assert.DoesNotContain("sales@example.test", await host.TextAsync("postfix/virtual_alias_maps"));
    }

    [Fact]
    public async Task Once_WhatFailed_IsTriedAgainLaterButNotAllTheTime()
    {
        await using var host = await InMemoryAsync(time: _time, options: o => o.LookForDriftMinutes = 0);
        await host.LiveAsync(Domain("example.test"));
        await host.ChangeAsync(Mailbox("alice@example.test"));
        var keeper = host.Database.Get<HostKeeper>();
        host.Daemons.Fails = "postmap";
        await keeper.OnceAsync(Ct);
        Assert.Equal(ServedState.Failed, host.Database.Get<HostStates>().Of(host.Id)?.Problem?.State);
        Assert.Null(await host.TextAsync("postfix/virtual_mailbox_maps.next"));

        host.Daemons.Fails = null;
        var ran = host.Daemons.Host.Ran.Count;
        await keeper.OnceAsync(Ct);
        Assert.Equal(ran, host.Daemons.Host.Ran.Count);

        _time.Advance(TimeSpan.FromMinutes(6));
        await keeper.OnceAsync(Ct);
        Assert.Contains("alice@example.test", await host.TextAsync("postfix/virtual_mailbox_maps"));
        Assert.Null(host.Database.Get<HostStates>().Of(host.Id)?.Problem);
    }

    [Fact]
    public async Task Once_HandEdit_IsSeenAndLeftAlone()
    {
        await using var host = await InMemoryAsync(time: _time);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var path = $"{host.Managed}/postfix/virtual_alias_maps";
        var edited = host.Daemons.Host.Text(path) + "mallory@example.test\talice@example.test\n";
        ApplyServiceTests.Put(host, path, edited);
        _time.Advance(TimeSpan.FromHours(1));
        var keeper = host.Database.Get<HostKeeper>();
        await keeper.OnceAsync(Ct);
        await keeper.OnceAsync(Ct);
        var drift = Assert.Single(host.Database.Get<HostStates>().Of(host.Id)!.Drift);
        Assert.Contains("mallory@example.test", drift.Diff + drift.Sentence);
        Assert.Equal(edited, host.Daemons.Host.Text(path));
    }

    [Fact]
    public async Task Once_HandEditPutBack_IsToldNoMore()
    {
        await using var host = await InMemoryAsync(time: _time);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var (path, states, keeper) = ($"{host.Managed}/postfix/virtual_alias_maps", host.Database.Get<HostStates>(), host.Database.Get<HostKeeper>());
        var written = host.Daemons.Host.Text(path)!;
        ApplyServiceTests.Put(host, path, written + "mallory@example.test\talice@example.test\n");
        await keeper.OnceAsync(Ct);
        await keeper.OnceAsync(Ct);
        Assert.Single(states.Of(host.Id)!.Drift);

        ApplyServiceTests.Put(host, path, written);
        _time.Advance(TimeSpan.FromHours(1));
        await keeper.OnceAsync(Ct);
        Assert.Empty(states.Of(host.Id)!.Drift);
        Assert.Equal(_time.GetUtcNow(), states.Of(host.Id)!.ComparedAt);
    }

    [Fact]
    public async Task Once_FileThatWasNeverWritten_IsLookedAtAsAWhole()
    {
        await using var host = await InMemoryAsync(time: _time);
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        host.Daemons.Host.With($"{host.Managed}/dovecot/passwd/gone.test", "# Managed by MailAdmin\nmallory@gone.test:{SHA512-CRYPT}$6$x$y::::::\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var keeper = host.Database.Get<HostKeeper>();
        await keeper.OnceAsync(Ct);
        await keeper.OnceAsync(Ct);
        Assert.Contains("gone.test", Assert.Single(host.Database.Get<HostStates>().Of(host.Id)!.Drift).Sentence);
    }
}
