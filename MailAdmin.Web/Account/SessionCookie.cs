using System.Globalization;
using System.Security.Claims;
using MailAdmin.Core.Administrators;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Account;

/// <summary>What a session holds, and whether it still does.</summary>
public sealed class SessionCookie(SignIn signIn, IOptions<AccountOptions> options, IDataProtectionProvider protection, TimeProvider time)
{
    internal const string Scheme = "session", Stamp = "stamp", Started = "started", Address = "address", Shown = "shown";
    private const string BrowserCookie = "browser";
    private readonly ITimeLimitedDataProtector _browsers = protection.CreateProtector("MailAdmin.KnownBrowser").ToTimeLimitedDataProtector();

    /// <summary>Begins a session with a new cookie, and remembers that this person has been in this browser.</summary>
    public async Task BeginAsync(HttpContext http, SignedInPerson person)
    {
        await http.SignInAsync(Scheme, PrincipalOf(person, http.ClientAddress(), time.GetUtcNow()));
        var number = KnownBrowser(http) is { } known && known.AdministratorId == person.Id ? known.Number : Guid.NewGuid().ToString("N");
        http.Response.Cookies.Append(NameOf(http, BrowserCookie), _browsers.Protect($"{person.Id.ToString(CultureInfo.InvariantCulture)} {number}", TimeSpan.FromDays(365)), new CookieOptions
        {
            HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = TimeSpan.FromDays(365), IsEssential = true,
        });
    }

    /// <summary>Who has signed in from this browser before; null when nobody, or when the cookie is not ours.</summary>
    public KnownBrowser? KnownBrowser(HttpContext http)
    {
        if (http.Request.Cookies[NameOf(http, BrowserCookie)] is not { } cookie) return null;
        try { return _browsers.Unprotect(cookie).Split(' ') is [var id, var number] ? new KnownBrowser(int.Parse(id, CultureInfo.InvariantCulture), number) : null; }
        catch (System.Security.Cryptography.CryptographicException) { return null; }    // altered, expired, or from before the keys were lost: an unknown browser
    }

    /// <summary>The session's principal as the person is now; null when the session is over.</summary>
    public async Task<ClaimsPrincipal?> StillAsync(ClaimsPrincipal? principal, CancellationToken ct)
    {
        if (principal?.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id || principal.FindFirstValue(Stamp) is not { } stamp || principal.FindFirstValue(Started) is not { } started) return null;
        var begun = new DateTimeOffset(long.Parse(started, CultureInfo.InvariantCulture), TimeSpan.Zero);
        if (time.GetUtcNow() - begun >= TimeSpan.FromHours(options.Value.AbsoluteHours)) return null;
        return await signIn.StillAsync(int.Parse(id, CultureInfo.InvariantCulture), stamp, ct) is { } person ? PrincipalOf(person, principal.FindFirstValue(Address) ?? "", begun) : null;
    }

    internal static string NameOf(HttpContext http, string part) => (http.Request.IsHttps ? "__Host-mailadmin" : "mailadmin") + (part.Length == 0 ? "" : "-" + part);

    private static ClaimsPrincipal PrincipalOf(SignedInPerson person, string address, DateTimeOffset started) => new(new ClaimsIdentity(
    [
        new(ClaimTypes.NameIdentifier, person.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, person.UserName), new(ClaimTypes.Role, person.Role.ToString()),
        new(Shown, person.DisplayName.Length > 0 ? person.DisplayName : person.UserName), new(Stamp, person.Stamp), new(Address, address),
        new(Started, started.UtcTicks.ToString(CultureInfo.InvariantCulture)),
    ], Scheme));
}

/// <summary>Asks at each request whether the session still holds, and takes the person's role anew.</summary>
internal sealed class SessionEvents(SessionCookie sessions) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (await sessions.StillAsync(context.Principal, context.HttpContext.RequestAborted) is { } principal)
        {
            context.ReplacePrincipal(principal);
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(SessionCookie.Scheme);
    }
}

/// <summary>Names the cookie <c>__Host-mailadmin</c> on HTTPS. Browsers refuse that prefix without Secure, so on plain loopback HTTP it goes without.</summary>
internal sealed class SessionCookieManager : ICookieManager
{
    private readonly ChunkingCookieManager _chunks = new();

    public string? GetRequestCookie(HttpContext context, string key) => _chunks.GetRequestCookie(context, SessionCookie.NameOf(context, ""));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => _chunks.AppendResponseCookie(context, SessionCookie.NameOf(context, ""), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _chunks.DeleteCookie(context, SessionCookie.NameOf(context, ""), options);
}
