using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>The queue in the REST API.</summary>
internal static class QueueEndpoints
{
    public static void MapQueue(this RouteGroupBuilder api)
    {
        var queue = api.MapGroup("/queue").WithTags("queue");
        queue.MapGet("", async (HttpContext http, QueueService service, string? host, string? search, Word<QueueName>? queue, string? sender, string? recipient, string? destination, string? reason, DateTimeOffset? before, DateTimeOffset? after, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.Get(http, await service.ReadAsync(host, new QueueQuery(new QueueFilter { Search = search, Queue = queue?.Value, Sender = sender, Recipient = recipient, Destination = destination, Reason = reason, Before = before, After = after }, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), QueueResource.Of))
            .Needs(Right.ReadMail).Produces<QueueResource>().ProducesProblemOf(422, 502)
            .WithSummary("What waits in a host's queue").WithDescription("Totals, groups and one page of messages, read at this moment. sort: arrivedAt, sizeBytes, sender, recipients. limit=0 gives totals and groups alone.");
        queue.MapGet("/messages/{id}", async (HttpContext http, QueueService service, string id, string? host, CancellationToken ct) => Doorway.Get(http, await service.GetAsync(host, id, http.ApiActor(), ct), QueuedMessageResource.Of))
            .Needs(Right.ReadMail).Produces<QueuedMessageResource>().ProducesProblemOf(422, 502).WithSummary("Show one message, with the reason for each recipient");
        queue.MapGet("/messages/{id}/content", async (HttpContext http, QueueService service, string id, string? host, CancellationToken ct) => Doorway.Get(http, await service.ViewAsync(host, id, http.ApiActor(), ct), MessageContentResource.Of))
            .Needs(Right.ManageQueue).Produces<MessageContentResource>().ProducesProblemOf(422, 502).WithSummary("Read a message's content").WithDescription("Noted in the audit trail.");
        queue.MapPost("/count", async (HttpContext http, QueueService service, QueueCountPost body, CancellationToken ct) => Doorway.Get(http, await service.CountAsync(body.Host, body.Filter(), http.ApiActor(), ct), QueueCountResource.Of))
            .Needs(Right.ManageQueue).Produces<QueueCountResource>().ProducesProblemOf(422, 502)
            .WithSummary("Count what fits, for an act on exactly that").WithDescription("The answer's selection stands for the messages counted, for some minutes. Messages that come later are not touched by the act.");
        queue.MapPost("/acts", ActAsync).Needs(Right.ManageQueue).Produces<QueueWorkResource>().Produces<QueueWorkResource>(202).ProducesProblemOf(422, 502)
            .WithSummary("Flush, hold, release, requeue or delete").WithDescription("200: finished. 202: under way; Location tells how far. Deleting a selection needs confirm, the number that was counted.");
        queue.MapGet("/acts", async (HttpContext http, QueueService service, CancellationToken ct) => Doorway.Get(http, await service.WorksAsync(http.ApiActor(), ct), works => new ListResource<QueueWorkResource>([.. works.Select(QueueWorkResource.Of)], works.Count, 0)))
            .Needs(Right.ReadMail).Produces<ListResource<QueueWorkResource>>().WithSummary("Work under way, and what ended lately");
        queue.MapGet("/acts/{id:int}", async (HttpContext http, QueueService service, int id, CancellationToken ct) => Doorway.Get(http, await service.WorkAsync(id, http.ApiActor(), ct), QueueWorkResource.Of))
            .Needs(Right.ReadMail).Produces<QueueWorkResource>().WithSummary("How far work is");
        queue.MapDelete("/acts/{id:int}", async (HttpContext http, QueueService service, int id, CancellationToken ct) => Doorway.Get(http, await service.CancelAsync(id, http.ApiActor(), ct), QueueWorkResource.Of))
            .Needs(Right.ManageQueue).Produces<QueueWorkResource>().WithSummary("Cancel work").WithDescription("What was done stays done.");
    }

    private static async Task<IResult> ActAsync(HttpContext http, QueueService service, TimeProvider time, QueueActPost body, CancellationToken ct)
    {
        var actor = http.ApiActor();
        switch (body)
        {
            case { Ids: { } ids, Selection: null, Destination: null, All: false }:
                return Answer(http, await service.ActAsync(body.Host, body.Act, [.. ids.Select(id => new QueueTarget(id ?? ""))], actor, ct));
            case { Ids: null, Selection: { } selection, Destination: null, All: false }:
                return Answer(http, await service.ActOnCountedAsync(selection, body.Act, body.Confirm, actor, ct));
            case { Act: QueueAct.Flush, Ids: null, Selection: null, Destination: { } domain, All: false }:
                return await service.FlushDestinationAsync(body.Host, domain, actor, ct) switch
                {
                    Outcome<DestinationFlush>.Accepted({ Work: { } work }, _) => Answer(http, new Outcome<QueueWork>.Accepted(work, null)),
                    Outcome<DestinationFlush>.Accepted(var asked, _) => Asked(body, $"to {domain}", asked.Sentence, actor, time),
                    Outcome<DestinationFlush>.Refused(var reasons) => Problem.Of(reasons, creates: true),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            case { Act: QueueAct.Flush, Ids: null, Selection: null, Destination: null, All: true }:
                return await service.FlushAllAsync(body.Host, actor, ct) switch
                {
                    Outcome<string>.Accepted(var sentence, _) => Asked(body, "all", sentence, actor, time),
                    Outcome<string>.Refused(var reasons) => Problem.Of(reasons, creates: true),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            default:
                return Problem.Of([new Malformed("ids", null, "It is not clear which messages are meant.", "Give either ids or a selection; for flush also destination or all.")], creates: true);
        }
    }

    private static IResult Asked(QueueActPost body, string which, string sentence, Actor actor, TimeProvider time) =>
        Results.Ok(new QueueWorkResource(null, body.Host ?? "", body.Act, which, actor.Name, 0, 0, 0, QueueWorkState.Done, sentence, time.GetUtcNow(), time.GetUtcNow()));

    private static IResult Answer(HttpContext http, Outcome<QueueWork> outcome)
    {
        if (outcome is Outcome<QueueWork>.Refused(var reasons)) return Problem.Of(reasons, creates: true);
        var work = QueueWorkResource.Of(((Outcome<QueueWork>.Accepted)outcome).Value);
        if (work.State == QueueWorkState.Failed) return Problem.Of(502, "host-failed", "The mail server could not be worked on", work.Sentence);
        if (work.State != QueueWorkState.Running) return Results.Ok(work);
        http.Response.Headers.Location = $"/api/v1/queue/acts/{work.Id}";
        return Results.Json(work, statusCode: StatusCodes.Status202Accepted);
    }
}
