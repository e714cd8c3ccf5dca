using System.Text.Json.Nodes;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Audit;

/// <summary>The audit trail in the REST API.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("audit");
        audit.MapGet("", async (HttpContext http, AuditService service, string? search, int? offset, int? limit, string? actor, string? @object, string? action, DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new AuditQuery(search, offset ?? 0, limit ?? 50, actor, @object, action, from, to), http.ApiActor(), ct), AuditResource.Of))
            .Needs(Right.ReadAudit).Produces<ListResource<AuditResource>>().ProducesProblemOf(422)
            .WithSummary("List what happened, newest first").WithDescription("action is an act such as mailbox.add, or a subject such as mailbox. from and to are moments (ISO 8601).");
        audit.MapGet("/{id:long}", async (HttpContext http, AuditService service, long id, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(id, http.ApiActor(), ct), AuditResource.Of))
            .Needs(Right.ReadAudit).Produces<AuditResource>().WithSummary("Show one entry");
        audit.MapGet("/verify", async (HttpContext http, AuditService service, CancellationToken ct) => Doorway.Get(http, await service.VerifyAsync(http.ApiActor(), ct), v => v))
            .Needs(Right.ReadAudit).Produces<AuditVerdict>().WithSummary("Check that no entry was altered or removed");
        audit.MapGet("/export", ExportAsync).Needs(Right.ReadAudit).Produces(200, contentType: "text/csv", additionalContentTypes: "application/jsonl").ProducesProblemOf(422)
            .WithSummary("Export the trail, oldest first").WithDescription("format=csv (formulas made harmless) or format=jsonl (with hashes, one object on each line).");
    }

    private static async Task<IResult> ExportAsync(HttpContext http, AuditService service, string? format, string? search, string? actor, string? @object, string? action, DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct)
    {
        if (format is not (null or "csv" or "jsonl"))
            return Problem.Of([new Malformed("format", format, $"There is no format {format}.", "Choose csv or jsonl.")], creates: true);
        Stream Open()
        {
            http.Response.ContentType = format == "jsonl" ? "application/jsonl" : "text/csv; charset=utf-8";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"mailadmin-audit.{format ?? "csv"}\"";
            return http.Response.Body;
        }
        var outcome = await service.ExportAsync(new AuditQuery(search, 0, 50, actor, @object, action, from, to), format == "jsonl" ? AuditFormat.JsonLines : AuditFormat.Csv, Open, http.ApiActor(), ct);
        return outcome is Outcome<int>.Refused(var reasons) ? Problem.Of(reasons, creates: false) : Results.Empty;
    }
}

/// <summary>One entry of the trail.</summary>
public sealed record AuditResource(long Id, DateTimeOffset At, string Actor, string Door, string ClientAddress, string Action, string Object, JsonNode? Before, JsonNode? After, string Result, string Reason, string PreviousHash, string Hash)
{
    internal static AuditResource Of(AuditEntry e) => new(e.Id, e.At, e.Actor, e.Door, e.ClientAddress, e.Action, e.Object, Json(e.Before), Json(e.After), e.Result, e.Reason, e.PreviousHash, e.Hash);

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}
