using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Administrators;

/// <summary>Tokens in the REST API.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("tokens");
        tokens.MapGet("", async (HttpContext http, TokenService service, string? search, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new ListQuery(search, null, offset ?? 0, limit ?? 50), http.ApiActor(), ct), t => TokenResource.Of(t)))
            .Needs(Right.ManagePeople).Produces<ListResource<TokenResource>>().ProducesProblemOf(422).WithSummary("List tokens, newest first");
        tokens.MapPost("", (HttpContext http, Doorway door, TokenService service, TokenPost body, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.CreateAsync(body.Token(), actor, options, ct), i => TokenResource.Of(i.Token, i.Text.Reveal()), location: r => $"/api/v1/tokens/{r.Id}"))
            .Needs(Right.ManagePeople).Produces<TokenResource>(201).ProducesProblemOf(409, 422).WithSummary("Make a token").WithDescription("Its text is in this answer and never again.");
        tokens.MapDelete("/{id:int}", (HttpContext http, Doorway door, TokenService service, int id, CancellationToken ct) =>
            door.WriteAsync(http, (actor, options) => service.RevokeAsync(id, actor, options, ct), t => TokenResource.Of(t)))
            .Needs(Right.ManagePeople).Produces<TokenResource>().WithSummary("Revoke a token at once");
    }
}

/// <summary>A token to make.</summary>
public sealed record TokenPost
{
    [Description("What it is for; unique among tokens that work.")]
    public required string Name { get; init; }

    public required Role Role { get; init; }

    [Description("After this moment it is refused; absent or null: it does not expire.")]
    public DateTimeOffset? Expires { get; init; }

    [Description("The former name of expires; used when that is absent.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("For the role domainAdministrator: at least one.")]
    public IReadOnlyList<string?>? Domains { get; init; }

    internal NewToken Token() => new(Name, Role) { ExpiresAt = Expires ?? ExpiresAt, Domains = [.. (Domains ?? []).Select(d => d ?? "")] };
}

/// <summary>A token.</summary>
public sealed record TokenResource : IWritten
{
    public required int Id { get; init; }
    public required string Name { get; init; }
    public required Role Role { get; init; }
    [Description("The first characters of its text.")]
    public required string Prefix { get; init; }
    public required IReadOnlyList<string> Domains { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    [Description("After this moment it is refused; null: it does not expire.")]
    public DateTimeOffset? Expires { get; init; }
    [Description("The same under its former name.")]
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The text to send as a bearer token; only in the answer that makes it.")]
    public string? Token { get; init; }

    public object WithServed(ServedResource served) => this;

    public override string ToString() => $"token {Name}";

    internal static TokenResource Of(TokenView t, string? text = null) => new()
    {
        Id = t.Id, Name = t.Name, Role = t.Role, Prefix = t.Prefix, Domains = t.Domains, CreatedAt = t.CreatedAt, CreatedBy = t.CreatedBy, Expires = t.ExpiresAt, ExpiresAt = t.ExpiresAt, RevokedAt = t.RevokedAt, LastUsedAt = t.LastUsedAt, Token = text,
    };
}
