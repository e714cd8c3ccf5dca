using MailAdmin.Core;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.AddressBook;

public sealed class AccountSnapshotsTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync() => _accounts = await Accounts.CreateAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    /// <summary>The accounts as a person sees them, without what a roll back may change (keys, revisions, moments of change).</summary>
    private async Task<List<string>> SeenAsync()
    {
        await using var db = await _accounts.Database.OpenAsync();
        var domains = await db.Domains.AsNoTracking().ToListAsync(Ct);
        var names = domains.ToDictionary(d => d.Id, d => d.Name);
        List<string> seen =
        [
            .. domains.Select(d => $"{d.Name} {(d.AliasOfId is { } id ? names[id] : "")} {d.MaxMailboxes} {d.Note} {d.TrashedUntil:O}"),
            .. (await db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).ToListAsync(Ct))
                .Select(m => $"{names[m.DomainId]} {m.Address} {m.DisplayName} {m.State} {m.PasswordHash} {m.QuotaBytes} {m.TrashedUntil:O} {string.Join(",", m.SenderRights.Select(r => r.Sender).Order(StringComparer.Ordinal))}"),
            .. (await db.Aliases.AsNoTracking().Include(a => a.Targets).ToListAsync(Ct))
                .Select(a => $"{names[a.DomainId]} {a.Address} {a.Comment} {a.ExpiresAt:O} {a.TrashedUntil:O} {string.Join(",", a.Targets.OrderBy(t => t.Position).Select(t => t.Target))}"),
        ];
        seen.Sort(StringComparer.Ordinal);
        return seen;
    }

    private async Task<long> RevisionAsync()
    {
        await using var db = await _accounts.Database.OpenAsync();
        return (await db.Hosts.SingleAsync(Ct)).DesiredRevision;
    }

    private async Task<int> RollBackAsync(long revision)
    {
        await using var change = await _accounts.Database.Get<Changes>().BeginAsync(Accounts.Root, ChangeOptions.Default, Ct);
        var host = (await change.Db.Hosts.SingleAsync(Ct)).Id;
        var restored = await AccountSnapshots.RestoreAsync(change, host, await FormerObject.ReadAsync(change.Db, host, revision, Ct), Ct);
        await change.CommitAsync(Ct);
        return restored;
    }

    [Fact]
    public async Task Restore_AfterEverySortOfChange_BringsBackEverything_AndForthAgain()
    {
        await _accounts.MailboxAsync("a@example.test", m => m with { Password = Accounts.Password, DisplayName = "A" });
        await _accounts.MailboxAsync("b@other.test", m => m with { Password = Accounts.Password });
        await _accounts.AliasAsync("c@other.test", "a@example.test", "b@other.test");
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "example.test" });
        Expect.Accepted(await _accounts.Mailboxes.ChangeAsync("a@example.test", new MailboxEdit { SenderRights = new Optional<IReadOnlyList<string>>(["x@other.test", "@example.test"]) }, Accounts.Root, ChangeOptions.Default, Ct));
        var (before, revision) = (await SeenAsync(), await RevisionAsync());

        Expect.Accepted(await _accounts.Mailboxes.ChangeAsync("a@example.test", new MailboxEdit { DisplayName = "changed", State = MailboxState.Suspended, SenderRights = new Optional<IReadOnlyList<string>>(["y@example.test"]) }, Accounts.Root, ChangeOptions.Default, Ct));
        Expect.Accepted(await _accounts.Mailboxes.SetPasswordAsync("a@example.test", new NewPassword { Password = new Secret("another good one") }, Accounts.Root, ChangeOptions.Default, Ct));
        await _accounts.TrashDomainAsync("other.test");
        Expect.Accepted(await _accounts.Domains.PurgeAsync("other.test", Accounts.Root, ChangeOptions.Default, Ct));
        await _accounts.DomainAsync("new.test");
        await _accounts.MailboxAsync("n@new.test");
        await _accounts.DomainAsync("newalias.test", d => d with { AliasOf = "new.test" });
        await _accounts.AliasAsync("m@new.test", "n@new.test");
        Expect.Accepted(await _accounts.Domains.ChangeAsync("alias.test", new DomainEdit { AliasOf = "new.test" }, Accounts.Root, ChangeOptions.Default, Ct));
        var (after, later) = (await SeenAsync(), await RevisionAsync());

        Assert.True(await RollBackAsync(revision) >= 8);
        Assert.Equal(before, await SeenAsync());
        Assert.Equal(0, await RollBackAsync(revision));
        Assert.True(await RollBackAsync(later) > 0);
        Assert.Equal(after, await SeenAsync());
    }

    [Fact]
    public async Task Restore_MovesTheRecordsRevisionOn_SoThatOldPagesAreTold()
    {
        await _accounts.MailboxAsync("a@example.test");
        var revision = await RevisionAsync();
        var seen = Expect.Accepted(await _accounts.Mailboxes.ChangeAsync("a@example.test", new MailboxEdit { Note = "x" }, Accounts.Root, ChangeOptions.Default, Ct)).Row.Revision;
        await RollBackAsync(revision);
        Expect.Refused<ChangedMeanwhile, MailboxView>(await _accounts.Mailboxes.ChangeAsync("a@example.test", new MailboxEdit { Note = "y" }, Accounts.Root, new ChangeOptions(ExpectedRevision: seen), Ct), "");
        await using var db = await _accounts.Database.OpenAsync();
        Assert.Equal("mailbox.rollBack", (await db.AuditEntries.OrderBy(e => e.Id).LastAsync(Ct)).Action);
        Assert.False(await db.AuditEntries.AnyAsync(e => e.Before!.Contains("$6$") || e.After!.Contains("$6$"), Ct));
    }
}
