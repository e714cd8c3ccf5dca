using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>Bearer tokens of the REST API: <c>ma_</c> and 43 characters of base64url (256 bits), of which only the SHA-256 is stored.</summary>
public sealed class TokenService(IDbContextFactory<MailAdminContext> factory, Changes changes, AuditLog audit, TimeProvider time)
{
    /// <summary>One page of the tokens, newest first; revoked and expired ones too.</summary>
    public async Task<Outcome<Page<TokenView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        ListRules.Check(query with { Sort = null }, ["createdAt"], reasons);
        if (reasons.Any) return reasons.Refuse<Page<TokenView>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ManagePeople) is { } no) return no;
        var tokens = db.ApiTokens.AsNoTracking();
        if (!string.IsNullOrEmpty(query.Search)) tokens = tokens.Where(t => t.Name.Contains(query.Search));
        var rows = await ViewsOf(db, tokens.OrderByDescending(t => t.Id).Skip(query.Offset).Take(query.Limit)).ToListAsync(ct);
        return new Outcome<Page<TokenView>>.Accepted(new(rows, await tokens.CountAsync(ct), query.Offset), null);
    }

    /// <summary>Makes a token. Its text is in the answer, this once.</summary>
    public async Task<Outcome<IssuedToken>> CreateAsync(NewToken token, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ManagePeople) is { } no) return no;
        var name = token.Name.Trim();
        if (name.Length is 0 or > 64 || name.Any(char.IsControl)) return new Malformed("name", null, "A token's name has 1 to 64 characters.", "Say what it is for, such as deploy.");
        if (!Enum.IsDefined(token.Role)) return new Malformed("role", token.Role.ToString(), $"There is no role {token.Role}.", "Choose owner, administrator, domainAdministrator or auditor.");
        if (token.ExpiresAt <= change.Now) return new Malformed("expires", token.ExpiresAt?.ToString("u"), "The token would have expired already.", "Choose a moment in the future.");
        if (await change.Db.ApiTokens.AnyAsync(t => t.Name == name && t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > change.Now), ct)) return new TokenNameTaken(name);
        var (domains, problem) = await DomainScope.FindAsync(change.Db, token.Role, token.Domains, ct);
        if (domains is null) return problem!;

        var text = "ma_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var made = new ApiToken
        {
            Name = name,
            Role = token.Role,
            Hash = HashOf(text),
            Prefix = text[..8],
            CreatedAt = change.Now,
            CreatedBy = actor.Name,
            ExpiresAt = token.ExpiresAt,
            Domains = [.. domains.Select(id => new ApiTokenDomain { DomainId = id })],
        };
        change.Db.ApiTokens.Add(made);
        change.Audit("token.create", name, null, new { name, role = token.Role.ToString(), made.Prefix, made.ExpiresAt, token.Domains });
        await change.Db.SaveChangesAsync(ct);
        var view = await ViewsOf(change.Db, change.Db.ApiTokens.Where(t => t.Id == made.Id)).SingleAsync(ct);
        await change.CommitAsync(ct);
        return new Outcome<IssuedToken>.Accepted(new IssuedToken(view, new Secret(text)), null);
    }

    /// <summary>Revokes the token of this name that works; it is refused from now on.</summary>
    public Task<Outcome<TokenView>> RevokeAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) =>
        RevokeAsync(tokens => tokens.Where(t => t.Name == name && t.RevokedAt == null), name, actor, options, ct);

    /// <summary>Revokes the token with this id.</summary>
    public Task<Outcome<TokenView>> RevokeAsync(int id, Actor actor, ChangeOptions options, CancellationToken ct) =>
        RevokeAsync(tokens => tokens.Where(t => t.Id == id && t.RevokedAt == null), id.ToString(System.Globalization.CultureInfo.InvariantCulture), actor, options, ct);

    /// <summary>Whose token this is, when it works.</summary>
    /// <param name="text">As in the Authorization header, without the word Bearer.</param>
    /// <param name="address">The client's IP address.</param>
    /// <returns>The actor, with the role for showing; null for a token that is unknown, revoked or expired.</returns>
    public async Task<(Actor Actor, Role Role)?> RecogniseAsync(string text, string address, CancellationToken ct)
    {
        if (text.Length != 46 || !text.StartsWith("ma_", StringComparison.Ordinal)) return null;
        var now = time.GetUtcNow();
        var hash = HashOf(text);
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await FindAsync(db, hash, ct) is not { } token) return null;
        var actor = new Actor(ActorKind.Token, token.Id, $"token:{token.Name}", "api", address);
        var isUsable = token.RevokedAt is null && (token.ExpiresAt is null || token.ExpiresAt > now);
        if (token.LastUsedAt is null || now - token.LastUsedAt >= TimeSpan.FromMinutes(1))
        {
            await db.ApiTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), ct);
            // With the same rhythm, so that a program that keeps knocking does not fill the trail.
            if (!isUsable) await audit.AppendAsync("token.use", token.Name, token.RevokedAt is not null ? "refused: revoked" : "refused: expired", actor, ct);
        }
        return isUsable ? (actor, token.Role) : null;
    }

    private static readonly Func<MailAdminContext, byte[], CancellationToken, Task<ApiToken?>> FindAsync = EF.CompileAsyncQuery((MailAdminContext db, byte[] hash, CancellationToken _) =>
        db.ApiTokens.AsNoTracking().SingleOrDefault(t => t.Hash == hash));

    private async Task<Outcome<TokenView>> RevokeAsync(Func<IQueryable<ApiToken>, IQueryable<ApiToken>> which, string shown, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ManagePeople) is { } no) return no;
        // Names of expired tokens may be used again: the newest is meant.
        var token = await which(change.Db.ApiTokens).OrderByDescending(t => t.Id).FirstOrDefaultAsync(ct);
        if (token is null) return new NotFound("name", shown, $"There is no token {shown} that works.", "Look at the list of tokens.");
        token.RevokedAt = change.Now;
        change.Audit("token.revoke", token.Name, new { token.Name, role = token.Role.ToString(), token.Prefix }, null);
        await change.Db.SaveChangesAsync(ct);
        var view = await ViewsOf(change.Db, change.Db.ApiTokens.Where(t => t.Id == token.Id)).SingleAsync(ct);
        await change.CommitAsync(ct);
        return new Outcome<TokenView>.Accepted(view, null);
    }

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static IQueryable<TokenView> ViewsOf(MailAdminContext db, IQueryable<ApiToken> tokens) => tokens.Select(t => new TokenView
    {
        Id = t.Id,
        Name = t.Name,
        Role = t.Role,
        Prefix = t.Prefix,
        Domains = t.Domains.Join(db.Domains, d => d.DomainId, d => d.Id, (_, d) => d.Name).OrderBy(n => n).ToList(),
        CreatedAt = t.CreatedAt,
        CreatedBy = t.CreatedBy,
        ExpiresAt = t.ExpiresAt,
        RevokedAt = t.RevokedAt,
        LastUsedAt = t.LastUsedAt,
    });
}
