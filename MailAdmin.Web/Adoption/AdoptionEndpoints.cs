using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Adoption;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Adoption;

/// <summary>Hand edits in the REST API.</summary>
internal static class AdoptionEndpoints
{
    public static void MapAdoption(this RouteGroupBuilder api)
    {
        var drift = api.MapGroup("/drift").WithTags("provisioning");
        drift.MapGet("", async (HttpContext http, AdoptionService service, string? host, CancellationToken ct) =>
            Doorway.Get(http, await service.ListAsync(host, http.ApiActor(), ct), edits => new ListResource<HandEditResource>([.. edits.Select(HandEditResource.Of)], edits.Count, 0)))
            .Needs(Right.ReadHosts).Produces<ListResource<HandEditResource>>().ProducesProblemOf(422, 502)
            .WithSummary("List hand edits that nobody decided about").WithDescription("Rows of managed files that a hand added, changed or took away and that the database does not know, with what taking each over means.");
        drift.MapPost("/adopt", async (HttpContext http, AdoptionService service, AdoptPost? body, bool? preview, CancellationToken ct) =>
        {
            var wanted = body ?? new AdoptPost();
            return await service.AdoptAsync(wanted.Host, wanted.Edits?.Select(e => e ?? "").ToList(), preview == true, wanted.Reason, http.ApiActor(), ct) switch
            {
                Outcome<Adopted>.Accepted(var adopted, _) => Doorway.Ended(http, AdoptedResource.Of(adopted), adopted.Served),
                Outcome<Adopted>.Refused(var reasons) => Problem.Of(reasons, creates: true),
                _ => throw new InvalidOperationException("An outcome is accepted or refused."),
            };
        }).Needs(Right.ApplyPlans).Produces<AdoptedResource>().ProducesProblemOf(409, 422, 502)
            .WithSummary("Take hand edits over into the database").WithDescription("All of the named edits or none, by the rules of an import. preview=true says what would be taken over and changes nothing. Edits that are left keep their files as they are.");
    }
}

/// <summary>Which hand edits to take over.</summary>
public sealed record AdoptPost
{
    [Description("The host's name; absent: the only host.")]
    public string? Host { get; init; }

    [Description("The ids of the edits; absent: every one that can be taken over.")]
    public IReadOnlyList<string?>? Edits { get; init; }

    [Description("Why; kept in history and audit.")]
    public string? Reason { get; init; }
}

/// <summary>A hand edit.</summary>
public sealed record HandEditResource(
    [property: Description("Names it for taking it over.")] string Id,
    [property: Description("The file on the host.")] string Path,
    [property: Description("The row's key; empty when the edit is no row.")] string Key,
    HandEditKind Kind,
    [property: Description("What taking it over means, or what was edited.")] string Sentence,
    [property: Description("Why it cannot be taken over, and what to do; null when it can.")] string? WhyNot,
    [property: Description("The row as last written, hashes shortened; null when there was none.")] string? Before,
    [property: Description("The row as it is, hashes shortened; null when it is gone.")] string? After)
{
    public static HandEditResource Of(HandEdit edit) => new(edit.Id, edit.Path, edit.Key, edit.Kind, edit.Sentence, edit.WhyNot, edit.Before, edit.After);
}

/// <summary>What was taken over.</summary>
public sealed record AdoptedResource(
    [property: Description("The host's name.")] string Host,
    [property: Description("The edits that the database knows now, or would know.")] IReadOnlyList<HandEditResource> TakenOver,
    [property: Description("The edits that are still open.")] IReadOnlyList<HandEditResource> Left,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("How the host came to serve it; absent for a preview.")] ServedResource? Served)
{
    public static AdoptedResource Of(Adopted adopted) => new(adopted.Host, [.. adopted.TakenOver.Select(HandEditResource.Of)], [.. adopted.Left.Select(HandEditResource.Of)], adopted.Served is { } served ? ServedResource.Of(served) : null);
}
