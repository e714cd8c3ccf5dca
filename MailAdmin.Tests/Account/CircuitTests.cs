using System.Security.Claims;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Account;

public sealed class CircuitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenTab_PersonDisabled_KnowsNobodyWithinItsInterval()
    {
        await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Account:RevalidateSeconds"] = "1");
        await portal.AddPersonAsync("olga", Role.Owner);
        await portal.AddPersonAsync("anna", Role.Administrator);
        await using var scope = portal.App.Services.CreateAsyncScope();
        var states = Assert.IsAssignableFrom<RevalidatingServerAuthenticationStateProvider>(scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>());
        states.SetAuthenticationState(Task.FromResult(new AuthenticationState(await PrincipalAsync(portal, "anna"))));
        var signedIn = scope.ServiceProvider.GetRequiredService<SignedIn>();
        Assert.Equal("anna", (await signedIn.ActorAsync()).Name);
        Assert.True(await signedIn.MayAsync(Right.ApplyPlans));
        Assert.False(await signedIn.MayAsync(Right.ManagePeople));

        var gone = new TaskCompletionSource();
        states.AuthenticationStateChanged += async state => { if ((await state).User.Identity?.IsAuthenticated != true) gone.TrySetResult(); };
        await portal.Get<AdministratorService>().DisableAsync("anna", Actor.Portal, ChangeOptions.Default, Ct);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(signedIn.ActorAsync);
    }

    [Fact]
    public async Task Policy_OfARight_FollowsTheRoleAtThisMoment()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        await portal.AddPersonAsync("anna", Role.Administrator);
        var anna = await PrincipalAsync(portal, "anna");
        var authorization = portal.Get<IServiceScopeFactory>().CreateScope().ServiceProvider.GetRequiredService<IAuthorizationService>();
        Assert.True((await authorization.AuthorizeAsync(anna, nameof(Right.ApplyPlans))).Succeeded);
        Assert.False((await authorization.AuthorizeAsync(anna, nameof(Right.ManagePeople))).Succeeded);
        await portal.Get<AdministratorService>().ChangeAsync("anna", new AdministratorEdit { Role = Role.Auditor }, Actor.Portal, ChangeOptions.Default, Ct);
        Assert.False((await authorization.AuthorizeAsync(anna, nameof(Right.ApplyPlans))).Succeeded);
        Assert.False((await authorization.AuthorizeAsync(new ClaimsPrincipal(), nameof(Right.ReadAccounts))).Succeeded);
    }

    // As the session's cookie brings it.
    private static async Task<ClaimsPrincipal> PrincipalAsync(PortalFixture portal, string userName)
    {
        var person = (await portal.Get<SignIn>().TryAsync(userName, new Secret(PortalFixture.Password), "127.0.0.1", null, Ct)).Person!;
        return new ClaimsPrincipal(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, $"{person.Id}"), new(ClaimTypes.Name, person.UserName), new(ClaimTypes.Role, person.Role.ToString()), new("stamp", person.Stamp),
            new("started", $"{portal.Get<TimeProvider>().GetUtcNow().UtcTicks}"), new("address", "127.0.0.1"),
        ], "session"));
    }
}
