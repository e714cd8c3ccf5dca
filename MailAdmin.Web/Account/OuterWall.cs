using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Account;

/// <summary>What holds for every answer and every request, whatever the route.</summary>
internal static class OuterWall
{
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

    public static void UseForwardedFromProxies(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<IOptions<AccountOptions>>().Value;
        if (settings.Proxies.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.Networks()) options.KnownIPNetworks.Add(network);
        foreach (var host in settings.Hosts) options.AllowedHosts.Add(host);
        app.UseForwardedHeaders(options);
    }

    public static Task HeadersAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
        http.Response.OnStarting(() =>
        {
            // Static assets and the public client settings say themselves how long they keep; everything else is private.
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    }

    // SameSite is not enough: other names of the same domain are the same site (RFC 6265bis 8.8.2). Programs without a browser send no Origin.
    public static async Task OriginAsync(HttpContext http, RequestDelegate next)
    {
        var asks = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method) || HttpMethods.IsTrace(http.Request.Method);
        var isSocket = http.Request.Headers.Upgrade.Count > 0 || HttpMethods.IsConnect(http.Request.Method);
        if ((!asks || isSocket) && http.Request.Headers.Origin is [{ } origin] && origin != $"{http.Request.Scheme}://{http.Request.Host}"
            || http.Request.Headers.Origin.Count > 1
            || (!asks || isSocket) && http.Request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"])
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync("This request came from another origin.");
            return;
        }
        await next(http);
    }

    // A form whose token is missing, old, or of another person: most often a tab from before signing in.
    public static async Task FormsAsync(HttpContext http, RequestDelegate next)
    {
        try { await next(http); }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await SignInRoutes.Words(e.StatusCode, "Not sent", "This form was not complete or too old. Open the page again and fill it in anew.", "/", "To the portal").ExecuteAsync(http);
        }
    }

    public static async Task HostAsync(HttpContext http, RequestDelegate next)
    {
        var hosts = http.RequestServices.GetRequiredService<IOptions<AccountOptions>>().Value.Hosts;
        if (hosts.Count > 0 && !hosts.Contains(http.Request.Host.Host, StringComparer.OrdinalIgnoreCase) && !IsPublic(http.Request.Path))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("The portal is not called by this name.");
            return;
        }
        await next(http);
    }

    // Mail clients ask under the names of the mail domains; health is asked by address.
    internal static bool IsPublic(PathString path) => path.StartsWithSegments("/mail") || path.StartsWithSegments("/autodiscover") || path.StartsWithSegments("/.well-known") || path.StartsWithSegments("/health");
}
