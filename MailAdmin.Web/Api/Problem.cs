using System.ComponentModel;
using MailAdmin.Core;

namespace MailAdmin.Web.Api;

/// <summary>What went wrong, in the form of RFC 9457.</summary>
public sealed record Problem : IResult
{
    [Description("Names the kind of problem for programs: urn:mailadmin:problem: and a code such as address-taken.")]
    public required string Type { get; init; }

    [Description("The kind of problem in words; the same for every occurrence.")]
    public required string Title { get; init; }

    [Description("The HTTP status, again.")]
    public required int Status { get; init; }

    [Description("What happened this time, and what to do next.")]
    public required string Detail { get; init; }

    [Description("The reasons, each with the field it concerns.")]
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    [Description("True when the change is stored but the mail server does not serve it; absent otherwise.")]
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public bool? Saved { get; init; }

    [Description("How the apply ended, when there was one.")]
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public ServedResource? Served { get; init; }

    [Description("The call that decides, when someone has to; absent otherwise.")]
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public DecidingCall? Decide { get; init; }

    [Description("Where to look next; absent when nowhere.")]
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? See { get; init; }

    public static Problem Of(int status, string code, string title, string detail, params IReadOnlyList<ProblemError> errors) =>
        new() { Type = "urn:mailadmin:problem:" + code, Title = title, Status = status, Detail = detail, Errors = errors };

    /// <summary>The refusals of a service. <paramref name="creates"/>: what is not found is then something that the body names, not the resource itself.</summary>
    public static Problem Of(IReadOnlyList<Refusal> reasons, bool creates)
    {
        var first = reasons[0];
        var status = StatusOf(first, creates);
        var title = status switch
        {
            403 => "Not permitted",
            404 => "Not found",
            409 => "In conflict with what is there",
            412 => "Changed meanwhile",
            _ => "Not accepted",
        };
        return Of(status, first.Code, title, string.Join(' ', reasons.Select(r => $"{r.Sentence} {r.NextStep}")),
            [.. reasons.Select(r => new ProblemError(r.Field, r.Value, r.Code, r.Sentence, r.NextStep))]);
    }

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        return http.Response.WriteAsJsonAsync(this, options: null, contentType: "application/problem+json", http.RequestAborted);
    }

    private static int StatusOf(Refusal reason, bool creates) => reason switch
    {
        NotPermitted => 403,
        NotFound when !creates && !reason.Field.Contains('[') => 404,
        ChangedMeanwhile => 412,
        _ when reason.Code.EndsWith("-taken") || reason.Code is "in-trash" or "not-in-trash" or "last-owner" => 409,
        _ => 422,
    };
}

/// <summary>One reason.</summary>
public sealed record ProblemError(
    [property: Description("The field as in the body (targets[2]) or the query; empty when it concerns the whole.")] string Field,
    [property: Description("What was given; null for secrets and where there is none.")] string? Value,
    [property: Description("The reason for programs, such as address-taken.")] string Code,
    [property: Description("What is wrong, in one sentence.")] string Message,
    [property: Description("What to do, in one sentence.")] string NextStep);

/// <summary>A call that decides what stopped a run.</summary>
public sealed record DecidingCall(
    [property: Description("The method.")] string Method,
    [property: Description("The path.")] string Path,
    [property: Description("The body: look at the plan first, and add a reason.")] DecidingBody Body);

/// <summary>What the deciding call says.</summary>
public sealed record DecidingBody(
    [property: Description("The host.")] string Host,
    [property: Description("True: hand edits are replaced.")] bool OverwriteDrift,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull), Description("The number of accounts that go; absent when the guard did not stop it.")] string? Confirmation);
