using System.Globalization;
using System.Net;
using System.Security.Claims;
using MailAdmin.Core.Administrators;
using Microsoft.AspNetCore.Components.Authorization;

namespace MailAdmin.Web.Account;

/// <summary>From a signed-in principal to the actor that services know.</summary>
public static class Actors
{
    internal const string TokenScheme = "token";

    /// <summary>The actor behind a principal.</summary>
    /// <param name="door"><c>web</c> for pages, <c>api</c> for the REST API.</param>
    /// <exception cref="InvalidOperationException">Nobody is signed in; a policy should have stopped the request before.</exception>
    public static Actor Of(ClaimsPrincipal principal, string door)
    {
        if (principal.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id || principal.Identity is not { IsAuthenticated: true, Name: { } name } identity)
            throw new InvalidOperationException("Nobody is signed in.");
        var kind = identity.AuthenticationType == TokenScheme ? ActorKind.Token : ActorKind.Administrator;
        return new Actor(kind, int.Parse(id, CultureInfo.InvariantCulture), name, door, principal.FindFirstValue(SessionCookie.Address) ?? "");
    }

    /// <summary>The actor of an API request.</summary>
    public static Actor ApiActor(this HttpContext http) => Of(http.User, "api");

    /// <summary>The client's IP address as text; empty when there is none.</summary>
    public static string ClientAddress(this HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "";
}

/// <summary>Who is signed in, for pages and components: <c>@inject SignedIn SignedIn</c>.</summary>
public sealed class SignedIn(AuthenticationStateProvider states)
{
    /// <summary>The actor to hand to services.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public async Task<Actor> ActorAsync() => Actors.Of((await states.GetAuthenticationStateAsync()).User, "web");

    /// <summary>The name to show: the display name, or else the user name.</summary>
    public async Task<string> ShownNameAsync() => (await states.GetAuthenticationStateAsync()).User.FindFirstValue(SessionCookie.Shown) ?? "";

    /// <summary>The role, for showing and hiding; services look it up again at each act.</summary>
    public async Task<Role?> RoleAsync() => Enum.TryParse<Role>((await states.GetAuthenticationStateAsync()).User.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    /// <summary>Whether to show what needs a right; for domain administrators the domain is checked by the service.</summary>
    public async Task<bool> MayAsync(Right right) => await RoleAsync() is { } role && Access.RightsOf(role).Contains(right);
}
