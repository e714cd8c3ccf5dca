using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Core.Administrators;

/// <summary>
/// Slows guessing: per account and source, per source, and for all together. Browsers in which the person has signed in before are counted
/// apart, so that somebody else's failures never shut the owner out. Kept in memory; bounded.
/// </summary>
public sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>How long an attempt counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Attempts on one account from one source, or from one known browser.</summary>
    public const int PerAccountAndSource = 5, PerKnownBrowser = 10;

    /// <summary>Attempts from one source on any account, and from all unknown sources together.</summary>
    public const int PerSource = 20, Global = 300;

    private const int MostKeys = 20_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Until)> _counts = [];

    /// <summary>Counts an attempt, before the password is looked at, so that attempts at the same time count too.</summary>
    /// <param name="userName">As typed; also of people who do not exist.</param>
    /// <param name="source">The client's IP address.</param>
    /// <param name="browser">The number of a browser in which this account has signed in before; null when unknown.</param>
    /// <returns>How long to wait; null when the attempt may go on.</returns>
    public TimeSpan? Take(string userName, string source, string? browser)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var limits = Limits(userName, source, browser);
            if (limits.Where(l => Count(l.Key, now) >= l.Limit).Select(l => (TimeSpan?)(_counts[l.Key].Until - now)).Max() is { } wait) return wait;
            if (_counts.Count > MostKeys) foreach (var old in _counts.Where(c => c.Value.Until <= now).Select(c => c.Key).ToList()) _counts.Remove(old);
            // Full of living counts: an attack from very many places. What is known goes on, the rest waits.
            if (_counts.Count > MostKeys && browser is null) return Window;
            foreach (var (key, _) in limits) _counts[key] = (Count(key, now) + 1, Count(key, now) == 0 ? now + Window : _counts[key].Until);
            return null;
        }
    }

    /// <summary>Takes the count of an attempt that succeeded back.</summary>
    public void Succeeded(string userName, string source, string? browser)
    {
        lock (_lock)
        {
            foreach (var (key, _) in Limits(userName, source, browser))
            {
                if (key[0] is 'a' or 'b') _counts.Remove(key);
                else if (_counts.TryGetValue(key, out var c)) _counts[key] = (Math.Max(0, c.Count - 1), c.Until);
            }
        }
    }

    private int Count(string key, DateTimeOffset now) => _counts.TryGetValue(key, out var c) && c.Until > now ? c.Count : 0;

    private static (string Key, int Limit)[] Limits(string userName, string source, string? browser)
    {
        var account = AdministratorService.Normal(userName);
        return browser is not null ? [($"b {account} {browser}", PerKnownBrowser)]
            : [($"a {account} {NetworkOf(source)}", PerAccountAndSource), ($"s {NetworkOf(source)}", PerSource), ("g", Global)];
    }

    // One customer has a whole /64 of IPv6.
    private static string NetworkOf(string source)
    {
        if (!IPAddress.TryParse(source, out var address)) return source;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
