using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Transfer;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Mvc;

namespace MailAdmin.Web.Transfer;

/// <summary>All accounts as a file. By POST, since the export is itself written into the audit trail.</summary>
public static class TransferDownloads
{
    public static void MapTransferDownloads(this IEndpointRouteBuilder app) =>
        app.MapPost("/import/export", ExportAsync).RequireAuthorization(nameof(Right.Export)).ExcludeFromDescription();

    private static async Task<IResult> ExportAsync(HttpContext http, ExportService exports, TimeProvider time, [FromForm] string? format, [FromForm] string? withHashes, CancellationToken ct)
    {
        var (form, extension, type) = format switch
        {
            "yaml" => (ExportFormat.Yaml, "yaml", "application/yaml"),
            "json" => (ExportFormat.Json, "json", "application/json"),
            _ => (ExportFormat.Csv, "csv", "text/csv; charset=utf-8"),
        };
        // Whole first: an export that fails half way must not look like a complete one.
        var file = TransferFile.Create();
        try
        {
            if (await exports.ExportAsync(form, withHashes == "true", file, Actors.Of(http.User, "web"), ct) is Outcome<int>.Refused)
            {
                await file.DisposeAsync();
                return Results.StatusCode(StatusCodes.Status403Forbidden);
            }
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        file.Position = 0;
        return Results.Stream(file, type, $"accounts-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.{extension}");
    }
}
