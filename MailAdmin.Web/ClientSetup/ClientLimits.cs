using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Web.Account;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.ClientSetup;

/// <summary>How often strangers may ask.</summary>
internal static class ClientLimits
{
    public const string Questions = "clients", Profiles = "profiles", Links = "links";

    public static IServiceCollection AddClientSetupLimits(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.AddPolicy(Questions, http => PerMinute(http, Options(http).RequestsPerMinute));
        options.AddPolicy(Profiles, http => PerMinute(http, Options(http).ProfilesPerMinute));
        // Each may cost a password hash; people need two or three.
        options.AddPolicy(Links, http => PerMinute(http, 30));
    });

    private static ClientSetupOptions Options(HttpContext http) => http.RequestServices.GetRequiredService<IOptions<ClientSetupOptions>>().Value;

    private static RateLimitPartition<string> PerMinute(HttpContext http, int most) =>
        RateLimitPartition.GetFixedWindowLimiter(NetworkOf(http), _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1) });

    // One customer has a whole /64 of IPv6.
    private static string NetworkOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : http.ClientAddress();
}
