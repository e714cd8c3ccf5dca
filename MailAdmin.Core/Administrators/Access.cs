using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>What an actor may do at this moment. Read anew for each act, so that a revoked right works no longer, also in open tabs.</summary>
/// <param name="Role">The role now; null when the actor may do nothing (disabled, revoked, expired, gone).</param>
/// <param name="DomainIds">For a domain administrator: the ids of their domains. Null means all.</param>
public sealed record Access(Role? Role, IReadOnlySet<int>? DomainIds)
{
    /// <summary>Looks up what an actor may do now.</summary>
    public static async Task<Access> ReadAsync(MailAdminContext db, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        switch (actor.Kind)
        {
            case ActorKind.CommandLine or ActorKind.Portal:
                return new Access(Administrators.Role.Owner, null);
            case ActorKind.Administrator:
                return Of(await PersonAsync(db, actor.Id, ct));
            case ActorKind.Token:
                return Of(await TokenAsync(db, actor.Id, now, ct));
            default:
                return new Access(null, null);
        }

        static Access Of(Known? known) => new(known?.Role, known?.Role == Administrators.Role.DomainAdministrator ? known.Domains.ToHashSet() : null);
    }

    // Asked several times in each request: translated once.
    private static readonly Func<MailAdminContext, int, CancellationToken, Task<Known?>> PersonAsync = EF.CompileAsyncQuery((MailAdminContext db, int id, CancellationToken _) =>
        db.Users.AsNoTracking().Where(a => a.Id == id && a.IsEnabled).Select(a => new Known(a.Role, a.Domains.Select(d => d.DomainId).ToList())).SingleOrDefault());

    private static readonly Func<MailAdminContext, int, DateTimeOffset, CancellationToken, Task<Known?>> TokenAsync = EF.CompileAsyncQuery((MailAdminContext db, int id, DateTimeOffset now, CancellationToken _) =>
        db.ApiTokens.AsNoTracking().Where(t => t.Id == id && t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > now)).Select(t => new Known(t.Role, t.Domains.Select(d => d.DomainId).ToList())).SingleOrDefault());

    private sealed record Known(Role Role, List<int> Domains);

    /// <summary>True when the act is permitted on objects of this domain; pass null for acts that concern no single domain.</summary>
    public bool Permits(Right right, int? domainId = null) => Role is { } role && RightsOf(role).Contains(right) && (DomainIds is null || domainId is null || DomainIds.Contains(domainId.Value));

    /// <summary>True when objects of this domain are visible at all. What is not visible is answered as "not found".</summary>
    public bool Sees(int domainId) => Permits(Right.ReadAccounts, domainId);

    /// <summary>The refusal for an act, or null when it is permitted.</summary>
    public Refusal? Refuse(Right right, int? domainId = null) => Permits(right, domainId) ? null
        : Role is null ? new NotPermitted("", null, "This sign-in or token no longer works.", "Sign in again, or ask an owner for a new token.")
        : new NotPermitted("", null, $"The role {Role} may not do this ({right}).", "Ask an owner, or someone with a role that may.");

    /// <summary>The rights of a role.</summary>
    public static IReadOnlySet<Right> RightsOf(Role role) => role switch
    {
        Administrators.Role.Auditor => Auditor,
        Administrators.Role.DomainAdministrator => DomainAdministrator,
        Administrators.Role.Administrator => Administrator,
        Administrators.Role.Owner => Owner,
    };

    private static readonly HashSet<Right> Auditor = [Right.ReadAccounts, Right.ReadHosts, Right.ReadCertificates, Right.ReadMail, Right.ReadProbes, Right.ReadAudit];
    private static readonly HashSet<Right> DomainAdministrator = [Right.ReadAccounts, Right.ChangeAccounts];
    private static readonly HashSet<Right> Administrator =
    [
        Right.ReadAccounts, Right.ChangeAccounts, Right.ChangeDomains, Right.ReadHosts, Right.ApplyPlans,
        Right.ReadCertificates, Right.ChangeCertificates, Right.ReadMail, Right.ManageQueue, Right.ReadProbes, Right.ManageProbes,
        Right.ReadAudit, Right.Import, Right.Export,
    ];
    private static readonly HashSet<Right> Owner = [.. Enum.GetValues<Right>()];
}
