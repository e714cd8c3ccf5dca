using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using MailAdmin.Core.Administrators;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MailAdmin.Web.Api;

/// <summary>Recognises bearer tokens (RFC 6750), in the Authorization header only: a token in an address would end up in logs.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenService tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var address = Context.ClientAddress();
        if (await tokens.RecogniseAsync(header["Bearer ".Length..].Trim(), address, Context.RequestAborted) is not var (actor, role)) return AuthenticateResult.Fail("The token is unknown, revoked or expired.");
        var identity = new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, actor.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, actor.Name), new(ClaimTypes.Role, role.ToString()), new(SessionCookie.Address, address),
        ], Actors.TokenScheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers[HeaderNames.WWWAuthenticate] = refused ? "Bearer realm=\"MailAdmin\", error=\"invalid_token\"" : "Bearer realm=\"MailAdmin\"";
        await Problem.Of(401, refused ? "token-refused" : "token-missing", "Not signed in", refused ? "The token is unknown, revoked or expired. Ask an owner for a new one."
            : "Send a token in the header Authorization: Bearer ma_… . An owner makes one with: mailadmin token create").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of(403, "not-permitted", "Not permitted", $"The role of this token ({Context.User.FindFirstValue(ClaimTypes.Role)}) does not permit this. Ask an owner for a token with another role.").ExecuteAsync(Context);
}
