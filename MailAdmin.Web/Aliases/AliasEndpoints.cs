using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Aliases;

/// <summary>Aliases in the REST API.</summary>
internal static class AliasEndpoints
{
    public static void MapAliases(this RouteGroupBuilder api)
    {
        var aliases = api.MapGroup("/aliases").WithTags("aliases");
        aliases.MapGet("", async (HttpContext http, AliasService service, string? search, string? sort, int? offset, int? limit, string? domain, string? target, bool? trash, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new AliasQuery(search, sort, offset ?? 0, limit ?? 50, domain, target, trash ?? false), http.ApiActor(), ct), AliasResource.Of))
            .Needs(Right.ReadAccounts).Produces<ListResource<AliasResource>>().ProducesProblemOf(422)
            .WithSummary("List aliases").WithDescription("Sort fields: address, updatedAt, expires; a leading '-' for descending. target finds those that lead directly to an address; trash=true lists those in trash.");
        aliases.MapGet("/{address}", async (HttpContext http, AliasService service, string address, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(address, http.ApiActor(), ct), AliasResource.Of, r => r.Revision))
            .Needs(Right.ReadAccounts).Produces<AliasResource>().Tagged().WithSummary("Show an alias").WithDescription("@domain is the domain's catch-all.");
        aliases.MapPost("", (HttpContext http, Doorway door, AliasService service, AliasPost body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.AddAsync(body.Alias(), actor, options, ct), AliasResource.Of, r => r.Revision, r => $"/api/v1/aliases/{Uri.EscapeDataString(r.Address)}"))
            .Needs(Right.ChangeAccounts).Produces<AliasResource>(201).Produces<AliasResource>(202).ProducesProblemOf(409, 422, 502).WithSummary("Add an alias");
        aliases.MapPatch("/{address}", (HttpContext http, Doorway door, AliasService service, string address, AliasPatch body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ChangeAsync(address, body.Edit(), actor, options, ct), AliasResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<AliasResource>().Produces<AliasResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Change an alias");
        aliases.MapDelete("/{address}", (HttpContext http, Doorway door, AliasService service, string address, bool? purge, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => purge == true ? service.PurgeAsync(address, actor, options, ct) : service.TrashAsync(address, actor, options, ct), AliasResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<AliasResource>().Produces<AliasResource>(202).ProducesProblemOf(409, 412, 422, 502)
            .WithSummary("Move an alias to trash").WithDescription("purge=true removes one that is in trash for good.");
        aliases.MapPost("/{address}/restore", (HttpContext http, Doorway door, AliasService service, string address, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RestoreAsync(address, actor, options, ct), AliasResource.Of, r => r.Revision))
            .Needs(Right.ChangeAccounts).Produces<AliasResource>().Produces<AliasResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Bring an alias back from trash");
    }
}

/// <summary>An alias to add.</summary>
public sealed record AliasPost
{
    [Description("The address, or @domain for the domain's catch-all.")]
    public required string Address { get; init; }

    [Description("Where it leads: at least one address.")]
    public required IReadOnlyList<string?> Targets { get; init; }

    [Description("After this moment it leads nowhere; absent or null: it does not expire.")]
    public DateTimeOffset? Expires { get; init; }

    public string? Comment { get; init; }

    internal NewAlias Alias() => new(Address, [.. Targets.Select(t => t ?? "")]) { Expires = Expires, Comment = Comment };
}

/// <summary>What to change in an alias: absent means unchanged, null means none.</summary>
public sealed record AliasPatch
{
    [Description("All of them: what is not in the list goes.")]
    public Optional<IReadOnlyList<string?>?> Targets { get; init; }

    public Optional<DateTimeOffset?> Expires { get; init; }

    public Optional<string?> Comment { get; init; }

    internal AliasEdit Edit() => new() { Targets = Targets.OrEmpty(), Expires = Expires, Comment = Comment.OrEmpty() };
}

/// <summary>An alias.</summary>
public sealed record AliasResource : IWritten
{
    public required string Address { get; init; }
    public required string UnicodeAddress { get; init; }
    public required string Domain { get; init; }
    public required IReadOnlyList<string> Targets { get; init; }
    public required string Comment { get; init; }
    public DateTimeOffset? Expires { get; init; }
    public required bool IsExpired { get; init; }
    [Description("In trash until then; null when live.")]
    public DateTimeOffset? TrashedUntil { get; init; }
    [Description("Its domain is in trash until then, and the alias with it; null when the domain is live.")]
    public DateTimeOffset? DomainTrashedUntil { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    [Description("The number in the ETag.")]
    public required int Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("After a write: how the mail server came to serve it.")]
    public ServedResource? Served { get; init; }

    public object WithServed(ServedResource served) => this with { Served = served };

    internal static AliasResource Of(AliasView a) => new()
    {
        Address = a.Address, UnicodeAddress = a.UnicodeAddress, Domain = a.Domain, Targets = a.Targets, Comment = a.Comment, Expires = a.Expires, IsExpired = a.IsExpired, TrashedUntil = a.TrashedUntil, DomainTrashedUntil = a.DomainTrashedUntil,
        CreatedAt = a.CreatedAt, UpdatedAt = a.UpdatedAt, Revision = a.Revision,
    };
}
