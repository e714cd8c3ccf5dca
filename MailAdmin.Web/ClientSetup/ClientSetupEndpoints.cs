using MailAdmin.Core.Administrators;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Web.Account;

namespace MailAdmin.Web.ClientSetup;

/// <summary>What mail clients ask, without sign-in and without cookies. Only the domain decides the answer, never whether an address exists.</summary>
public static class ClientSetupEndpoints
{
    private const string Xml = "text/xml; charset=utf-8", Json = "application/json; charset=utf-8";

    public static void MapClientSetup(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").AllowAnonymous().RequireRateLimiting(ClientLimits.Questions).ExcludeFromDescription();
        open.MapGet(ClientPaths.Autoconfig, AutoconfigAsync);
        open.MapGet(ClientPaths.WellKnown, AutoconfigAsync);
        open.MapPost(ClientPaths.Autodiscover, AutodiscoverAsync);
        open.MapGet(ClientPaths.Autodiscover, (TimeProvider time) => Results.Bytes(Autodiscover.WriteInvalidRequest(time.GetUtcNow()), Xml));
        open.MapGet(ClientPaths.AutodiscoverV2, AutodiscoverV2Async);
        open.MapGet(ClientPaths.AutodiscoverV2 + "/v1.0/{email}", AutodiscoverV2Async);
        app.MapGet(ClientPaths.Profile, ProfileAsync).AllowAnonymous().RequireRateLimiting(ClientLimits.Profiles).ExcludeFromDescription();
        app.MapSetupLinks();
        // The same file for the administrator to look at or to put on another web server.
        app.MapGet("/domains/{name}/autoconfig.xml", DownloadAsync).RequireAuthorization(nameof(Right.ReadAccounts)).ExcludeFromDescription();
    }

    private static async Task<IResult> AutoconfigAsync(HttpContext http, ClientSetupService setup, CancellationToken ct)
    {
        if (await setup.FindAsync(http.Request.Query["emailaddress"] is [var address, ..] ? address : null, http.Request.Host.Host, ct) is not { Autoconfig: { } file }) return Results.NotFound();
        Cacheable(http);
        return Results.Bytes(file, Xml);
    }

    private static async Task<IResult> AutodiscoverAsync(HttpContext http, ClientSetupService setup, TimeProvider time, CancellationToken ct)
    {
        if (await BodyAsync(http, ct) is not { } body) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (Autodiscover.ReadRequest(body) is not { Length: <= 320 } given || !Address.TryParse(given, out var address, out _)) return Results.Bytes(Autodiscover.WriteInvalidRequest(time.GetUtcNow()), Xml);
        return await setup.OfDomainAsync(address.Domain.ToString(), ct) is { } settings ? Results.Bytes(Autodiscover.Write(settings, address), Xml) : Results.NotFound();
    }

    private static async Task<IResult> AutodiscoverV2Async(HttpContext http, ClientSetupService setup, string? email, string? protocol, CancellationToken ct)
    {
        Cacheable(http);
        if (email is null || await setup.FindAsync(email, null, ct) is not { } domain) return Results.NotFound();
        return string.Equals(protocol, "AutodiscoverV1", StringComparison.OrdinalIgnoreCase) ? Results.Bytes(Autodiscover.WriteV2(domain.Settings), Json)
            : new Refused(Autodiscover.WriteV2Refusal());
    }

    private static async Task<IResult> ProfileAsync(HttpContext http, ClientSetupService setup, string? emailaddress, CancellationToken ct)
    {
        if (await setup.ProfileAsync(emailaddress, ct) is not var (profile, _) || !Address.TryParse(emailaddress, out var address, out _)) return Results.NotFound();
        return Results.File(profile, AppleProfile.ContentType, $"{address}.mobileconfig");
    }

    private static async Task<IResult> DownloadAsync(HttpContext http, ClientSetupService setup, Core.Domains.DomainService domains, string name, CancellationToken ct)
    {
        // Asked through the domain's own service, so that only those who see the domain get the file.
        if (await domains.GetAsync(name, Actors.Of(http.User, "web"), ct) is not Core.Outcome<Core.Domains.DomainView>.Accepted(var domain, _) || await setup.OfDomainAsync(domain.Name, ct) is not { } settings) return Results.NotFound();
        return Results.File(Autoconfig.Write(settings), Xml, $"config-v1.1-{domain.Name}.xml");
    }

    private static void Cacheable(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        // The address is in the query, the domain perhaps only in the name: caches must tell both apart.
        http.Response.Headers.Vary = "Host";
    }

    /// <summary>The body; null when it is longer than a request can be.</summary>
    private static async Task<byte[]?> BodyAsync(HttpContext http, CancellationToken ct)
    {
        var buffer = new byte[Autodiscover.MostBytes + 1];
        var read = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return read > Autodiscover.MostBytes ? null : buffer[..read];
    }

    private sealed class Refused(byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Results.Bytes(body, Json).ExecuteAsync(http);
        }
    }
}
