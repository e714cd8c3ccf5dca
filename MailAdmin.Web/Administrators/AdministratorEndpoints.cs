using System.ComponentModel;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Administrators;

/// <summary>People in the REST API.</summary>
internal static class AdministratorEndpoints
{
    public static void MapAdministrators(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/administrators").WithTags("administrators");
        people.MapGet("", async (HttpContext http, AdministratorService service, string? search, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new ListQuery(search, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), AdministratorResource.Of))
            .Needs(Right.ManagePeople).Produces<ListResource<AdministratorResource>>().ProducesProblemOf(422).WithSummary("List administrators").WithDescription("Sort fields: userName, role, lastSignInAt, createdAt.");
        people.MapGet("/{userName}", async (HttpContext http, AdministratorService service, string userName, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(userName, http.ApiActor(), ct), AdministratorResource.Of, r => r.Revision))
            .Needs(Right.ManagePeople).Produces<AdministratorResource>().Tagged().WithSummary("Show an administrator");
        people.MapPost("", (HttpContext http, Doorway door, AdministratorService service, AdministratorPost body, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.AddAsync(body.Person(), actor, options, ct), AdministratorResource.Of, r => r.Revision, r => $"/api/v1/administrators/{Uri.EscapeDataString(r.UserName)}"))
            .Needs(Right.ManagePeople).Produces<AdministratorResource>(201).ProducesProblemOf(409, 422).WithSummary("Add an administrator");
        people.MapPatch("/{userName}", (HttpContext http, Doorway door, AdministratorService service, string userName, AdministratorPatch body, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ChangeAsync(userName, body.Edit(), actor, options, ct), AdministratorResource.Of, r => r.Revision))
            .Needs(Right.ManagePeople).Produces<AdministratorResource>().ProducesProblemOf(409, 412, 422).WithSummary("Change an administrator");
        people.MapPut("/{userName}/password", (HttpContext http, Doorway door, AdministratorService service, string userName, AdministratorPasswordPut body, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ResetPasswordAsync(userName, new Secret(body.Password), actor, options, ct), AdministratorResource.Of, r => r.Revision))
            .Needs(Right.ManagePeople).Produces<AdministratorResource>().ProducesProblemOf(412, 422).WithSummary("Set an administrator's password").WithDescription("Ends their sessions.");
        people.MapDelete("/{userName}", (HttpContext http, Doorway door, AdministratorService service, string userName, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RemoveAsync(userName, actor, options, ct), AdministratorResource.Of, r => r.Revision))
            .Needs(Right.ManagePeople).Produces<AdministratorResource>().ProducesProblemOf(409, 412).WithSummary("Remove an administrator for good");
    }
}

/// <summary>A person to add.</summary>
public sealed record AdministratorPost
{
    [Description("1 to 64 letters, digits and . _ - @.")]
    public required string UserName { get; init; }

    [Description("At least 12 characters.")]
    public required string Password { get; init; }

    public required Role Role { get; init; }
    public string? DisplayName { get; init; }

    [Description("For a domain administrator: at least one.")]
    public IReadOnlyList<string?>? Domains { get; init; }

    internal NewAdministrator Person() => new(UserName, new Secret(Password), Role) { DisplayName = DisplayName, Domains = [.. (Domains ?? []).Select(d => d ?? "")] };

    public override string ToString() => $"administrator {UserName}";
}

/// <summary>What to change in a person: absent means unchanged.</summary>
public sealed record AdministratorPatch
{
    public Optional<string?> DisplayName { get; init; }
    public Optional<Role> Role { get; init; }
    public Optional<bool> IsEnabled { get; init; }
    public Optional<IReadOnlyList<string?>?> Domains { get; init; }

    internal AdministratorEdit Edit() => new() { DisplayName = DisplayName.OrEmpty(), Role = Role, IsEnabled = IsEnabled, Domains = Domains.OrEmpty() };
}

/// <summary>A person's new password.</summary>
public sealed record AdministratorPasswordPut
{
    public required string Password { get; init; }

    public override string ToString() => "password ***";
}

/// <summary>A person.</summary>
public sealed record AdministratorResource(string UserName, string DisplayName, Role Role, bool IsEnabled, IReadOnlyList<string> Domains, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, int Revision) : IWritten
{
    // People are no matter of a mail server.
    public object WithServed(ServedResource served) => this;

    internal static AdministratorResource Of(AdministratorView a) => new(a.UserName, a.DisplayName, a.Role, a.IsEnabled, a.Domains, a.CreatedAt, a.LastSignInAt, a.Revision);
}
