using System.ComponentModel.DataAnnotations;
using System.Net;

namespace MailAdmin.Web.Account;

/// <summary>Sign-in and the web's outer wall. Section <c>Account</c> of the settings.</summary>
public sealed class AccountOptions
{
    /// <summary>A session without any request ends after this many minutes.</summary>
    [Range(1, 1440)] public int IdleMinutes { get; set; } = 60;

    /// <summary>A session ends this many hours after sign-in, whatever happens.</summary>
    [Range(1, 168)] public int AbsoluteHours { get; set; } = 12;

    /// <summary>How often, in seconds, an open tab is asked whether its session still holds.</summary>
    [Range(1, 30)] public int RevalidateSeconds { get; set; } = 15;

    /// <summary>Requests that one API token may make in a minute.</summary>
    [Range(1, 1_000_000)] public int ApiRequestsPerMinute { get; set; } = 6000;

    /// <summary>Addresses or networks (CIDR) of reverse proxies whose X-Forwarded-For, -Proto and -Host are believed; empty: none.</summary>
    public List<string> Proxies { get; set; } = [];

    /// <summary>Host names under which the portal may be called; empty: any, but then the Host header must equal the page's origin.</summary>
    public List<string> Hosts { get; set; } = [];

    internal IEnumerable<IPNetwork> Networks() => Proxies.Select(p => IPNetwork.Parse(p.Contains('/') ? p : p + (p.Contains(':') ? "/128" : "/32")));
}
