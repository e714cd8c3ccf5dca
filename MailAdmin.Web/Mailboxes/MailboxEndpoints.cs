using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Mailboxes in the REST API.</summary>
internal static class MailboxEndpoints
{
    public static void MapMailboxes(this RouteGroupBuilder api)
    {
        var mailboxes = api.MapGroup("/mailboxes").WithTags("mailboxes");
        mailboxes.MapGet("", async (HttpContext http, MailboxService service, string? search, string? sort, int? offset, int? limit, string? domain, string? state, bool? trash, CancellationToken ct) =>
            !TryState(state, out var only) ? UnknownState(state)
            : Doorway.List(await service.ListAsync(new MailboxQuery(search, sort, offset ?? 0, limit ?? 50, domain, only, trash ?? false), http.ApiActor(), ct), MailboxRowResource.Of))
            .Needs(Right.ReadAccounts).Produces<ListResource<MailboxRowResource>>().ProducesProblemOf(422)
            .WithSummary("List mailboxes").WithDescription("Sort fields: address, displayName, state, quotaBytes, updatedAt; a leading '-' for descending. state is active, receiveOnly or suspended; trash=true lists those in trash.");
        mailboxes.MapGet("/{address}", async (HttpContext http, MailboxService service, string address, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(address, http.ApiActor(), ct), MailboxResource.Of, r => r.Revision))
            .Needs(Right.ReadAccounts).Produces<MailboxResource>().Tagged().WithSummary("Show a mailbox");
        mailboxes.MapPost("", (HttpContext http, Doorway door, MailboxService service, MailboxPost body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.AddAsync(body.Mailbox(), actor, options, ct), MailboxResource.Of, r => r.Revision, r => $"/api/v1/mailboxes/{Uri.EscapeDataString(r.Address)}"))
            .Needs(Right.ChangeAccounts).Produces<MailboxResource>(201).Produces<MailboxResource>(202).ProducesProblemOf(409, 422, 502)
            .WithSummary("Add a mailbox").WithDescription("With a password, or a ready hash of a strong scheme, or neither: then nobody can log in until one is set.");
        mailboxes.MapPatch("/{address}", (HttpContext http, Doorway door, MailboxService service, string address, MailboxPatch body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ChangeAsync(address, body.Edit(), actor, options, ct), MailboxResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<MailboxResource>().Produces<MailboxResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Change a mailbox");
        mailboxes.MapPut("/{address}/password", (HttpContext http, Doorway door, MailboxService service, string address, PasswordPut body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.SetPasswordAsync(address, body.Wanted(), actor, options, ct), MailboxResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<MailboxResource>().Produces<MailboxResource>(202).ProducesProblemOf(409, 412, 422, 502)
            .WithSummary("Set a mailbox's password").WithDescription("Give password or passwordHash. When the answer is 200, the former password is refused by the mail server.");
        mailboxes.MapDelete("/{address}", (HttpContext http, Doorway door, MailboxService service, string address, bool? purge, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => purge == true ? service.PurgeAsync(address, actor, options, ct) : service.TrashAsync(address, actor, options, ct), MailboxResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<MailboxResource>().Produces<MailboxResource>(202).ProducesProblemOf(409, 412, 422, 502)
            .WithSummary("Move a mailbox to trash").WithDescription("purge=true removes one that is in trash for good; its mail stays on disk.");
        mailboxes.MapPost("/{address}/restore", (HttpContext http, Doorway door, MailboxService service, string address, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RestoreAsync(address, actor, options, ct), MailboxResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<MailboxResource>().Produces<MailboxResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Bring a mailbox back from trash");
    }

    private static bool TryState(string? text, out MailboxState? state)
    {
        state = text switch { "active" => MailboxState.Active, "receiveOnly" => MailboxState.ReceiveOnly, "suspended" => MailboxState.Suspended, _ => null };
        return state is not null || string.IsNullOrEmpty(text);
    }

    private static Problem UnknownState(string? state) => Problem.Of(422, "malformed", "Not accepted", $"There is no state {state}.",
        [new ProblemError("state", state, "malformed", $"There is no state {state}.", "Choose active, receiveOnly or suspended.")]);
}
