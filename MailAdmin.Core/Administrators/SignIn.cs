using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>Checks name and password. People who do not exist, are disabled or locked get the same answer after the same work.</summary>
public sealed class SignIn(IDbContextFactory<MailAdminContext> factory, Changes changes, AuditLog audit, IPasswordHasher<Administrator> hasher, SignInThrottle throttle, TimeProvider time)
{
    /// <summary>Failures on one account from browsers that are not known to it, after which only known browsers may go on for a while.</summary>
    public const int LockoutFailures = 50;

    private static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(15);

    // Hashing is heavy on purpose: a flood of sign-ins must not take every processor.
    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(new Administrator(), Guid.NewGuid().ToString()));

    /// <summary>Signs in, or says why not in words that tell nothing about the account.</summary>
    /// <param name="address">The client's IP address.</param>
    /// <param name="browser">The number of a browser in which this person has signed in before, and the person's id; null when unknown.</param>
    public async Task<SignInResult> TryAsync(string userName, Secret password, string address, KnownBrowser? browser, CancellationToken ct)
    {
        userName = userName.Length > 64 ? userName[..64] : userName;
        if (password.Reveal().Length > AdministratorPassword.MaximumLength) return SignInResult.Wrong;
        var person = await ReadAsync(userName, ct);
        var known = person is not null && browser?.AdministratorId == person.Id ? browser.Number : null;
        if (throttle.Take(userName, address, known) is { } wait) return SignInResult.TooMany(wait);

        var hash = person?.PasswordHash ?? _nobodysHash.Value;
        bool right;
        await _hashing.WaitAsync(ct);
        try { right = hasher.VerifyHashedPassword(person ?? new Administrator(), hash, password.Reveal()) != PasswordVerificationResult.Failed; }
        finally { _hashing.Release(); }

        var mayEnter = person is { IsEnabled: true } && (known is not null || person.LockoutEnd is null || person.LockoutEnd <= time.GetUtcNow());
        if (!right || !mayEnter)
        {
            if (person is not null && known is null) await CountFailureAsync(person.Id, ct);
            var why = person is null ? "refused: no such person" : !right ? "refused: wrong password" : !person.IsEnabled ? "refused: disabled" : "refused: locked for a while";
            await audit.AppendAsync("administrator.signIn", Printable(userName), why, new Actor(ActorKind.Portal, 0, person?.UserName ?? "unknown", "web", address), ct);
            return SignInResult.Wrong;
        }
        throttle.Succeeded(userName, address, known);
        return await EnterAsync(person!.Id, address, ct);
    }

    /// <summary>Notes that somebody signed out.</summary>
    public Task SignedOutAsync(Actor actor, CancellationToken ct) => audit.AppendAsync("administrator.signOut", actor.Name, "signed out", actor, ct);

    /// <summary>Enters a person whose identity is settled: after the password, or right after the first run.</summary>
    public async Task<SignInResult> EnterAsync(int administratorId, string address, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(new Actor(ActorKind.Portal, 0, "", "web", address), ChangeOptions.Default, ct);
        var person = await change.Db.Users.SingleOrDefaultAsync(a => a.Id == administratorId && a.IsEnabled, ct);
        if (person is null) return SignInResult.Wrong;
        (person.LastSignInAt, person.AccessFailedCount, person.LockoutEnd) = (change.Now, 0, null);
        await AuditChain.AppendAsync(change.Db, [new AuditEntry { At = change.Now, Actor = person.UserName!, Door = "web", ClientAddress = address, Action = "administrator.signIn", Object = person.UserName!, Result = "signed in" }], ct);
        await change.CommitAsync(ct);
        return new SignInResult(new SignedInPerson(person.Id, person.UserName!, person.DisplayName, person.Role, person.SecurityStamp!), "", null);
    }

    /// <summary>The person as they are now, when a session with this stamp may go on; null when it may not.</summary>
    public async Task<SignedInPerson?> StillAsync(int administratorId, string stamp, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await AskStillAsync(db, administratorId, stamp, ct);
    }

    private static readonly Func<MailAdminContext, int, string, CancellationToken, Task<SignedInPerson?>> AskStillAsync = EF.CompileAsyncQuery((MailAdminContext db, int id, string stamp, CancellationToken _) =>
        db.Users.AsNoTracking().Where(a => a.Id == id && a.IsEnabled && a.SecurityStamp == stamp).Select(a => new SignedInPerson(a.Id, a.UserName!, a.DisplayName, a.Role, a.SecurityStamp!)).SingleOrDefault());

    private async Task<Administrator?> ReadAsync(string userName, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedUserName == AdministratorService.Normal(userName), ct);
    }

    private async Task CountFailureAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var until = time.GetUtcNow() + LockoutTime;
        await db.Users.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount + 1), ct);
        await db.Users.Where(a => a.Id == id && a.AccessFailedCount >= LockoutFailures)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, until), ct);
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}

/// <summary>A browser in which a person has signed in before.</summary>
/// <param name="AdministratorId">Who.</param>
/// <param name="Number">The browser's number; a secret of that browser.</param>
public sealed record KnownBrowser(int AdministratorId, string Number);

/// <summary>A person who may use the portal now.</summary>
/// <param name="Id">Their key.</param>
/// <param name="UserName">What they typed.</param>
/// <param name="DisplayName">Shown; may be empty.</param>
/// <param name="Role">What they may do, for showing; each act looks again.</param>
/// <param name="Stamp">Sessions with another stamp are over.</param>
public sealed record SignedInPerson(int Id, string UserName, string DisplayName, Role Role, string Stamp);

/// <summary>How a sign-in ended.</summary>
/// <param name="Person">Who signed in; null when nobody did.</param>
/// <param name="Sentence">What to show when nobody did.</param>
/// <param name="Wait">How long to wait when there were too many attempts; null otherwise.</param>
public sealed record SignInResult(SignedInPerson? Person, string Sentence, TimeSpan? Wait)
{
    internal static SignInResult Wrong { get; } = new(null, "User name or password is not right. After many attempts an account rests for 15 minutes.", null);

    internal static SignInResult TooMany(TimeSpan wait) => new(null, $"Too many attempts. Try again in {Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))} min.", wait);
}
