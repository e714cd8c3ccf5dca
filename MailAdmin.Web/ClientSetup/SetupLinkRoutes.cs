using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.ClientSetup;

/// <summary>
/// The pages behind a set-up link: static, no circuit. The code stands after the # of the link, where no server, proxy or Referer sees it;
/// a small script puts it into the form of the first page, or the person does. Looking at a link never uses it up.
/// </summary>
internal static class SetupLinkRoutes
{
    public static void MapSetupLinks(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/choose-password").AllowAnonymous().RequireRateLimiting(ClientLimits.Links).ExcludeFromDescription();
        open.MapGet("", () => Page<OpenLinkPage>(200, new { }));
        open.MapPost("/open", OpenAsync);
        open.MapPost("", ChooseAsync);
    }

    private static async Task<IResult> OpenAsync(SetupLinks links, [FromForm] string? code, CancellationToken ct) => await links.OpenAsync(code?.Trim(), ct) switch
    {
        Outcome<OpenSetupLink>.Accepted(var link, _) => Page<ChoosePasswordPage>(200, new { Code = code!.Trim(), link.Address }),
        Outcome<OpenSetupLink>.Refused(var reasons) => Page<OpenLinkPage>(404, new { Reason = reasons[0] }),
        _ => throw new InvalidOperationException("An outcome is accepted or refused."),
    };

    private static async Task<IResult> ChooseAsync(HttpContext http, SetupLinks links, ClientSetupService setup, Serve serve, IOptions<ClientSetupOptions> options,
        [FromForm] string? code, [FromForm] string? password, [FromForm] string? again, CancellationToken ct)
    {
        if (await links.OpenAsync(code, ct) is not Outcome<OpenSetupLink>.Accepted(var link, _)) return Page<OpenLinkPage>(404, new { Reason = (Refusal)new SetupLinkEnded() });
        Outcome<OpenSetupLink> outcome = password == again ? await links.CompleteAsync(code, new Secret(password ?? ""), http.ClientAddress(), ct)
            : new Malformed("again", null, "The two passwords differ.", "Type the same one twice.");
        switch (outcome)
        {
            case Outcome<OpenSetupLink>.Accepted(var done, var revision):
                // The person may go; what was stored is served all the same.
                var served = revision is { } state ? await serve(state, Actor.Portal, CancellationToken.None) : null;
                var settings = (await setup.OfDomainAsync(done.Address[(done.Address.IndexOf('@') + 1)..], ct))!;
                var origin = options.Value.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
                return Page<PasswordChosenPage>(200, new { done.Address, Settings = settings, IsLive = served is null or { State: ServedState.Live }, ProfileUrl = ProfileUrl(origin, done.Address) });
            case Outcome<OpenSetupLink>.Refused(var reasons) when reasons.Any(r => r is SetupLinkEnded):
                return Page<OpenLinkPage>(404, new { Reason = reasons[0] });
            case Outcome<OpenSetupLink>.Refused(var reasons):
                return Page<ChoosePasswordPage>(422, new { Code = code!, link.Address, Reasons = reasons });
            default:
                throw new InvalidOperationException("An outcome is accepted or refused.");
        }
    }

    /// <summary>Where a device gets the profile of an address.</summary>
    internal static string ProfileUrl(string origin, string address) => $"{origin.TrimEnd('/')}{ClientPaths.Profile}?emailaddress={Uri.EscapeDataString(address)}";

    private static RazorComponentResult Page<T>(int status, object parameters) where T : Microsoft.AspNetCore.Components.IComponent => new(typeof(T), parameters) { StatusCode = status };
}
