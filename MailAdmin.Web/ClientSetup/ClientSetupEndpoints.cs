using System.Threading.RateLimiting;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Web.Account;

namespace MailAdmin.Web.ClientSetup;

/// <summary>What mail clients ask, without sign-in and without cookies.</summary>
public static class ClientSetupEndpoints
{
    private const string RateLimit = "clients";

    public static IServiceCollection AddClientSetupLimits(this IServiceCollection services) => services.AddRateLimiter(options =>
        options.AddPolicy(RateLimit, http => RateLimitPartition.GetFixedWindowLimiter(http.ClientAddress(), _ => new FixedWindowRateLimiterOptions { PermitLimit = 600, Window = TimeSpan.FromMinutes(1) })));

    public static void MapClientSetup(this WebApplication app)
    {
        var open = app.MapGroup("").AllowAnonymous().RequireRateLimiting(RateLimit).ExcludeFromDescription();
        open.MapGet("/mail/config-v1.1.xml", AnswerAsync);
        open.MapGet("/.well-known/autoconfig/mail/config-v1.1.xml", AnswerAsync);
        // The same file for the administrator to look at or to put on another web server.
        app.MapGet("/domains/{name}/autoconfig.xml", DownloadAsync).RequireAuthorization(nameof(Right.ReadAccounts)).ExcludeFromDescription();
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, ClientSetupService setup, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        // The address is in the query, the domain perhaps only in the name: caches must tell both apart.
        http.Response.Headers.Vary = "Host";
        return await setup.FindAsync(http.Request.Query["emailaddress"] is [var address, ..] ? address : null, http.Request.Host.Host, ct) is { } settings
            ? Results.Bytes(Autoconfig.Write(settings), "text/xml; charset=utf-8") : Results.NotFound();
    }

    private static async Task<IResult> DownloadAsync(HttpContext http, ClientSetupService setup, MailAdmin.Core.Domains.DomainService domains, string name, CancellationToken ct)
    {
        // Asked through the domain's own service, so that only those who see the domain get the file.
        if (await domains.GetAsync(name, Actors.Of(http.User, "web"), ct) is not Core.Outcome<Core.Domains.DomainView>.Accepted(var domain, _) || await setup.OfDomainAsync(domain.Name, ct) is not { } settings) return Results.NotFound();
        return Results.File(Autoconfig.Write(settings), "text/xml; charset=utf-8", $"config-v1.1-{domain.Name}.xml");
    }
}
