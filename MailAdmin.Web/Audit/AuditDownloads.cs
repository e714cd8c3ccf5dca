using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Mvc;

namespace MailAdmin.Web.Audit;

/// <summary>The audit trail as a file. By POST, since the export is itself written into the trail.</summary>
public static class AuditDownloads
{
    public static void MapAuditDownloads(this IEndpointRouteBuilder app) =>
        app.MapPost("/audit/export", ExportAsync).RequireAuthorization(nameof(Right.ReadAudit)).ExcludeFromDescription();

    private static async Task ExportAsync(HttpContext http, AuditService audit, TimeProvider time, [FromForm] string? format, [FromForm] string? search, [FromForm] string? by, [FromForm] string? about,
        [FromForm] string? act, [FromForm] string? from, [FromForm] string? to, CancellationToken ct)
    {
        var isCsv = format == "csv";
        var query = AuditFilter.QueryOf(search, by, about, act, from, to, 0, 1);
        var name = $"audit-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.{(isCsv ? "csv" : "jsonl")}";
        var outcome = await audit.ExportAsync(query, isCsv ? AuditFormat.Csv : AuditFormat.JsonLines, () =>
        {
            http.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/jsonl";
            http.Response.Headers.ContentDisposition = $"attachment; filename={name}";
            return http.Response.Body;
        }, Actors.Of(http.User, "web"), ct);
        if (outcome is Outcome<int>.Refused) http.Response.StatusCode = StatusCodes.Status403Forbidden;
    }
}
