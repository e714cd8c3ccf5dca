using MailAdmin.Web.Account;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.ClientSetup;

/// <summary>The names that only mail clients use: autoconfig.DOMAIN and autodiscover.DOMAIN. The portal, its API and its cookies do not exist there.</summary>
internal static class ClientHosts
{
    private static readonly string[] Names = ["autoconfig.", "autodiscover."];

    /// <summary>Ends every request that comes by such a name and asks for something else than client settings: 404, no cookie, nothing in it.</summary>
    public static Task OnlySettingsAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsName(http))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }
        if (!IsClientName(http) || ClientPaths.Has(http.Request.Path)) return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>True when the request came by a name that is the clients' alone.</summary>
    public static bool IsClientName(HttpContext http)
    {
        var host = http.Request.Host.Host;
        return Names.Any(name => host.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            && !http.RequestServices.GetRequiredService<IOptions<AccountOptions>>().Value.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    // "xn--" with nonsense after it is no name, and reading it as one throws, here and in everything that comes after.
    private static bool IsName(HttpContext http)
    {
        try
        {
            return http.Request.Host.Host is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>The paths that mail clients ask.</summary>
internal static class ClientPaths
{
    public const string Autoconfig = "/mail/config-v1.1.xml", WellKnown = "/.well-known/autoconfig/mail/config-v1.1.xml", Profile = "/mail/profile.mobileconfig",
        Autodiscover = "/autodiscover/autodiscover.xml", AutodiscoverV2 = "/autodiscover/autodiscover.json";

    private static readonly PathString[] All = [Autoconfig, WellKnown, Profile, Autodiscover, AutodiscoverV2];

    /// <summary>True for one of them, in any case, as Outlooks differ.</summary>
    public static bool Has(PathString path) => All.Contains(path) || path.StartsWithSegments(AutodiscoverV2 + "/v1.0");
}
