using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Clients;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.ClientSetup;

/// <summary>Client setup in the REST API.</summary>
internal static class ClientSetupApi
{
    public static void MapClientSetupApi(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/client-setup").WithTags("client setup");
        group.MapGet("/{address}", ShowAsync).Needs(Right.ReadAccounts).Produces<ClientSetupResource>().ProducesProblemOf(422)
            .WithSummary("What mail clients are told for an address")
            .WithDescription("format is json (default), thunderbird (config-v1.1.xml), outlook (Autodiscover), apple (the profile, signed when the host has a certificate from an authority), manual (text) or dns (zone lines). The address need not exist, its domain must.");
        group.MapPost("/{address}/link", (HttpContext http, SetupLinks links, string address, SetupLinkPost? body, CancellationToken ct) => LinkAsync(http, links, address, body?.Days, ct))
            .Needs(Right.ChangeAccounts).Produces<SetupLinkResource>(201).ProducesProblemOf(409, 422)
            .WithSummary("Make a one-time set-up link").WithDescription("With it the mailbox's person chooses the password, once. A former link of the mailbox ends.");
        group.MapDelete("/{address}/link", async (HttpContext http, SetupLinks links, string address, CancellationToken ct) => await links.RevokeAsync(address, http.ApiActor(), ChangeOptions.Default, ct) switch
        {
            Outcome<int>.Refused(var reasons) => Problem.Of(reasons, creates: false),
            _ => Results.NoContent(),
        }).Needs(Right.ChangeAccounts).Produces(204).ProducesProblemOf(422).WithSummary("End the set-up link of a mailbox");
        group.MapPost("/{address}/simulation", async (HttpContext http, ClientSimulator simulator, string address, MailClient? client, CancellationToken ct) =>
            Doorway.Get(http, await simulator.RunAsync(address, client, http.ApiActor(), ct), found => new SimulationsResource(address, [.. found.Select(SimulationResource.Of)])))
            .Needs(Right.ReadAccounts).Produces<SimulationsResource>().ProducesProblemOf(422)
            .WithSummary("What mail clients would find for an address").WithDescription("Asks DNS and the web as clients do; takes some seconds when names do not answer. client is thunderbird, outlook, apple or srv; left out: all.");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ClientSetupService setup, string address, string? format, CancellationToken ct)
    {
        var outcome = await setup.ShowAsync(address, http.ApiActor(), ct);
        if (outcome is not Outcome<ClientSetupView>.Accepted(var view, _)) return Doorway.Get(http, outcome, ClientSetupResource.Of);
        switch (format)
        {
            case null or "" or "json": return Doorway.Get(http, outcome, ClientSetupResource.Of);
            case "thunderbird": return Results.Bytes(view.Autoconfig, "text/xml; charset=utf-8");
            case "outlook": return Results.Bytes(view.Autodiscover, "text/xml; charset=utf-8");
            case "manual": return Results.Text(view.Manual);
            case "dns": return Results.Text(string.Concat(view.Records.Select(r => r.ZoneLine + "\n")));
            case "apple" when await setup.ProfileAsync(view.Address, ct) is var (profile, _): return Results.File(profile, AppleProfile.ContentType, $"{view.Address}.mobileconfig");
            case "apple": return Problem.Of(422, "no-profile", "No profile", "A profile needs both IMAP and submission, and the host does not offer both.");
            default:
                return Problem.Of(422, "malformed", "Not accepted", "There is no such format.", [new ProblemError("format", format, "malformed", "There is no such format.", "Choose json, thunderbird, outlook, apple, manual or dns.")]);
        }
    }

    private static async Task<IResult> LinkAsync(HttpContext http, SetupLinks links, string address, int? days, CancellationToken ct)
    {
        switch (await links.CreateAsync(address, days, http.ApiActor(), ChangeOptions.Default, ct))
        {
            case Outcome<IssuedSetupLink>.Accepted(var issued, _):
                http.Response.Headers.CacheControl = "no-store";
                return Results.Json(SetupLinkResource.Of(issued, $"{http.Request.Scheme}://{http.Request.Host}"), statusCode: StatusCodes.Status201Created);
            case Outcome<IssuedSetupLink>.Refused(var reasons): return Problem.Of(reasons, creates: false);
            default: throw new InvalidOperationException("An outcome is accepted or refused.");
        }
    }
}
