using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Account;
using MailAdmin.Web.Administrators;
using MailAdmin.Web.Adoption;
using MailAdmin.Web.Aliases;
using MailAdmin.Web.Audit;
using MailAdmin.Web.Certificates;
using MailAdmin.Web.ClientSetup;
using MailAdmin.Web.Delivery;
using MailAdmin.Web.Delivery.LiveLog;
using MailAdmin.Web.Delivery.Messages;
using MailAdmin.Web.Delivery.Queue;
using MailAdmin.Web.Delivery.Traffic;
using MailAdmin.Web.Domains;
using MailAdmin.Web.Hosts;
using MailAdmin.Web.Mailboxes;
using MailAdmin.Web.Probes;
using MailAdmin.Web.Provisioning;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Api;

/// <summary>The REST API's registrations and routes.</summary>
public static class ApiSetup
{
    internal const string RateLimit = "api";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<Serve>(provider => provider.GetRequiredService<ApplyService>().ServeAsync);
        services.AddSingleton<Doorway>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TokenHandler>(Actors.TokenScheme, null);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddRateLimiter(options =>
        {
            options.AddPolicy(RateLimit, http => RateLimitPartition.GetFixedWindowLimiter(CallerOf(http), _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = http.RequestServices.GetRequiredService<IOptions<AccountOptions>>().Value.ApiRequestsPerMinute,
                Window = TimeSpan.FromMinutes(1),
            }));
            options.OnRejected = async (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "60";
                await Problem.Of(429, "too-many-requests", "Too many requests", "This caller has used up its requests for this minute. Wait a minute.").ExecuteAsync(context.HttpContext);
            };
        });
        services.AddApiDescription();
        return services;
    }

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous().RequireRateLimiting(RateLimit);
        var api = app.MapGroup("/api/v1").RequireRateLimiting(RateLimit).WithMetadata(new RequestSizeLimitAttribute(1 << 20)).DisableAntiforgery()
            .ProducesProblemOf(400, 401, 403, 404, 429);
        api.MapHosts();
        api.MapCertificates();
        api.MapDomains();
        api.MapMailboxes();
        api.MapAliases();
        api.MapProvisioning();
        api.MapAcme();
        api.MapAdoption();
        api.MapQueue();
        api.MapLog();
        api.MapTraces();
        api.MapTraffic();
        api.MapProbes();
        api.MapAudit();
        api.MapAdministrators();
        api.MapTokens();
        api.MapClientSetupApi();
    }

    /// <summary>Asks for a token whose role has this right. The service asks again, for the object's domain too.</summary>
    internal static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Right right) => route.RequireAuthorization(RightPolicies.Api(right));

    internal static TBuilder ProducesProblemOf<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata([.. statuses.Select(s => new ProducesResponseTypeMetadata(s, typeof(Problem), ["application/problem+json"]))]);

    // By token where there is one, so that two programs on one machine do not take each other's share; the digest keeps tokens out of the limiter's memory.
    private static string CallerOf(HttpContext http) =>
        http.Request.Headers.Authorization is [{ Length: > 20 and < 200 } header] ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(header)).AsSpan(0, 8)) : http.ClientAddress();
}
