using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Account;

/// <summary>Asks again and again whether the session behind an open tab still holds; when it does not, the tab knows nobody any more.</summary>
internal sealed class CircuitSession(ILoggerFactory loggers, SessionCookie sessions, IHostApplicationLifetime portal, IOptions<AccountOptions> options) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(options.Value.RevalidateSeconds);

    // A portal that ends has closed its tabs and its database; there is nobody left to ask for.
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken ct) =>
        portal.ApplicationStopping.IsCancellationRequested || await sessions.StillAsync(state.User, ct) is not null;
}
