using MailAdmin.Core;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Mailboxes;

/// <summary>Several people at the same record in the same moment.</summary>
public sealed class RacingWritersTests : IAsyncLifetime
{
    private const int Writers = 12;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.MailboxAsync("alice@example.test");
        await _accounts.AliasAsync("sales@example.test", "alice@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Theory]
    [InlineData("mailbox")]
    [InlineData("alias")]
    [InlineData("domain")]
    public async Task FormsThatSawTheSameRevision_OneIsStored_TheOthersAreTold(string kind)
    {
        var seen = new ChangeOptions(1);
        var outcomes = await TogetherAsync(i => kind switch
        {
            "mailbox" => ReasonsAsync(_accounts.Mailboxes.ChangeAsync("alice@example.test", new MailboxEdit { Note = $"note {i}" }, Accounts.Root, seen, Ct)),
            "alias" => ReasonsAsync(_accounts.Aliases.ChangeAsync("sales@example.test", new AliasEdit { Comment = $"note {i}" }, Accounts.Root, seen, Ct)),
            _ => ReasonsAsync(_accounts.Domains.ChangeAsync("example.test", new DomainEdit { Note = $"note {i}" }, Accounts.Root, seen, Ct)),
        });
        var stored = Assert.Single(Enumerable.Range(0, Writers), i => outcomes[i].Count == 0);
        Assert.All(outcomes.Where((_, i) => i != stored), reasons => Assert.IsType<ChangedMeanwhile>(Assert.Single(reasons)));
        await using var db = await _accounts.Database.OpenAsync();
        var note = kind switch
        {
            "mailbox" => await db.Mailboxes.Select(m => m.Note).SingleAsync(Ct),
            "alias" => await db.Aliases.Select(a => a.Comment).SingleAsync(Ct),
            _ => await db.Domains.Where(d => d.Name == "example.test").Select(d => d.Note).SingleAsync(Ct),
        };
        Assert.Equal($"note {stored}", note);
        Assert.Equal(1, await db.AuditEntries.CountAsync(e => e.Action == kind + ".change", Ct));
    }

    [Fact]
    public async Task ChangesOfDifferentFields_WithoutARevision_AllStay()
    {
        await TogetherAsync(i => ReasonsAsync(_accounts.Mailboxes.ChangeAsync("alice@example.test", (i % 4) switch
        {
            0 => new MailboxEdit { DisplayName = "Alice" },
            1 => new MailboxEdit { Note = "Room 3" },
            2 => new MailboxEdit { QuotaBytes = 1 << 20 },
            _ => new MailboxEdit { State = MailboxState.ReceiveOnly },
        }, Accounts.Root, ChangeOptions.Default, Ct)));
        var alice = Expect.Accepted(await _accounts.Mailboxes.GetAsync("alice@example.test", Accounts.Root, Ct));
        Assert.Equal(("Alice", "Room 3", 1L << 20, MailboxState.ReceiveOnly, 5), (alice.Row.DisplayName, alice.Note, alice.QuotaBytes, alice.Row.State, alice.Row.Revision));
    }

    [Fact]
    public async Task ChangesOfOneField_WithoutARevision_AreEachSeenInTheTrail()
    {
        var outcomes = await TogetherAsync(i => ReasonsAsync(_accounts.Mailboxes.ChangeAsync("alice@example.test", new MailboxEdit { Note = $"note {i}" }, Accounts.Root, ChangeOptions.Default, Ct)));
        Assert.All(outcomes, Assert.Empty);
        await using var db = await _accounts.Database.OpenAsync();
        var trail = await db.AuditEntries.Where(e => e.Action == "mailbox.change").OrderBy(e => e.Id).ToListAsync(Ct);
        Assert.Equal(Writers, trail.Count);
        // Each overwrote what the one before had stored, and says so: nothing vanished between two entries.
        for (var i = 1; i < trail.Count; i++) Assert.Equal(trail[i - 1].After, trail[i].Before);
        Assert.Equal(1 + Writers, await db.Mailboxes.Select(m => m.Revision).SingleAsync(Ct));
    }

    private static async Task<IReadOnlyList<Refusal>[]> TogetherAsync(Func<int, Task<IReadOnlyList<Refusal>>> write)
    {
        var start = new TaskCompletionSource();
        var writers = Enumerable.Range(0, Writers).Select(i => Task.Run(async () =>
        {
            await start.Task;
            return await write(i);
        })).ToList();
        start.SetResult();
        return await Task.WhenAll(writers);
    }

    private static async Task<IReadOnlyList<Refusal>> ReasonsAsync<T>(Task<Outcome<T>> act) => await act is Outcome<T>.Refused(var reasons) ? reasons : [];
}
