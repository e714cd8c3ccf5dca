using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Domains;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Domains;

/// <summary>Domains in the REST API.</summary>
internal static class DomainEndpoints
{
    public static void MapDomains(this RouteGroupBuilder api)
    {
        var domains = api.MapGroup("/domains").WithTags("domains");
        domains.MapGet("", async (HttpContext http, DomainService service, string? search, string? sort, int? offset, int? limit, bool? trash, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new DomainQuery(search, sort, offset ?? 0, limit ?? 50, trash ?? false), http.ApiActor(), ct), DomainResource.Of))
            .Needs(Right.ReadAccounts).Produces<ListResource<DomainResource>>().ProducesProblemOf(422)
            .WithSummary("List domains").WithDescription("Sort fields: name, mailboxes, aliases, updatedAt; a leading '-' for descending. trash=true lists those in trash.");
        domains.MapGet("/{name}", async (HttpContext http, DomainService service, string name, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(name, http.ApiActor(), ct), DomainResource.Of, r => r.Revision))
            .Needs(Right.ReadAccounts).Produces<DomainResource>().Tagged().WithSummary("Show a domain").WithDescription("The name in Unicode or as A-label.");
        domains.MapPost("", (HttpContext http, Doorway door, DomainService service, DomainPost body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.AddAsync(body.Domain(), actor, options, ct), DomainResource.Of, r => r.Revision, r => $"/api/v1/domains/{r.Name}"))
            .Needs(Right.ChangeDomains).Produces<DomainResource>(201).Produces<DomainResource>(202).ProducesProblemOf(409, 422, 502).WithSummary("Add a domain");
        domains.MapPatch("/{name}", (HttpContext http, Doorway door, DomainService service, string name, DomainPatch body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ChangeAsync(name, body.Edit(), actor, options, ct), DomainResource.Of, r => r.Revision))
            .Needs(Right.ChangeDomains).Produces<DomainResource>().Produces<DomainResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Change a domain");
        domains.MapDelete("/{name}", (HttpContext http, Doorway door, DomainService service, string name, bool? purge, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => purge == true ? service.PurgeAsync(name, actor, options, ct) : service.TrashAsync(name, actor, options, ct), DomainResource.Of, r => r.Revision))
            .Needs(Right.ChangeDomains).Produces<DomainResource>().Produces<DomainResource>(202).ProducesProblemOf(409, 412, 422, 502)
            .WithSummary("Move a domain to trash").WithDescription("With all in it; purge=true removes one that is in trash for good.");
        domains.MapPost("/{name}/restore", (HttpContext http, Doorway door, DomainService service, string name, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RestoreAsync(name, actor, options, ct), DomainResource.Of, r => r.Revision))
            .Needs(Right.ChangeDomains).Produces<DomainResource>().Produces<DomainResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Bring a domain back from trash");
    }
}

/// <summary>A domain to add.</summary>
public sealed record DomainPost
{
    [Description("In Unicode or as A-label.")]
    public required string Name { get; init; }

    [Description("Name of the host that serves it; absent: the only host.")]
    public string? Host { get; init; }

    [Description("The domain whose addresses answer under this name too; absent: a domain of its own.")]
    public string? AliasOf { get; init; }

    [Description("Most mailboxes; absent or null: no limit.")]
    public int? MaxMailboxes { get; init; }

    [Description("Most aliases; absent or null: no limit.")]
    public int? MaxAliases { get; init; }

    [Description("Quota in bytes of mailboxes without their own; absent or null: unlimited.")]
    public long? DefaultQuotaBytes { get; init; }

    [Description("The largest quota in bytes a mailbox may have; absent or null: no limit.")]
    public long? MaxQuotaBytes { get; init; }

    public string? Note { get; init; }

    internal NewDomain Domain() => new(Name)
    {
        Host = Host, AliasOf = AliasOf, MaxMailboxes = MaxMailboxes, MaxAliases = MaxAliases, DefaultQuotaBytes = DefaultQuotaBytes, MaxQuotaBytes = MaxQuotaBytes, Note = Note,
    };
}

/// <summary>What to change in a domain: absent means unchanged, null means none.</summary>
public sealed record DomainPatch
{
    public Optional<string?> AliasOf { get; init; }
    public Optional<int?> MaxMailboxes { get; init; }
    public Optional<int?> MaxAliases { get; init; }
    public Optional<long?> DefaultQuotaBytes { get; init; }
    public Optional<long?> MaxQuotaBytes { get; init; }
    public Optional<string?> Note { get; init; }

    internal DomainEdit Edit() => new()
    {
        AliasOf = AliasOf, MaxMailboxes = MaxMailboxes, MaxAliases = MaxAliases, DefaultQuotaBytes = DefaultQuotaBytes, MaxQuotaBytes = MaxQuotaBytes, Note = Note.OrEmpty(),
    };
}

/// <summary>A domain.</summary>
public sealed record DomainResource : IWritten
{
    [Description("As A-label.")]
    public required string Name { get; init; }
    public required string UnicodeName { get; init; }
    public required string Host { get; init; }
    public string? AliasOf { get; init; }
    [Description("Live mailboxes.")]
    public required int Mailboxes { get; init; }
    [Description("Live aliases.")]
    public required int Aliases { get; init; }
    public int? MaxMailboxes { get; init; }
    public int? MaxAliases { get; init; }
    public long? DefaultQuotaBytes { get; init; }
    public long? MaxQuotaBytes { get; init; }
    [Description("Where mail to addresses that are not there goes; empty: it is refused.")]
    public required IReadOnlyList<string> CatchAll { get; init; }
    public required string Note { get; init; }
    [Description("In trash until then; null when live.")]
    public DateTimeOffset? TrashedUntil { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    [Description("The number in the ETag.")]
    public required int Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("After a write: how the mail server came to serve it.")]
    public ServedResource? Served { get; init; }

    public object WithServed(ServedResource served) => this with { Served = served };

    internal static DomainResource Of(DomainView d) => new()
    {
        Name = d.Name, UnicodeName = d.UnicodeName, Host = d.Host, AliasOf = d.AliasOf, Mailboxes = d.Mailboxes, Aliases = d.Aliases, MaxMailboxes = d.MaxMailboxes, MaxAliases = d.MaxAliases,
        DefaultQuotaBytes = d.DefaultQuotaBytes, MaxQuotaBytes = d.MaxQuotaBytes, CatchAll = d.CatchAll, Note = d.Note, TrashedUntil = d.TrashedUntil, CreatedAt = d.CreatedAt, UpdatedAt = d.UpdatedAt, Revision = d.Revision,
    };
}
