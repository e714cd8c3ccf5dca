using System.Text.RegularExpressions;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>The people who may sign in; the right is checked in each call.</summary>
public sealed partial class AdministratorService(IDbContextFactory<MailAdminContext> factory, Changes changes, IPasswordHasher<Administrator> hasher, TimeProvider time)
{
    /// <summary>One page of the people, by user name. Sort fields: userName, role, lastSignInAt, createdAt.</summary>
    public async Task<Outcome<Page<AdministratorView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        var sort = ListRules.Check(query, ["userName", "role", "lastSignInAt", "createdAt"], reasons);
        if (reasons.Any) return reasons.Refuse<Page<AdministratorView>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ManagePeople) is { } no) return no;
        var people = db.Users.AsNoTracking();
        if (!string.IsNullOrEmpty(query.Search)) people = people.Where(a => a.UserName!.Contains(query.Search) || a.DisplayName.Contains(query.Search));
        var sorted = (sort.Field, sort.Descending) switch
        {
            ("role", false) => people.OrderBy(a => a.Role).ThenBy(a => a.NormalizedUserName),
            ("role", true) => people.OrderByDescending(a => a.Role).ThenBy(a => a.NormalizedUserName),
            ("lastSignInAt", false) => people.OrderBy(a => a.LastSignInAt).ThenBy(a => a.NormalizedUserName),
            ("lastSignInAt", true) => people.OrderByDescending(a => a.LastSignInAt).ThenBy(a => a.NormalizedUserName),
            ("createdAt", false) => people.OrderBy(a => a.CreatedAt).ThenBy(a => a.NormalizedUserName),
            ("createdAt", true) => people.OrderByDescending(a => a.CreatedAt).ThenBy(a => a.NormalizedUserName),
            (_, true) => people.OrderByDescending(a => a.NormalizedUserName),
            _ => people.OrderBy(a => a.NormalizedUserName),
        };
        var rows = await ViewsOf(db, sorted.Skip(query.Offset).Take(query.Limit)).ToListAsync(ct);
        return new Outcome<Page<AdministratorView>>.Accepted(new(rows, await people.CountAsync(ct), query.Offset), null);
    }

    /// <summary>One person by user name.</summary>
    public async Task<Outcome<AdministratorView>> GetAsync(string userName, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ManagePeople) is { } no) return no;
        return await ViewsOf(db, db.Users.AsNoTracking().Where(a => a.NormalizedUserName == Normal(userName))).SingleOrDefaultAsync(ct) is { } view
            ? new Outcome<AdministratorView>.Accepted(view, null) : Unknown(userName);
    }

    /// <summary>Adds a person.</summary>
    public async Task<Outcome<AdministratorView>> AddAsync(NewAdministrator person, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if (await RefuseAsync(change, ct) is { } no) return no;
        return await AddAsync(change, person, ct);
    }

    /// <summary>Changes a person's name, role, domains or whether they may act. The last owner who can sign in stays one. Open sessions of the person end when what they may do changes.</summary>
    public async Task<Outcome<AdministratorView>> ChangeAsync(string userName, AdministratorEdit edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var (person, refused) = await FindAsync(change, userName, options, ct);
        if (person is null) return refused!;
        var before = await ShownAsync(change.Db, person, ct);
        var (role, enabled) = (edit.Role.Or(person.Role), edit.IsEnabled.Or(person.IsEnabled));
        if (!Enum.IsDefined(role)) return new Malformed("role", role.ToString(), $"There is no role {role}.", "Choose owner, administrator, domainAdministrator or auditor.");
        if ((role != Role.Owner || !enabled) && await IsLastOwnerAsync(change.Db, person, ct)) return new LastOwner(person.UserName!);
        if (edit.DisplayName.Or("") is { } shown && RefuseDisplayName(shown) is { } bad) return bad;
        var names = edit.Domains.Or(role == Role.DomainAdministrator ? before.Domains : []);
        var (domains, problem) = await DomainScope.FindAsync(change.Db, role, names, ct);
        if (domains is null) return problem!;

        var rightsMoved = role != person.Role || enabled != person.IsEnabled || !domains.ToHashSet().SetEquals(person.Domains.Select(d => d.DomainId));
        person.DisplayName = edit.DisplayName.Or(person.DisplayName);
        (person.Role, person.IsEnabled) = (role, enabled);
        person.Domains.RemoveAll(d => !domains.Contains(d.DomainId));
        person.Domains.AddRange(domains.Except(person.Domains.Select(d => d.DomainId)).Select(id => new AdministratorDomain { DomainId = id }));
        if (rightsMoved) person.SecurityStamp = NewStamp();
        return await SaveAsync(change, person, "administrator.change", before, ct);
    }

    /// <summary>Refuses a person sign-in and every act from now on.</summary>
    public Task<Outcome<AdministratorView>> DisableAsync(string userName, Actor actor, ChangeOptions options, CancellationToken ct) =>
        ChangeAsync(userName, new AdministratorEdit { IsEnabled = false }, actor, options, ct);

    /// <summary>Sets somebody's password, ends their sessions and takes back a lockout.</summary>
    public async Task<Outcome<AdministratorView>> ResetPasswordAsync(string userName, Secret password, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var (person, refused) = await FindAsync(change, userName, options, ct);
        if (person is null) return refused!;
        return await SetPasswordAsync(change, person, password, "administrator.resetPassword", ct);
    }

    /// <summary>Changes one's own password, which needs the former one. All sessions end, also this one.</summary>
    public async Task<Outcome<AdministratorView>> ChangeOwnPasswordAsync(Secret current, Secret password, Actor actor, CancellationToken ct)
    {
        if (actor.Kind != ActorKind.Administrator) return new NotPermitted("", null, "Only a signed-in person has a password here.", "Use the reset of another owner, or: mailadmin admin create");
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var person = await change.Db.Users.Include(a => a.Domains).SingleOrDefaultAsync(a => a.Id == actor.Id && a.IsEnabled, ct);
        if (person is null) return Unknown(actor.Name);
        if (hasher.VerifyHashedPassword(person, person.PasswordHash ?? "", current.Reveal()) == PasswordVerificationResult.Failed)
            return new Malformed("currentPassword", null, "The current password is not right.", "Type the password with which you sign in now.");
        return await SetPasswordAsync(change, person, password, "administrator.changePassword", ct);
    }

    /// <summary>Ends all sessions of a person: their own, or anybody's for those who manage people.</summary>
    public async Task<Outcome<AdministratorView>> SignOutEverywhereAsync(string userName, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var person = await change.Db.Users.Include(a => a.Domains).SingleOrDefaultAsync(a => a.NormalizedUserName == Normal(userName), ct);
        var isSelf = actor.Kind == ActorKind.Administrator && person?.Id == actor.Id && person.IsEnabled;
        if (!isSelf && await RefuseAsync(change, ct) is { } no) return no;
        if (person is null) return Unknown(userName);
        person.SecurityStamp = NewStamp();
        return await SaveAsync(change, person, "administrator.signOutEverywhere", await ShownAsync(change.Db, person, ct), ct);
    }

    /// <summary>Removes a person for good. The last owner who can sign in stays.</summary>
    public async Task<Outcome<AdministratorView>> RemoveAsync(string userName, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var (person, refused) = await FindAsync(change, userName, options, ct);
        if (person is null) return refused!;
        if (await IsLastOwnerAsync(change.Db, person, ct)) return new LastOwner(person.UserName!);
        var before = await ShownAsync(change.Db, person, ct);
        var view = await ViewsOf(change.Db, change.Db.Users.Where(a => a.Id == person.Id)).SingleAsync(ct);
        change.Db.Users.Remove(person);
        change.Audit("administrator.remove", person.UserName!, before, null);
        await change.CommitAsync(ct);
        return new Outcome<AdministratorView>.Accepted(view, null);
    }

    /// <summary>Adds a person within a change whose right is settled.</summary>
    internal async Task<Outcome<AdministratorView>> AddAsync(Change change, NewAdministrator person, CancellationToken ct)
    {
        var name = person.UserName.Trim();
        if (!UserNameForm().IsMatch(name)) return new Malformed("userName", name, "A user name has 1 to 64 letters, digits and . _ - @.", "Choose a name like alice or alice@example.test.");
        if (!Enum.IsDefined(person.Role)) return new Malformed("role", person.Role.ToString(), $"There is no role {person.Role}.", "Choose owner, administrator, domainAdministrator or auditor.");
        if (RefuseDisplayName(person.DisplayName ?? "") is { } bad) return bad;
        if (AdministratorPassword.Refuse(name, person.Password) is { } weak) return weak;
        var (domains, problem) = await DomainScope.FindAsync(change.Db, person.Role, person.Domains, ct);
        if (domains is null) return problem!;
        if (await change.Db.Users.AnyAsync(a => a.NormalizedUserName == Normal(name), ct)) return new UserNameTaken(name);

        var added = new Administrator
        {
            UserName = name,
            NormalizedUserName = Normal(name),
            DisplayName = person.DisplayName ?? "",
            Role = person.Role,
            CreatedAt = change.Now,
            SecurityStamp = NewStamp(),
            LockoutEnabled = true,
            Domains = [.. domains.Select(id => new AdministratorDomain { DomainId = id })],
        };
        added.PasswordHash = hasher.HashPassword(added, person.Password.Reveal());
        change.Db.Users.Add(added);
        if (!await change.Db.Set<FirstRunRecord>().AnyAsync(ct)) change.Db.Add(new FirstRunRecord { ClosedAt = change.Now });
        return await SaveAsync(change, added, "administrator.add", null, ct);
    }

    internal static string Normal(string userName) => userName.Trim().Normalize().ToUpperInvariant();

    internal static string NewStamp() => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20));

    private async Task<Outcome<AdministratorView>> SetPasswordAsync(Change change, Administrator person, Secret password, string action, CancellationToken ct)
    {
        if (AdministratorPassword.Refuse(person.UserName!, password) is { } weak) return weak;
        person.PasswordHash = hasher.HashPassword(person, password.Reveal());
        person.SecurityStamp = NewStamp();
        (person.AccessFailedCount, person.LockoutEnd) = (0, null);
        return await SaveAsync(change, person, action, await ShownAsync(change.Db, person, ct), ct);
    }

    private static async Task<Outcome<AdministratorView>> SaveAsync(Change change, Administrator person, string action, object? before, CancellationToken ct)
    {
        person.Revision++;
        person.ConcurrencyStamp = NewStamp();
        change.Audit(action, person.UserName!, before, await ShownAsync(change.Db, person, ct));
        await change.Db.SaveChangesAsync(ct);
        var view = await ViewsOf(change.Db, change.Db.Users.Where(a => a.Id == person.Id)).SingleAsync(ct);
        await change.CommitAsync(ct);
        return new Outcome<AdministratorView>.Accepted(view, null);
    }

    private async Task<(Administrator? Person, Refusal? Refused)> FindAsync(Change change, string userName, ChangeOptions options, CancellationToken ct)
    {
        if (await RefuseAsync(change, ct) is { } no) return (null, no);
        var person = await change.Db.Users.Include(a => a.Domains).SingleOrDefaultAsync(a => a.NormalizedUserName == Normal(userName), ct);
        if (person is null) return (null, Unknown(userName));
        if (options.ExpectedRevision is { } seen && seen != person.Revision)
            return (null, new ChangedMeanwhile("", person.UserName, $"{person.UserName} was changed by somebody else meanwhile.", "Read it again and repeat your change if it is still wanted."));
        return (person, null);
    }

    private static async Task<Refusal?> RefuseAsync(Change change, CancellationToken ct) =>
        (await Access.ReadAsync(change.Db, change.Actor, change.Now, ct)).Refuse(Right.ManagePeople);

    private static async Task<bool> IsLastOwnerAsync(MailAdminContext db, Administrator person, CancellationToken ct) =>
        person is { Role: Role.Owner, IsEnabled: true } && !await db.Users.AnyAsync(a => a.Id != person.Id && a.Role == Role.Owner && a.IsEnabled, ct);

    private static Refusal? RefuseDisplayName(string name) =>
        name.Length > 200 || name.Any(char.IsControl) ? new Malformed("displayName", null, "A display name has at most 200 characters and no control characters.", "Shorten it, or type it anew.") : null;

    private static NotFound Unknown(string userName) => new("userName", userName, $"There is no administrator {userName}.", "Look at the list of administrators.");

    private static async Task<Shown> ShownAsync(MailAdminContext db, Administrator person, CancellationToken ct)
    {
        var ids = person.Domains.Select(d => d.DomainId).ToList();
        var names = ids.Count == 0 ? [] : await db.Domains.Where(d => ids.Contains(d.Id)).OrderBy(d => d.Name).Select(d => d.Name).ToListAsync(ct);
        return new Shown(person.UserName!, person.DisplayName, person.Role.ToString(), person.IsEnabled, names);
    }

    private static IQueryable<AdministratorView> ViewsOf(MailAdminContext db, IQueryable<Administrator> people) => people.Select(a => new AdministratorView
    {
        Id = a.Id,
        UserName = a.UserName!,
        DisplayName = a.DisplayName,
        Role = a.Role,
        IsEnabled = a.IsEnabled,
        Domains = a.Domains.Join(db.Domains, d => d.DomainId, d => d.Id, (_, d) => d.Name).OrderBy(n => n).ToList(),
        CreatedAt = a.CreatedAt,
        LastSignInAt = a.LastSignInAt,
        Revision = a.Revision,
    });

    // What the audit keeps of a person: no hash, no stamp.
    private sealed record Shown(string UserName, string DisplayName, string Role, bool IsEnabled, IReadOnlyList<string> Domains);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\z")]
    private static partial Regex UserNameForm();
}
