using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Web.Api;
using MailAdmin.Web.ClientSetup;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Account;

/// <summary>Sign-in, first run, security headers: registrations and middleware.</summary>
public static class AccountSetup
{
    public static IServiceCollection AddAccount(this IServiceCollection services, string dataDirectory)
    {
        services.AddOptions<AccountOptions>().BindConfiguration("Account").ValidateDataAnnotations().Validate(options =>
        {
            try { return options.Networks().ToList() is not null; }
            catch (FormatException) { return false; }
        }, "Account:Proxies holds something that is neither an IP address nor a network such as 10.0.0.0/8.").ValidateOnStart();
        services.AddKeys(dataDirectory);
        services.AddSingleton<SessionCookie>();
        services.AddScoped<SessionEvents>();
        // The cookie is looked at, and renewed, for pages alone: under /api no foreign page can use it, and mail clients never see one.
        services.AddAuthentication("door").AddCookie(SessionCookie.Scheme)
            .AddPolicyScheme("door", null, door => door.ForwardDefaultSelector = http => HasNoSession(http.Request.Path) ? Actors.TokenScheme : SessionCookie.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(SessionCookie.Scheme).Configure<IOptions<AccountOptions>>((cookie, account) =>
        {
            cookie.EventsType = typeof(SessionEvents);
            cookie.CookieManager = new SessionCookieManager();
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = TimeSpan.FromMinutes(account.Value.IdleMinutes);
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/not-permitted";
            cookie.ReturnUrlParameter = "returnUrl";
        });
        services.AddRightPolicies();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitSession>();
        services.AddScoped<SignedIn>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "mailadmin-form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        return services;
    }

    public static void UseAccount(this WebApplication app)
    {
        app.UseForwardedFromProxies();
        app.Use(OuterWall.HeadersAsync);
        app.Use(ClientHosts.OnlySettingsAsync);
        app.Use(OuterWall.HostAsync);
        app.Use(OuterWall.OriginAsync);
        app.Use(OuterWall.FormsAsync);
        app.Use(ApiErrors.HandleAsync);
        app.UseRouting();
        app.Use(ApiErrors.NotAPageAsync);
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapSignIn();
        app.MapHealth();
    }

    private static bool HasNoSession(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/openapi") || OuterWall.IsPublic(path);

    private static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().ExcludeFromDescription();
        health.MapGet("/live", () => Results.Text("live\n"));
        health.MapGet("/ready", async (Microsoft.EntityFrameworkCore.IDbContextFactory<MailAdminContext> factory, ILogger<FirstRun> log, CancellationToken ct) =>
        {
            try
            {
                await using var db = await factory.CreateDbContextAsync(ct);
                await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.AnyAsync(db.Hosts, ct);
                return Results.Text("ready\n");
            }
            catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
            {
                log.LogError(e, "The database does not answer.");
                return Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
    }
}
