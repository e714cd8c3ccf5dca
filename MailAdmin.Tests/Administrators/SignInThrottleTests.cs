using MailAdmin.Core.Administrators;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Administrators;

public sealed class SignInThrottleTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-03-01T12:00:00Z"));

    [Fact]
    public void Take_OneAccountOneSource_WaitsAfterFive_AndOpensAgain()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < SignInThrottle.PerAccountAndSource; i++) Assert.Null(throttle.Take("olga", "192.0.2.1", null));
        Assert.Equal(SignInThrottle.Window, throttle.Take("OLGA", "192.0.2.1", null));
        Assert.Null(throttle.Take("olga", "192.0.2.2", null));
        _time.Advance(SignInThrottle.Window);
        Assert.Null(throttle.Take("olga", "192.0.2.1", null));
    }

    [Fact]
    public void Take_ManyAccountsOneSource_Waits()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < SignInThrottle.PerSource; i++) Assert.Null(throttle.Take($"user{i}", "192.0.2.1", null));
        Assert.NotNull(throttle.Take("another", "192.0.2.1", null));
    }

    [Fact]
    public void Take_OneNetworkOfIPv6_CountsAsOneSource()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < SignInThrottle.PerAccountAndSource; i++) Assert.Null(throttle.Take("olga", $"2001:db8::{i + 1}", null));
        Assert.NotNull(throttle.Take("olga", "2001:db8::ffff", null));
        Assert.Null(throttle.Take("olga", "2001:db8:0:1::1", null));
    }

    [Fact]
    public void Take_AttackFromEverywhere_StopsStrangersButNotTheKnownBrowser()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < SignInThrottle.Global; i++) throttle.Take("olga", $"198.51.{i / 250}.{i % 250}", null);
        Assert.NotNull(throttle.Take("olga", "203.0.113.1", null));
        Assert.Null(throttle.Take("olga", "203.0.113.1", "browser"));
        for (var i = 1; i < SignInThrottle.PerKnownBrowser; i++) Assert.Null(throttle.Take("olga", "203.0.113.1", "browser"));
        Assert.NotNull(throttle.Take("olga", "203.0.113.1", "browser"));
    }

    [Fact]
    public void Succeeded_TakesTheCountsBack()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(throttle.Take("olga", "192.0.2.1", null));
            throttle.Succeeded("olga", "192.0.2.1", null);
        }
    }

    [Fact]
    public async Task Take_ManyAtOnce_LetsNoMoreThrough()
    {
        var throttle = new SignInThrottle(_time);
        var waits = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => throttle.Take("olga", "192.0.2.1", null), TestContext.Current.CancellationToken)));
        Assert.Equal(SignInThrottle.PerAccountAndSource, waits.Count(w => w is null));
    }
}
