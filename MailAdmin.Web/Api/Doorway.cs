using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Account;

namespace MailAdmin.Web.Api;

/// <summary>Waits until a host serves a desired state: <see cref="ApplyService.ServeAsync"/>.</summary>
public delegate Task<Served> Serve(HostRevision revision, Actor actor, CancellationToken ct);

/// <summary>The way of every request: options from headers, the service's answer, the wait until the host serves it, the HTTP answer.</summary>
public sealed class Doorway(Serve serve, PlanService plans)
{
    /// <summary>A page of a list.</summary>
    public static IResult List<T, R>(Outcome<Page<T>> outcome, Func<T, R> show) => outcome switch
    {
        Outcome<Page<T>>.Accepted(var page, _) => Results.Ok(new ListResource<R>([.. page.Rows.Select(show)], page.Total, page.Offset)),
        Outcome<Page<T>>.Refused(var reasons) => Problem.Of(reasons, creates: true),
        _ => throw Unknown(),
    };

    /// <summary>One resource, with its ETag when it has a revision.</summary>
    public static IResult Get<T, R>(HttpContext http, Outcome<T> outcome, Func<T, R> show, Func<R, int>? revision = null)
    {
        switch (outcome)
        {
            case Outcome<T>.Accepted(var value, _):
                var resource = show(value);
                if (revision is null) return Results.Ok(resource);
                var tag = Tag(revision(resource));
                http.Response.Headers.ETag = tag;
                return http.Request.Headers.IfNoneMatch.Contains(tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Ok(resource);
            case Outcome<T>.Refused(var reasons):
                return Problem.Of(reasons, creates: false);
            default:
                throw Unknown();
        }
    }

    /// <summary>A change: previewed, or made and then awaited until the host serves it.</summary>
    /// <param name="location">For a new resource: where it lies.</param>
    public async Task<IResult> WriteAsync<T, R>(HttpContext http, Func<Actor, ChangeOptions, Task<Outcome<T>>> act, Func<T, R> show, Func<R, int>? revision = null, Func<R, string>? location = null) where R : IWritten
    {
        var (actor, ct) = (http.ApiActor(), http.RequestAborted);
        var wanted = OptionsOf(http);
        if (WantsPreview(http))
        {
            return await plans.PreviewAsync(preview => act(actor, preview with { ExpectedRevision = wanted.ExpectedRevision, Reason = wanted.Reason }), ct) switch
            {
                Outcome<Plan>.Accepted(var plan, _) => Results.Ok(PlanResource.Of(plan)),
                Outcome<Plan>.Refused(var reasons) => Problem.Of(reasons, creates: location is not null),
                _ => throw Unknown(),
            };
        }
        switch (await act(actor, wanted))
        {
            case Outcome<T>.Refused(var reasons):
                return Problem.Of(reasons, creates: location is not null);
            case Outcome<T>.Accepted { Value: var value, Revision: var made, Remarks: var remarks }:
                var served = (made is { } state ? ServedResource.Of(await serve(state, actor, ct)) : ServedResource.Nothing) with { Remarks = remarks };
                var resource = show(value);
                if (revision is not null) http.Response.Headers.ETag = Tag(revision(resource));
                return Answer(http, resource.WithServed(served), served, location?.Invoke(resource));
            default:
                throw Unknown();
        }
    }

    /// <summary>An apply, approval or the like: how it ended is the answer.</summary>
    public static IResult Ended(HttpContext http, Outcome<Served> outcome) => outcome switch
    {
        Outcome<Served>.Accepted(var served, _) => Answer(http, ServedResource.Of(served), ServedResource.Of(served), null, isChange: false),
        Outcome<Served>.Refused(var reasons) => Problem.Of(reasons, creates: false),
        _ => throw Unknown(),
    };

    /// <summary>Something that was stored, with how the host came to serve it; null when nothing was to be served.</summary>
    public static IResult Ended(HttpContext http, object body, Served? served) => Answer(http, body, served is null ? ServedResource.Nothing : ServedResource.Of(served), null);

    private static IResult Answer(HttpContext http, object body, ServedResource served, string? location, bool isChange = true)
    {
        switch (served.State)
        {
            case ServedState.Live when location is not null:
                return Results.Created(location, body);
            case ServedState.Live:
                return Results.Ok(body);
            case ServedState.WaitsForApproval:
                var run = $"/api/v1/history/{served.Generation?.ToString(CultureInfo.InvariantCulture)}";
                http.Response.Headers.Location = run;
                return Results.Json(body, statusCode: StatusCodes.Status202Accepted);
            case ServedState.NeedsDecision:
                return Problem.Of(409, "needs-decision", "Someone has to decide", isChange ? $"The change is stored, but not live. {served.Sentence}" : served.Sentence) with
                { Saved = isChange ? true : null, Served = served, See = "/api/v1/plan", Decide = served.Decision is { } needed ? new DecidingCall("POST", "/api/v1/apply", new DecidingBody(needed.Host, needed.OverwriteDrift, needed.Confirmation)) : null };
            case ServedState.Failed:
                return Problem.Of(502, "not-served", "The mail server does not serve it", isChange ? $"The change is stored, but not live. {served.Sentence}" : served.Sentence) with
                { Saved = isChange ? true : null, Served = served, See = served.Generation is { } id ? $"/api/v1/history/{id.ToString(CultureInfo.InvariantCulture)}" : "/api/v1/plan" };
            default:
                throw Unknown();
        }
    }

    // If-Match carries the revision that the caller saw. A tag that is not one of ours matches nothing.
    internal static ChangeOptions OptionsOf(HttpContext http)
    {
        var match = http.Request.Headers.IfMatch.ToString().Trim();
        int? expected = match is "" or "*" ? null : match is ['"', .. var inner, '"'] && int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : -1;
        var reason = http.Request.Headers["Change-Reason"].ToString().Trim();
        return new ChangeOptions(expected, null, reason.Length == 0 ? null : reason.Length > 500 ? reason[..500] : reason);
    }

    private static bool WantsPreview(HttpContext http) =>
        http.Request.Query["preview"].ToString() is "true" or "1" || http.Request.Headers["Prefer"].ToString().Split(',', StringSplitOptions.TrimEntries).Contains("preview");

    private static string Tag(int revision) => $"\"{revision.ToString(CultureInfo.InvariantCulture)}\"";

    private static InvalidOperationException Unknown() => new("An outcome is accepted or refused.");
}
