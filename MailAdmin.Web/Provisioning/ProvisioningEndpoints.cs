using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Provisioning;

/// <summary>Plan, apply and history in the REST API.</summary>
internal static class ProvisioningEndpoints
{
    public static void MapProvisioning(this RouteGroupBuilder api)
    {
        api.MapGet("/plan", async (HttpContext http, PlanService service, string? host, CancellationToken ct) =>
            Doorway.Get(http, await service.PlanAsync(host, http.ApiActor(), ct), PlanResource.Of))
            .Needs(Right.ReadHosts).Produces<PlanResource>().ProducesProblemOf(422, 502).WithTags("provisioning")
            .WithSummary("What differs between what should be and what is").WithDescription("No steps: nothing differs. host may be left out when there is only one.");
        api.MapPost("/apply", async (HttpContext http, ApplyService service, ApplyPost? body, CancellationToken ct) =>
            Doorway.Ended(http, await service.ApplyAsync((body ?? new ApplyPost()).Request(), http.ApiActor(), ct)))
            .Needs(Right.ApplyPlans).Produces<ServedResource>().Produces<ServedResource>(202).ProducesProblemOf(409, 422, 502).WithTags("provisioning")
            .WithSummary("Apply the whole plan").WithDescription("Hand edits and the guard against emptied sets stop it unless decided in the body.");

        var history = api.MapGroup("/history").WithTags("history");
        history.MapGet("", async (HttpContext http, HistoryService service, string? host, string? search, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(host, new ListQuery(search, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), RunResource.Of))
            .Needs(Right.ReadHosts).Produces<ListResource<RunResource>>().ProducesProblemOf(422).WithSummary("List runs, newest first");
        history.MapGet("/{id:int}", async (HttpContext http, HistoryService service, int id, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(id, http.ApiActor(), ct), RunResource.Of))
            .Needs(Right.ReadHosts).Produces<RunResource>().WithSummary("Show a run with its steps and differences");
        history.MapPost("/{id:int}/rollback", (HttpContext http, Doorway door, HistoryService service, int id, bool? preview, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RollBackAsync(id, actor, options, ct), RunResource.Of))
            .Needs(Right.ApplyPlans).Produces<RunResource>().Produces<RunResource>(202).ProducesProblemOf(409, 412, 422, 502)
            .WithSummary("Roll back to a run").WithDescription("Restores domains, mailboxes and aliases as they were when this run was served, as a new change.");
        history.MapPost("/{id:int}/approve", async (HttpContext http, ApplyService service, int id, CancellationToken ct) =>
            Doorway.Ended(http, await service.ApproveAsync(id, http.ApiActor(), ct)))
            .Needs(Right.ApplyPlans).Produces<ServedResource>().ProducesProblemOf(409, 422, 502).WithSummary("Approve a run that waits, and carry it out");
    }
}

/// <summary>What to apply.</summary>
public sealed record ApplyPost
{
    [Description("The host's name; absent: the only host.")]
    public string? Host { get; init; }

    [Description("True: hand edits shown in the plan are replaced.")]
    public bool OverwriteDrift { get; init; }

    [Description("For the guard: the number of accounts that go, as the plan names it.")]
    public string? Confirmation { get; init; }

    [Description("Why; kept in history and audit.")]
    public string? Reason { get; init; }

    internal ApplyRequest Request() => new(Host, OverwriteDrift, Confirmation, Reason);
}

/// <summary>A run.</summary>
public sealed record RunResource : IWritten
{
    public required int Id { get; init; }
    public required string Host { get; init; }
    public required long FromRevision { get; init; }
    public required long ToRevision { get; init; }
    public required GenerationState State { get; init; }
    public required string Actor { get; init; }
    public required string Door { get; init; }
    public required string Sentence { get; init; }
    [Description("Why it failed; empty otherwise.")]
    public required string Failure { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    [Description("How many files it changes.")]
    public required int Files { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The acts with their times; only when a single run is shown.")]
    public IReadOnlyList<RunStep>? Steps { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The files with their differences; only when a single run is shown.")]
    public IReadOnlyList<PlanStepResource>? Changes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServedResource? Served { get; init; }

    public object WithServed(ServedResource served) => this with { Served = served };

    internal static RunResource Of(GenerationView g) => new()
    {
        Id = g.Id, Host = g.Host, FromRevision = g.FromRevision, ToRevision = g.ToRevision, State = g.State, Actor = g.Actor, Door = g.Door, Sentence = g.Sentence, Failure = g.Failure,
        StartedAt = g.StartedAt, FinishedAt = g.FinishedAt, Files = g.Files,
    };

    internal static RunResource Of(GenerationDetails d) => Of(d.View) with { Steps = d.Steps, Changes = [.. d.Changes.Select(PlanStepResource.Of)] };
}
