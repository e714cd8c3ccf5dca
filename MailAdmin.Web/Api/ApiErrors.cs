using System.Text.Json;
using System.Text.RegularExpressions;
using MailAdmin.Core.Hosts;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Api;

/// <summary>Gives every failure under /api the form of a problem: malformed bodies with the property's name, faults without their inside.</summary>
internal static partial class ApiErrors
{
    public static async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api"))
        {
            await next(http);
            return;
        }
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: 404 or 405 or 413 or 415, ContentLength: null or 0, ContentType: null })
                await Bare(http.Response.StatusCode).ExecuteAsync(http);
        }
        catch (Exception e) when (!http.Response.HasStarted && !(e is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            await Of(e, http).ExecuteAsync(http);
        }
    }

    /// <summary>What no route of the API takes would fall to the portal's own "no such page": here it is told what is wrong instead.</summary>
    public static Task NotAPageAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api") || http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null) return next(http);
        http.SetEndpoint(null);
        var here = http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is null && new TemplateMatcher(new RouteTemplate(e.RoutePattern), []).TryMatch(http.Request.Path, [])).ToList();
        var methods = here.SelectMany(MethodsOf).Distinct().ToList();
        if (methods.Count == 0) return Bare(404).ExecuteAsync(http);
        if (methods.Contains(http.Request.Method))
        {
            // Either the body is not of the type that is read here, also when there is none, or a part of the address has not the form it must have.
            var readsBody = here.Any(e => MethodsOf(e).Contains(http.Request.Method) && e.Metadata.GetMetadata<IAcceptsMetadata>() is { IsOptional: false });
            return Bare(readsBody || http.Request.ContentType is not null ? 415 : 404).ExecuteAsync(http);
        }
        http.Response.Headers.Allow = string.Join(", ", methods);
        return Bare(405).ExecuteAsync(http);
    }

    private static IReadOnlyList<string> MethodsOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    private static Problem Of(Exception exception, HttpContext http)
    {
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return Malformed(json);
            case BadHttpRequestException { StatusCode: 413 }:
                return Bare(413);
            case BadHttpRequestException { StatusCode: 415 }:
                return Bare(415);
            case BadHttpRequestException bad:
                var name = Quoted().Matches(bad.Message) is [var first, ..] ? first.Groups[1].Value.Split(' ')[^1] : "";
                return Problem.Of(400, "malformed-request", "Malformed request", name.Length == 0 ? "The request is not well-formed." : $"The parameter {name} is missing or has not the form it must have.",
                    name.Length == 0 ? [] : [new ProblemError(name, null, "malformed", $"{name} is missing or has not the form it must have.", "See /openapi/v1.json.")]);
            case DbUpdateConcurrencyException:
                return Problem.Of(412, "changed-meanwhile", "Changed meanwhile", "Somebody else saved the record at the same moment; nothing was overwritten. Read it again.");
            case SqliteException { SqliteErrorCode: 5 or 6 } or DbUpdateException { InnerException: SqliteException { SqliteErrorCode: 5 or 6 } }:
                http.Response.Headers.RetryAfter = "5";
                return Problem.Of(503, "database-busy", "Busy", "Another change takes long. Nothing was stored; try again in some seconds.");
            case HostBusyException busy:
                http.Response.Headers.RetryAfter = "5";
                return Problem.Of(503, "host-busy", "Busy", busy.Message);
            case HostException host:
                Log(http, host);
                return Problem.Of(502, "host-failed", "The mail server could not be worked on", host.Message);
            default:
                Log(http, exception);
                return Problem.Of(500, "fault", "A fault of the portal", $"It was logged as {http.TraceIdentifier}. If this goes on, look into the portal's log.");
        }
    }

    private static Problem Malformed(JsonException json)
    {
        // The texts are those of System.Text.Json; the field's name is what the caller needs from them.
        var unknown = Unmapped().Match(json.Message);
        var missing = Missing().Match(json.Message);
        var field = unknown.Success ? unknown.Groups[1].Value : missing.Success ? missing.Groups[1].Value : (json.Path ?? "").TrimStart('$').TrimStart('.');
        var (code, sentence) = unknown.Success ? ("unknown-property", $"There is no property {field} here.")
            : missing.Success ? ("missing-property", $"The property {field} is missing.")
            : json.Message.Contains("Duplicate property", StringComparison.Ordinal) ? ("duplicate-property", $"The property {field} is given twice.")
            : field.Length > 0 ? ("malformed", $"The value of {field} has not the form it must have.") : ("malformed", "The body is no JSON object of the form it must have.");
        return Problem.Of(400, "malformed-body", "Malformed body", sentence, [new ProblemError(field, null, code, sentence, "See the schema in /openapi/v1.json.")]);
    }

    private static Problem Bare(int status) => status switch
    {
        405 => Problem.Of(405, "method-not-allowed", "Method not allowed", "This address does not know this method. See /openapi/v1.json."),
        413 => Problem.Of(413, "too-large", "Too large", "The body is larger than 1 MiB. Send less at once."),
        415 => Problem.Of(415, "unsupported-media-type", "Unsupported media type", "Send JSON with Content-Type: application/json."),
        _ => Problem.Of(404, "no-such-route", "Not found", "There is nothing at this address. See /openapi/v1.json."),
    };

    private static void Log(HttpContext http, Exception exception) =>
        http.RequestServices.GetRequiredService<ILogger<Doorway>>().LogError(exception, "{Method} of the API failed, request {Trace}.", http.Request.Method, http.TraceIdentifier);

    [GeneratedRegex("JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("missing required properties including: '([^']*)'")]
    private static partial Regex Missing();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
