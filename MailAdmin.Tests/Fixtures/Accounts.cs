using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A database with one host, example.test and other.test, and short words for what tests do to accounts.</summary>
public sealed class Accounts : IAsyncDisposable
{
    private static readonly ChangeOptions Plain = ChangeOptions.Default;

    private Accounts(SqliteDatabase database, FakeTimeProvider time) => (Database, Time) = (database, time);

    public static Actor Root { get; } = Actor.CommandLine("root");

    public SqliteDatabase Database { get; }

    public FakeTimeProvider Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public DomainService Domains => Database.Get<DomainService>();

    public MailboxService Mailboxes => Database.Get<MailboxService>();

    public AliasService Aliases => Database.Get<AliasService>();

    public static async Task<Accounts> CreateAsync(string? postmaster = null, HostCapabilities? capabilities = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        var database = await SqliteDatabase.CreateAsync(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));
        var accounts = new Accounts(database, time);
        await using (var db = await database.OpenAsync())
        {
            db.Hosts.Add(new Host { Name = "mail.example.test", CreatedAt = time.GetUtcNow(), PostmasterAddress = postmaster, Capabilities = capabilities });
            await db.SaveChangesAsync();
        }
        await accounts.DomainAsync("example.test");
        await accounts.DomainAsync("other.test");
        return accounts;
    }

    public async Task<DomainView> DomainAsync(string name, Func<NewDomain, NewDomain>? with = null) =>
        Expect.Accepted(await Domains.AddAsync((with ?? (d => d))(new NewDomain(name)), Root, Plain, default));

    public async Task<MailboxView> MailboxAsync(string address, Func<NewMailbox, NewMailbox>? with = null) =>
        Expect.Accepted(await Mailboxes.AddAsync((with ?? (m => m))(new NewMailbox(address)), Root, Plain, default));

    public async Task<AliasView> AliasAsync(string address, params string[] targets) =>
        Expect.Accepted(await Aliases.AddAsync(new NewAlias(address, targets), Root, Plain, default));

    public async Task TrashMailboxAsync(string address) => Expect.Accepted(await Mailboxes.TrashAsync(address, Root, Plain, default));

    public async Task TrashAliasAsync(string address) => Expect.Accepted(await Aliases.TrashAsync(address, Root, Plain, default));

    public async Task TrashDomainAsync(string name) => Expect.Accepted(await Domains.TrashAsync(name, Root, Plain, default));

    /// <summary>A signed-in person of this role; a domain administrator gets the domains.</summary>
    public async Task<Actor> PersonAsync(Role role, params string[] domains)
    {
        await using var db = await Database.OpenAsync();
        var ids = await db.Domains.Where(d => domains.Contains(d.Name)).Select(d => d.Id).ToListAsync();
        var person = new Administrator { UserName = $"{role}-{Guid.NewGuid():N}", Role = role, CreatedAt = Now, Domains = [.. ids.Select(id => new AdministratorDomain { DomainId = id })] };
        db.Users.Add(person);
        await db.SaveChangesAsync();
        return new Actor(ActorKind.Administrator, person.Id, person.UserName!, "web");
    }

    /// <summary>Everything stored that a refused or previewed change must leave alone, as one text.</summary>
    public async Task<string> StoredAsync()
    {
        await using var db = await Database.OpenAsync();
        var all = new
        {
            Domains = await db.Domains.AsNoTracking().OrderBy(d => d.Id).ToListAsync(),
            Mailboxes = await db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).OrderBy(m => m.Id).ToListAsync(),
            Aliases = await db.Aliases.AsNoTracking().Include(a => a.Targets).OrderBy(a => a.Id).ToListAsync(),
            Hosts = await db.Hosts.AsNoTracking().ToListAsync(),
            Audit = await db.AuditEntries.AsNoTracking().OrderBy(e => e.Id).ToListAsync(),
            Versions = await db.ObjectVersions.AsNoTracking().OrderBy(v => v.Id).ToListAsync(),
        };
        return System.Text.Json.JsonSerializer.Serialize(all);
    }

    /// <summary>Does it, and holds that it stores nothing.</summary>
    public async Task<T> StoresNothingAsync<T>(Func<Task<T>> act)
    {
        var before = await StoredAsync();
        var result = await act();
        Assert.Equal(before, await StoredAsync());
        return result;
    }

    public static Secret Password { get; } = new("correct horse battery");

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>What an outcome has to be.</summary>
public static class Expect
{
    public static T Accepted<T>(Outcome<T> outcome) => outcome switch
    {
        Outcome<T>.Accepted accepted => accepted.Value,
        Outcome<T>.Refused refused => throw new Xunit.Sdk.XunitException("Refused: " + string.Join(" | ", refused.Reasons.Select(r => $"{r.Code} at '{r.Field}': {r.Sentence} {r.NextStep}"))),
        _ => throw new Xunit.Sdk.XunitException("Neither accepted nor refused."),
    };

    public static IReadOnlyList<Refusal> Refused<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Reasons;

    /// <summary>Refused for exactly one reason, of this kind.</summary>
    public static TReason Refused<TReason, T>(Outcome<T> outcome, string field) where TReason : Refusal
    {
        var reason = Assert.IsType<TReason>(Assert.Single(Refused(outcome)));
        Assert.Equal(field, reason.Field);
        Assert.NotEmpty(reason.Sentence);
        Assert.NotEmpty(reason.NextStep);
        return reason;
    }

    public static HostRevision? Revision<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome).Revision;
}
