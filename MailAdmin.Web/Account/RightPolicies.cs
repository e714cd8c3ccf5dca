using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Account;

/// <summary>One policy per right: <c>nameof(Right.ReadAccounts)</c> for pages, <see cref="Api"/> for the REST API. The services check again, with the domain.</summary>
public static class RightPolicies
{
    /// <summary>Name of the policy that asks for a bearer token with this right.</summary>
    public static string Api(Right right) => $"api:{right}";

    internal static void AddRightPolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, RightHandler>();
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
            foreach (var right in Enum.GetValues<Right>())
            {
                options.AddPolicy(right.ToString(), policy => policy.AddAuthenticationSchemes(SessionCookie.Scheme).RequireAuthenticatedUser().AddRequirements(new RightRequirement(right)));
                options.AddPolicy(Api(right), policy => policy.AddAuthenticationSchemes(Actors.TokenScheme).RequireAuthenticatedUser().AddRequirements(new RightRequirement(right)));
            }
        });
    }

    internal sealed record RightRequirement(Right Right) : IAuthorizationRequirement;

    private sealed class RightHandler(IDbContextFactory<MailAdminContext> factory, TimeProvider time) : AuthorizationHandler<RightRequirement>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RightRequirement requirement)
        {
            if (context.User.Identity?.IsAuthenticated != true) return;
            await using var db = await factory.CreateDbContextAsync();
            var access = await Access.ReadAsync(db, Actors.Of(context.User, "web"), time.GetUtcNow(), CancellationToken.None);
            if (access.Permits(requirement.Right)) context.Succeed(requirement);
        }
    }
}
