using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Hosts;

/// <summary>Hosts in the REST API. They are registered at the command line, which can reach their files.</summary>
internal static class HostEndpoints
{
    public static void MapHosts(this RouteGroupBuilder api)
    {
        var hosts = api.MapGroup("/hosts").WithTags("hosts");
        hosts.MapGet("", async (HttpContext http, HostService service, string? search, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new ListQuery(search, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), HostResource.Of))
            .Needs(Right.ReadHosts).Produces<ListResource<HostResource>>().ProducesProblemOf(422).WithSummary("List mail servers").WithDescription("Sort field: name.");
        hosts.MapGet("/{host}", async (HttpContext http, HostService service, string host, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(host, http.ApiActor(), ct), HostResource.Of, r => r.Revision))
            .Needs(Right.ReadHosts).Produces<HostResource>().Tagged().WithSummary("Show a mail server");
        hosts.MapPatch("/{host}", (HttpContext http, Doorway door, HostService service, string host, HostPatch body, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.ChangeAsync(host, body.Edit(), actor, options, ct), HostResource.Of, r => r.Revision))
            .Needs(Right.ChangeHosts).Produces<HostResource>().Produces<HostResource>(202).ProducesProblemOf(409, 412, 422, 502).WithSummary("Change how a mail server is looked after");
    }
}

/// <summary>What to change in a host: absent means unchanged, null means none.</summary>
public sealed record HostPatch
{
    public Optional<bool> RequiresApproval { get; init; }
    public Optional<string?> PostmasterAddress { get; init; }

    internal HostEdit Edit() => new() { RequiresApproval = RequiresApproval, PostmasterAddress = PostmasterAddress };
}

/// <summary>A mail server.</summary>
public sealed record HostResource : IWritten
{
    public required string Name { get; init; }
    public required HostKind Kind { get; init; }
    public required string Address { get; init; }
    public required HostPorts Ports { get; init; }
    public required bool RequiresApproval { get; init; }
    public string? PostmasterAddress { get; init; }
    public HostCapabilities? Capabilities { get; init; }
    public required long DesiredRevision { get; init; }
    public required long AppliedRevision { get; init; }
    public required int Domains { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required int Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServedResource? Served { get; init; }

    public object WithServed(ServedResource served) => this with { Served = served };

    internal static HostResource Of(HostView h) => new()
    {
        Name = h.Name, Kind = h.Kind, Address = h.Address, Ports = h.Ports, RequiresApproval = h.RequiresApproval, PostmasterAddress = h.PostmasterAddress, Capabilities = h.Capabilities,
        DesiredRevision = h.DesiredRevision, AppliedRevision = h.AppliedRevision, Domains = h.Domains, CreatedAt = h.CreatedAt, Revision = h.Revision,
    };
}
