using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Mailboxes;

public sealed class MailboxServiceTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync() => _accounts = await Accounts.CreateAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    private Task<Outcome<MailboxView>> AddAsync(NewMailbox mailbox) => _accounts.Mailboxes.AddAsync(mailbox, Accounts.Root, ChangeOptions.Default, Ct);

    private Task<Outcome<MailboxView>> ChangeAsync(string address, MailboxEdit edit, ChangeOptions? options = null) => _accounts.Mailboxes.ChangeAsync(address, edit, Accounts.Root, options ?? ChangeOptions.Default, Ct);

    [Fact]
    public async Task Add_WithPassword_StoresCanonicalAddressAndAStrongHash()
    {
        var outcome = await AddAsync(new NewMailbox("Alice@EXAMPLE.test") { Password = Accounts.Password, DisplayName = " Alice Example ", Note = "Room 3", QuotaBytes = 5L << 30 });
        var view = Expect.Accepted(outcome);
        Assert.Equal(("alice@example.test", "Alice Example", "Room 3", 5L << 30, true, 1), (view.Row.Address, view.Row.DisplayName, view.Note, view.Row.EffectiveQuotaBytes, view.Row.HasPassword, view.Row.Revision));
        Assert.Equal(("SHA512-CRYPT", "mail.example.test", "example.test"), (view.PasswordScheme, view.Host, view.Domain));
        Assert.NotNull(Expect.Revision(outcome));
        await using var db = await _accounts.Database.OpenAsync();
        Assert.True(HashText.Parse((await db.Mailboxes.SingleAsync(Ct)).PasswordHash).Matches(Accounts.Password));
    }

    [Fact]
    public async Task Add_WithoutPassword_HasNone()
    {
        var view = await _accounts.MailboxAsync("bob@example.test");
        Assert.False(view.Row.HasPassword);
        Assert.Null(view.PasswordScheme);
        Assert.Null(view.PasswordChangedAt);
    }

    [Fact]
    public async Task Add_EverythingWrong_NamesEveryField()
    {
        var outcome = await _accounts.StoresNothingAsync(() => AddAsync(new NewMailbox("-x@example.test") { Password = new Secret("short"), DisplayName = "a\nb", Note = "c\u202Ed", QuotaBytes = -1, State = (MailboxState)9 }));
        Assert.Equal(["address", "displayName", "note", "password", "quotaBytes", "state"], Expect.Refused(outcome).Select(r => r.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Add_AddressTwice_IsTaken()
    {
        await _accounts.MailboxAsync("alice@example.test");
        var reason = Expect.Refused<AddressTaken, MailboxView>(await AddAsync(new NewMailbox("ALICE@example.test")), "address");
        Assert.Contains("exists already", reason.Sentence);
    }

    [Fact]
    public async Task Add_AddressInTrash_SaysSo()
    {
        await _accounts.MailboxAsync("alice@example.test");
        await _accounts.TrashMailboxAsync("alice@example.test");
        var reason = Expect.Refused<AddressTaken, MailboxView>(await AddAsync(new NewMailbox("alice@example.test")), "address");
        Assert.Contains("in trash", reason.Sentence);
        Assert.Contains("Restore", reason.NextStep);
    }

    [Fact]
    public async Task Add_WhereAnAliasStands_IsTaken()
    {
        await _accounts.MailboxAsync("bob@example.test");
        await _accounts.AliasAsync("alice@example.test", "bob@example.test");
        Expect.Refused<AddressTaken, MailboxView>(await AddAsync(new NewMailbox("alice@example.test")), "address");
    }

    [Fact]
    public async Task Add_InUnknownTrashedOrAliasDomain_SaysWhich()
    {
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "example.test" });
        await _accounts.TrashDomainAsync("other.test");
        Expect.Refused<DomainUnknown, MailboxView>(await AddAsync(new NewMailbox("a@nowhere.test")), "address");
        Expect.Refused<DomainInTrash, MailboxView>(await AddAsync(new NewMailbox("a@other.test")), "address");
        Assert.Contains("alias domain of example.test", Expect.Refused<DomainClash, MailboxView>(await AddAsync(new NewMailbox("a@alias.test")), "address").Sentence);
    }

    [Fact]
    public async Task Add_DomainAtItsLimit_IsFull_AndTrashMakesRoom()
    {
        await _accounts.DomainAsync("small.test", d => d with { MaxMailboxes = 1 });
        await _accounts.MailboxAsync("a@small.test");
        Expect.Refused<DomainFull, MailboxView>(await AddAsync(new NewMailbox("b@small.test")), "address");
        await _accounts.TrashMailboxAsync("a@small.test");
        await _accounts.MailboxAsync("b@small.test");
        Expect.Refused<DomainFull, MailboxView>(await _accounts.Mailboxes.RestoreAsync("a@small.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
    }

    [Theory]
    [InlineData(0L, "unlimited")]
    [InlineData(3L << 30, "3 GiB")]
    public async Task Add_QuotaAboveDomainLimit_IsRefused(long bytes, string shown)
    {
        await _accounts.DomainAsync("small.test", d => d with { MaxQuotaBytes = 2L << 30, DefaultQuotaBytes = 1L << 30 });
        var reason = Expect.Refused<QuotaAboveDomainLimit, MailboxView>(await AddAsync(new NewMailbox("a@small.test") { QuotaBytes = bytes }), "quotaBytes");
        Assert.Equal(shown, reason.Value);
        Assert.Contains("2 GiB", reason.NextStep);
        Assert.Equal(1L << 30, (await _accounts.MailboxAsync("b@small.test")).Row.EffectiveQuotaBytes);
    }

    [Theory]
    [InlineData("{PLAIN}secret", "passwordHash")]
    [InlineData("{MD5}abc", "passwordHash")]
    [InlineData("", "passwordHash")]
    [InlineData("{SHA512-CRYPT}", "passwordHash")]
    [InlineData("{SHA512-CRYPT}$6$a:b", "passwordHash")]
    public async Task Add_WeakHash_IsRefusedWithoutRepeatingIt(string hash, string field)
    {
        var reason = Expect.Refused<WeakHash, MailboxView>(await AddAsync(new NewMailbox("a@example.test") { PasswordHash = hash }), field);
        Assert.Null(reason.Value);
        Assert.DoesNotContain("secret", reason.Sentence + reason.NextStep);
    }

    [Fact]
    public async Task Add_PasswordAndHash_IsRefused() =>
        Expect.Refused<Malformed, MailboxView>(await AddAsync(new NewMailbox("a@example.test") { Password = Accounts.Password, PasswordHash = await HashAsync() }), "passwordHash");

    [Fact]
    public async Task Add_LockedHash_OnlyForReceiveOnly_AndIsStoredUnlocked()
    {
        var hash = await HashAsync();
        var locked = hash.Replace("}", "}!", StringComparison.Ordinal);
        Expect.Refused<LockedHash, MailboxView>(await AddAsync(new NewMailbox("a@example.test") { PasswordHash = locked }), "passwordHash");
        Expect.Accepted(await AddAsync(new NewMailbox("a@example.test") { PasswordHash = locked, State = MailboxState.ReceiveOnly }));
        await using var db = await _accounts.Database.OpenAsync();
        Assert.Equal(hash, (await db.Mailboxes.SingleAsync(Ct)).PasswordHash);
    }

    [Fact]
    public async Task Add_SchemeThatTheHostDoesNotKnow_IsRefused()
    {
        await using var accounts = await Accounts.CreateAsync(capabilities: new HostCapabilities { PasswordSchemes = ["SHA512-CRYPT", "CRYPT"] });
        var outcome = await accounts.Mailboxes.AddAsync(new NewMailbox("a@example.test") { Password = Accounts.Password, PasswordScheme = "BLF-CRYPT" }, Accounts.Root, ChangeOptions.Default, Ct);
        Assert.Contains("BLF-CRYPT", Expect.Refused<WeakHash, MailboxView>(outcome, "passwordHash").Sentence);
    }

    [Fact]
    public async Task SetPassword_NewOne_ReplacesTheHash_AndTheSameHashChangesNothing()
    {
        await _accounts.MailboxAsync("a@example.test", m => m with { Password = Accounts.Password });
        _accounts.Time.Advance(TimeSpan.FromMinutes(1));
        var outcome = await _accounts.Mailboxes.SetPasswordAsync("a@example.test", new NewPassword { Password = new Secret("another good one") }, Accounts.Root, ChangeOptions.Default, Ct);
        Assert.Equal(_accounts.Now, Expect.Accepted(outcome).PasswordChangedAt);
        Assert.NotNull(Expect.Revision(outcome));
        await using var db = await _accounts.Database.OpenAsync();
        var hash = (await db.Mailboxes.SingleAsync(Ct)).PasswordHash!;
        Assert.True(HashText.Parse(hash).Matches(new Secret("another good one")));
        Assert.Null(Expect.Revision(await _accounts.Mailboxes.SetPasswordAsync("a@example.test", new NewPassword { PasswordHash = hash }, Accounts.Root, ChangeOptions.Default, Ct)));
    }

    [Fact]
    public async Task SetPassword_Nothing_IsRefused()
    {
        await _accounts.MailboxAsync("a@example.test");
        Expect.Refused<PasswordRefused, MailboxView>(await _accounts.Mailboxes.SetPasswordAsync("a@example.test", new NewPassword(), Accounts.Root, ChangeOptions.Default, Ct), "password");
    }

    [Fact]
    public async Task Change_SetsWhatIsGivenOnly()
    {
        await _accounts.MailboxAsync("a@example.test", m => m with { DisplayName = "A", Note = "n", QuotaBytes = 1 << 30 });
        var view = Expect.Accepted(await ChangeAsync("a@example.test", new MailboxEdit { State = MailboxState.ReceiveOnly }));
        Assert.Equal(("A", "n", 1L << 30, MailboxState.ReceiveOnly, 2), (view.Row.DisplayName, view.Note, view.QuotaBytes, view.Row.State, view.Row.Revision));
        Assert.Null(Expect.Accepted(await ChangeAsync("a@example.test", new MailboxEdit { QuotaBytes = null })).QuotaBytes);
    }

    [Fact]
    public async Task Change_SameValuesAgain_MakesNoRevision()
    {
        await _accounts.MailboxAsync("a@example.test");
        var edit = new MailboxEdit { DisplayName = "A", Note = "n", QuotaBytes = 5, State = MailboxState.ReceiveOnly, SenderRights = new Optional<IReadOnlyList<string>>(["sales@example.test"]) };
        Assert.NotNull(Expect.Revision(await ChangeAsync("a@example.test", edit)));
        var again = await _accounts.StoresNothingAsync(() => ChangeAsync("a@example.test", edit));
        Assert.Null(Expect.Revision(again));
        Assert.Equal(2, Expect.Accepted(again).Row.Revision);
    }

    [Fact]
    public async Task Change_TwoAdministrators_TheSecondIsTold()
    {
        var seen = (await _accounts.MailboxAsync("a@example.test")).Row.Revision;
        Expect.Accepted(await ChangeAsync("a@example.test", new MailboxEdit { Note = "first" }, new ChangeOptions(ExpectedRevision: seen)));
        var outcome = await _accounts.StoresNothingAsync(() => ChangeAsync("a@example.test", new MailboxEdit { DisplayName = "second" }, new ChangeOptions(ExpectedRevision: seen)));
        Assert.Contains("someone else", Expect.Refused<ChangedMeanwhile, MailboxView>(outcome, "").Sentence);
    }

    [Fact]
    public async Task Change_TwoAtOnce_OneWinsAndTheOtherIsTold()
    {
        var seen = (await _accounts.MailboxAsync("a@example.test")).Row.Revision;
        var both = await Task.WhenAll(
            Task.Run(() => ChangeAsync("a@example.test", new MailboxEdit { Note = "one" }, new ChangeOptions(ExpectedRevision: seen))),
            Task.Run(() => ChangeAsync("a@example.test", new MailboxEdit { Note = "two" }, new ChangeOptions(ExpectedRevision: seen))));
        Assert.Single(both.OfType<Outcome<MailboxView>.Accepted>());
        Assert.IsType<ChangedMeanwhile>(Assert.Single(Assert.Single(both.OfType<Outcome<MailboxView>.Refused>()).Reasons));
    }

    [Fact]
    public async Task Change_InTrash_IsRefused()
    {
        await _accounts.MailboxAsync("a@example.test");
        await _accounts.TrashMailboxAsync("a@example.test");
        Expect.Refused<InTrash, MailboxView>(await ChangeAsync("a@example.test", new MailboxEdit { Note = "x" }), "address");
    }

    [Fact]
    public async Task Change_SenderRights_OnlyOfDomainsHere()
    {
        await _accounts.MailboxAsync("a@example.test");
        var rights = new Optional<IReadOnlyList<string>>(["Sales@example.test", "@other.test", "boss@elsewhere.test", "sales@EXAMPLE.test", "|cmd@example.test"]);
        var reasons = Expect.Refused(await ChangeAsync("a@example.test", new MailboxEdit { SenderRights = rights }));
        Assert.Equal(["senderRights[2] sender-not-here", "senderRights[3] listed-twice", "senderRights[4] malformed"], reasons.Select(r => $"{r.Field} {r.Code}"));
        var view = Expect.Accepted(await ChangeAsync("a@example.test", new MailboxEdit { SenderRights = new Optional<IReadOnlyList<string>>(["Sales@example.test", "@other.test"]) }));
        Assert.Equal(["@other.test", "sales@example.test"], view.SenderRights);
        Assert.Empty(Expect.Accepted(await ChangeAsync("a@example.test", new MailboxEdit { SenderRights = new Optional<IReadOnlyList<string>>([]) })).SenderRights);
    }

    [Fact]
    public async Task Trash_Restore_Purge_GoAsTheyShould()
    {
        await _accounts.MailboxAsync("a@example.test", m => m with { Password = Accounts.Password });
        var trashed = Expect.Accepted(await _accounts.Mailboxes.TrashAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Equal(_accounts.Now.AddDays(30), trashed.Row.TrashedUntil);
        Assert.Null(Expect.Revision(await _accounts.Mailboxes.TrashAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct)));
        var restored = Expect.Accepted(await _accounts.Mailboxes.RestoreAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Null(restored.Row.TrashedUntil);
        Assert.True(restored.Row.HasPassword);
        Expect.Refused<NotInTrash, MailboxView>(await _accounts.Mailboxes.PurgeAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
        await _accounts.TrashMailboxAsync("a@example.test");
        Assert.NotNull(Expect.Revision(await _accounts.Mailboxes.PurgeAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct)));
        Expect.Refused<NotFound, MailboxView>(await _accounts.Mailboxes.GetAsync("a@example.test", Accounts.Root, Ct), "address");
    }

    [Fact]
    public async Task Restore_DomainInTrash_IsRefused()
    {
        await _accounts.MailboxAsync("a@other.test");
        await _accounts.TrashMailboxAsync("a@other.test");
        await _accounts.TrashDomainAsync("other.test");
        Expect.Refused<DomainInTrash, MailboxView>(await _accounts.Mailboxes.RestoreAsync("a@other.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
    }

    [Fact]
    public async Task Postmaster_CannotGo_WhileNothingElseAnswers()
    {
        await _accounts.MailboxAsync("postmaster@example.test");
        var trash = await _accounts.StoresNothingAsync(() => _accounts.Mailboxes.TrashAsync("postmaster@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Expect.Refused<ReservedAddress, MailboxView>(trash, "address");
        Expect.Refused<ReservedAddress, MailboxView>(await ChangeAsync("postmaster@example.test", new MailboxEdit { State = MailboxState.Suspended }), "address");
        Expect.Accepted(await ChangeAsync("postmaster@example.test", new MailboxEdit { State = MailboxState.ReceiveOnly }));
        await _accounts.TrashDomainAsync("example.test");
        Expect.Accepted(await _accounts.Mailboxes.TrashAsync("postmaster@example.test", Accounts.Root, ChangeOptions.Default, Ct));
    }

    [Fact]
    public async Task Postmaster_MayGo_WhenTheHostStandsIn()
    {
        await using var accounts = await Accounts.CreateAsync(postmaster: "admin@elsewhere.test");
        await accounts.MailboxAsync("postmaster@example.test");
        await accounts.TrashMailboxAsync("postmaster@example.test");
    }

    [Fact]
    public async Task Many_OneWrong_ChangesNone()
    {
        await _accounts.MailboxAsync("a@example.test");
        await _accounts.MailboxAsync("b@example.test");
        var outcome = await _accounts.StoresNothingAsync(() => _accounts.Mailboxes.TrashManyAsync(["a@example.test", "nobody@example.test", "x y@example.test", "b@example.test"], Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Equal(["addresses[1] not-found", "addresses[2] malformed"], Expect.Refused(outcome).Select(r => $"{r.Field} {r.Code}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_AllRight_MakeOneRevision()
    {
        await _accounts.MailboxAsync("a@example.test");
        await _accounts.MailboxAsync("b@other.test");
        var outcome = await _accounts.Mailboxes.ChangeManyAsync(["a@example.test", "b@other.test", "A@example.test"], new MailboxEdit { State = MailboxState.Suspended }, Accounts.Root, ChangeOptions.Default, Ct);
        Assert.Equal(2, Expect.Accepted(outcome));
        await using var db = await _accounts.Database.OpenAsync();
        Assert.Equal(2, await db.Mailboxes.CountAsync(m => m.State == MailboxState.Suspended, Ct));
        Assert.Equal(Expect.Revision(outcome)!.Value.Revision, await db.ObjectVersions.MaxAsync(v => v.Revision, Ct));
        Assert.Equal(2, await db.ObjectVersions.CountAsync(v => v.Revision == Expect.Revision(outcome)!.Value.Revision, Ct));
        Assert.Equal(2, Expect.Accepted(await _accounts.Mailboxes.TrashManyAsync(["a@example.test", "b@other.test"], Accounts.Root, ChangeOptions.Default, Ct)));
        Assert.Equal(2, Expect.Accepted(await _accounts.Mailboxes.RestoreManyAsync(["a@example.test", "b@other.test"], Accounts.Root, ChangeOptions.Default, Ct)));
    }

    [Fact]
    public async Task Many_RestoredBeyondTheLimit_ChangesNone()
    {
        await _accounts.DomainAsync("small.test", d => d with { MaxMailboxes = 2 });
        foreach (var name in new[] { "a", "b" }) await _accounts.MailboxAsync($"{name}@small.test");
        await _accounts.Mailboxes.TrashManyAsync(["a@small.test", "b@small.test"], Accounts.Root, ChangeOptions.Default, Ct);
        await _accounts.MailboxAsync("c@small.test");
        var outcome = await _accounts.StoresNothingAsync(() => _accounts.Mailboxes.RestoreManyAsync(["a@small.test", "b@small.test"], Accounts.Root, ChangeOptions.Default, Ct));
        Assert.IsType<DomainFull>(Assert.Single(Expect.Refused(outcome)));
    }

    [Fact]
    public async Task Audit_HoldsWhoAndWhat_AndNeverAHash()
    {
        await _accounts.MailboxAsync("a@example.test", m => m with { Password = Accounts.Password });
        await _accounts.Mailboxes.SetPasswordAsync("a@example.test", new NewPassword { Password = new Secret("another good one") }, Accounts.Root, new ChangeOptions(Reason: "forgot it"), Ct);
        await _accounts.TrashMailboxAsync("a@example.test");
        await _accounts.Mailboxes.PurgeAsync("a@example.test", Accounts.Root, ChangeOptions.Default, Ct);
        await using var db = await _accounts.Database.OpenAsync();
        var entries = await db.AuditEntries.Where(e => e.Object == "a@example.test").OrderBy(e => e.Id).ToListAsync(Ct);
        Assert.Equal(["mailbox.add", "mailbox.password", "mailbox.trash", "mailbox.purge"], entries.Select(e => e.Action));
        Assert.Equal("forgot it", entries[1].Reason);
        foreach (var secret in new[] { "$6$", "$2", "correct horse", "another good" })
        {
            Assert.False(await db.AuditEntries.AnyAsync(e => e.Before!.Contains(secret) || e.After!.Contains(secret) || e.Result.Contains(secret) || e.Reason.Contains(secret), Ct), secret);
        }
        Assert.Null(await Core.Audit.AuditChain.FirstBrokenAsync(db, Ct));
    }

    [Fact]
    public async Task Preview_ShowsTheChangedDatabase_AndStoresNothing()
    {
        var observer = new SeenMailboxes();
        var outcome = await _accounts.StoresNothingAsync(() => _accounts.Mailboxes.AddAsync(new NewMailbox("a@example.test") { Password = Accounts.Password }, Accounts.Root, new ChangeOptions(Preview: observer), Ct));
        Assert.Equal("a@example.test", Expect.Accepted(outcome).Row.Address);
        Assert.Equal(["a@example.test"], observer.Addresses);
    }

    private static async Task<string> HashAsync()
    {
        using var hasher = new PasswordHasher();
        return (await hasher.HashAsync(Accounts.Password, new Sha512Crypt(), Ct)).Text;
    }

    private sealed class SeenMailboxes : IChangeObserver
    {
        public List<string> Addresses { get; private set; } = [];

        public async Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct) => Addresses = await changed.Mailboxes.AsNoTracking().Select(m => m.Address).ToListAsync(ct);
    }
}
