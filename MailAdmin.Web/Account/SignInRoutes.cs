using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailAdmin.Web.Account;

/// <summary>First run, sign-in and sign-out: static pages and forms, no circuit and no script.</summary>
internal static class SignInRoutes
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        open.MapGet("/sign-in", ShowSignInAsync);
        open.MapPost("/sign-in", SignInAsync);
        open.MapGet("/setup", ShowFirstRunAsync);
        open.MapPost("/setup", FirstRunAsync);
        open.MapGet("/signed-out", () => Words(200, "Signed out", "This browser is signed out. Unsaved forms in other tabs are gone."));
        open.MapGet("/not-permitted", () => Words(403, "Not permitted", "Your role does not permit this. Ask an owner if you need it.", "/", "To the overview"));

        var inside = app.MapGroup("").RequireAuthorization().ExcludeFromDescription();
        inside.MapGet("/sign-out", () => Page<SignOutPage>(200, new { }));
        inside.MapPost("/sign-out", SignOutAsync);
        inside.MapPost("/sign-out-everywhere", SignOutEverywhereAsync);
        // Pages call this while somebody works in an open tab, so that the session does not end under their hands.
        inside.MapGet("/account/alive", () => Results.NoContent());
    }

    private static async Task<IResult> ShowSignInAsync(HttpContext http, FirstRun firstRun, string? returnUrl, CancellationToken ct)
    {
        var to = Local(returnUrl);
        if (http.User.Identity?.IsAuthenticated == true) return Results.LocalRedirect(to);
        return Page<SignInPage>(200, new { ReturnUrl = to, FirstRunIsOpen = await firstRun.IsOpenAsync(ct) });
    }

    private static async Task<IResult> SignInAsync(HttpContext http, SignIn signIn, SessionCookie sessions, [FromForm] string? userName, [FromForm] string? password, [FromForm] string? returnUrl, CancellationToken ct)
    {
        var result = await signIn.TryAsync(userName ?? "", new Secret(password ?? ""), http.ClientAddress(), sessions.KnownBrowser(http), ct);
        if (result.Person is { } person)
        {
            await sessions.BeginAsync(http, person);
            return Results.LocalRedirect(Local(returnUrl));
        }
        if (result.Wait is { } wait) http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Page<SignInPage>(result.Wait is null ? 401 : 429, new { result.Sentence, UserName = userName, ReturnUrl = Local(returnUrl) });
    }

    private static async Task<IResult> ShowFirstRunAsync(FirstRun firstRun, string? token, CancellationToken ct)
    {
        if (!await firstRun.IsOpenAsync(ct)) return FirstRunIsOver();
        return firstRun.Accepts(token) ? Page<FirstRunPage>(200, new { Token = token }) : WrongLink();
    }

    private static async Task<IResult> FirstRunAsync(HttpContext http, FirstRun firstRun, SignIn signIn, SessionCookie sessions,
        [FromForm] string? token, [FromForm] string? userName, [FromForm] string? displayName, [FromForm] string? password, [FromForm] string? again, CancellationToken ct)
    {
        if (!await firstRun.IsOpenAsync(ct)) return FirstRunIsOver();
        if (!firstRun.Accepts(token)) return WrongLink();
        Outcome<AdministratorView> outcome = password == again
            ? await firstRun.CompleteAsync(token!, new NewAdministrator(userName ?? "", new Secret(password ?? ""), Role.Owner) { DisplayName = displayName }, http.ClientAddress(), ct)
            : new Malformed("again", null, "The two passwords differ.", "Type the same one twice.");
        switch (outcome)
        {
            case Outcome<AdministratorView>.Accepted(var owner, _):
                if ((await signIn.EnterAsync(owner.Id, http.ClientAddress(), ct)).Person is { } person) await sessions.BeginAsync(http, person);
                return Results.LocalRedirect("/");
            case Outcome<AdministratorView>.Refused(var reasons) when reasons.Any(r => r is FirstRunClosed):
                return FirstRunIsOver();
            case Outcome<AdministratorView>.Refused(var reasons):
                return Page<FirstRunPage>(422, new { Token = token, UserName = userName, DisplayName = displayName, Reasons = reasons });
            default:
                throw new InvalidOperationException("An outcome is accepted or refused.");
        }
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IFormCollection form, SignIn signIn, CancellationToken ct)
    {
        await signIn.SignedOutAsync(Actors.Of(http.User, "web"), ct);
        await http.SignOutAsync(SessionCookie.Scheme);
        return Results.LocalRedirect("/signed-out");
    }

    private static async Task<IResult> SignOutEverywhereAsync(HttpContext http, IFormCollection form, AdministratorService administrators, CancellationToken ct)
    {
        var actor = Actors.Of(http.User, "web");
        await administrators.SignOutEverywhereAsync(actor.Name, actor, ct);
        await http.SignOutAsync(SessionCookie.Scheme);
        return Results.LocalRedirect("/signed-out");
    }

    private static IResult FirstRunIsOver() => Words(404, "Already set up", "This portal has had an administrator, so the set-up link works no longer. If nobody can sign in, run: mailadmin admin create");

    private static IResult WrongLink() => Words(403, "Not the right link", "Open the set-up link that was printed when the portal started. The token also lies in the file setup-token of the data directory.", "/setup", "Try again");

    internal static RazorComponentResult Words(int status, string title, string sentence, string href = "/sign-in", string link = "Sign in") =>
        Page<WordPage>(status, new { Title = title, Sentence = sentence, Href = href, Link = link });

    private static RazorComponentResult Page<T>(int status, object parameters) where T : Microsoft.AspNetCore.Components.IComponent => new(typeof(T), parameters) { StatusCode = status };

    // Only paths of our own: "//host", "/\host" and "scheme:" lead away.
    private static string Local(string? url) => url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : "/";
}
