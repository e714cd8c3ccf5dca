using MailAdmin.Core;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Aliases;

public sealed class AliasServiceTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.MailboxAsync("alice@example.test");
        await _accounts.MailboxAsync("bob@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    private Task<Outcome<AliasView>> AddAsync(string address, params string[] targets) => AddAsync(new NewAlias(address, targets));

    private Task<Outcome<AliasView>> AddAsync(NewAlias alias) => _accounts.Aliases.AddAsync(alias, Accounts.Root, ChangeOptions.Default, Ct);

    private Task<Outcome<AliasView>> ChangeAsync(string address, AliasEdit edit, ChangeOptions? options = null) => _accounts.Aliases.ChangeAsync(address, edit, Accounts.Root, options ?? ChangeOptions.Default, Ct);

    private static AliasEdit To(params string[] targets) => new() { Targets = new Optional<IReadOnlyList<string>>(targets) };

    [Fact]
    public async Task Add_SeveralTargets_KeepsTheirOrder()
    {
        var outcome = await AddAsync(new NewAlias("Team@Example.test", ["bob@example.test", "ALICE@example.test", "x@elsewhere.test"]) { Comment = "All of us", Expires = _accounts.Now.AddDays(1) });
        var view = Expect.Accepted(outcome);
        Assert.Equal(("team@example.test", "All of us", false, 1), (view.Address, view.Comment, view.IsExpired, view.Revision));
        Assert.Equal(["bob@example.test", "alice@example.test", "x@elsewhere.test"], view.Targets);
        Assert.NotNull(Expect.Revision(outcome));
    }

    [Fact]
    public async Task Add_EverythingWrong_NamesEveryField()
    {
        var outcome = await _accounts.StoresNothingAsync(() => AddAsync(new NewAlias("a b@example.test", ["|command", "x@elsewhere.test", "X@elsewhere.test"]) { Comment = "a\u0007b", Expires = _accounts.Now }));
        Assert.Equal(["address malformed", "comment malformed", "expires expiry-in-the-past", "targets[0] malformed", "targets[2] listed-twice"], Expect.Refused(outcome).Select(r => $"{r.Field} {r.Code}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("|/bin/sh")]
    [InlineData("/var/mail/x")]
    [InlineData(":include:/etc/passwd")]
    [InlineData("\"quoted\"@example.test")]
    [InlineData("@example.test")]
    [InlineData("-f@example.test")]
    [InlineData("a%b@example.test")]
    [InlineData("a@example.test\nb@example.test")]
    [InlineData("a@example.test, b@example.test")]
    [InlineData("a\0@example.test")]
    [InlineData("a\u202E@example.test")]
    [InlineData("")]
    public async Task Add_HostileTarget_IsRefusedByName(string target)
    {
        var outcome = await _accounts.StoresNothingAsync(() => AddAsync("x@example.test", target));
        Expect.Refused<Malformed, AliasView>(outcome, "targets[0]");
    }

    [Fact]
    public async Task Add_NoTarget_IsRefused() => Expect.Refused<Malformed, AliasView>(await AddAsync("x@example.test"), "targets");

    [Fact]
    public async Task Add_OverAMailbox_OnlyWhenItKeepsACopy()
    {
        Assert.Contains("is a mailbox", Expect.Refused<AddressTaken, AliasView>(await AddAsync("alice@example.test", "bob@example.test"), "address").Sentence);
        Expect.Accepted(await AddAsync("alice@example.test", "alice@example.test", "bob@example.test"));
        Expect.Refused<AddressTaken, AliasView>(await ChangeAsync("alice@example.test", To("bob@example.test")), "address");
    }

    [Fact]
    public async Task Add_Twice_OrOverTrash_IsTaken()
    {
        await _accounts.AliasAsync("x@example.test", "bob@example.test");
        Assert.Contains("exists already", Expect.Refused<AddressTaken, AliasView>(await AddAsync("x@example.test", "bob@example.test"), "address").Sentence);
        await _accounts.TrashAliasAsync("x@example.test");
        Assert.Contains("in trash", Expect.Refused<AddressTaken, AliasView>(await AddAsync("x@example.test", "bob@example.test"), "address").Sentence);
        await _accounts.TrashMailboxAsync("alice@example.test");
        Assert.Contains("in trash", Expect.Refused<AddressTaken, AliasView>(await AddAsync("alice@example.test", "bob@example.test"), "address").Sentence);
    }

    [Fact]
    public async Task Add_ToItself_IsALoop()
    {
        var loop = Expect.Refused<AliasLoop, AliasView>(await _accounts.StoresNothingAsync(() => AddAsync("x@example.test", "x@example.test")), "targets[0]");
        Assert.Equal(["x@example.test", "x@example.test"], loop.Path);
    }

    [Fact]
    public async Task Change_ThatClosesALoop_ShowsThePath()
    {
        await _accounts.AliasAsync("c@example.test", "bob@example.test");
        await _accounts.AliasAsync("b@example.test", "c@example.test");
        await _accounts.AliasAsync("a@example.test", "b@example.test");
        var outcome = await _accounts.StoresNothingAsync(() => ChangeAsync("c@example.test", To("bob@example.test", "a@example.test")));
        var loop = Expect.Refused<AliasLoop, AliasView>(outcome, "targets[1]");
        Assert.Contains("c@example.test → a@example.test → b@example.test → c@example.test", loop.Sentence);
    }

    [Fact]
    public async Task Add_LoopThroughACatchAll_IsFound()
    {
        Assert.Contains("@other.test → sink@other.test → @other.test", Expect.Refused<AliasLoop, AliasView>(await AddAsync("@other.test", "sink@other.test"), "targets[0]").Sentence);
    }

    [Fact]
    public async Task Add_LoopThroughAnAliasDomain_IsFound()
    {
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "example.test" });
        Expect.Refused<AliasLoop, AliasView>(await AddAsync("x@example.test", "x@alias.test"), "targets[0]");
    }

    [Fact]
    public async Task Add_MutualCopies_AreNoLoop()
    {
        await _accounts.AliasAsync("alice@example.test", "alice@example.test", "bob@example.test");
        Expect.Accepted(await AddAsync("bob@example.test", "bob@example.test", "alice@example.test"));
    }

    [Fact]
    public async Task Add_DeadEnds_AreToldApart()
    {
        await _accounts.MailboxAsync("gone@example.test");
        await _accounts.TrashMailboxAsync("gone@example.test");
        await _accounts.MailboxAsync("asleep@example.test", m => m with { State = MailboxState.Suspended });
        await _accounts.AliasAsync("old@example.test", "bob@example.test");
        await _accounts.TrashAliasAsync("old@example.test");
        Expect.Accepted(await AddAsync(new NewAlias("brief@example.test", ["bob@example.test"]) { Expires = _accounts.Now.AddHours(1) }));
        await _accounts.MailboxAsync("a@other.test");
        await _accounts.TrashDomainAsync("other.test");
        _accounts.Time.Advance(TimeSpan.FromHours(2));

        string[] targets = ["nobody@example.test", "gone@example.test", "asleep@example.test", "old@example.test", "brief@example.test", "a@other.test"];
        string[] words = ["does not exist", "mailbox gone@example.test is in trash", "suspended", "alias old@example.test is in trash", "has expired", "domain of a@other.test is in trash"];
        var reasons = Expect.Refused(await _accounts.StoresNothingAsync(() => AddAsync("x@example.test", targets)));
        Assert.All(reasons, r => Assert.IsType<DeadEnd>(r));
        Assert.Equal(targets.Select((_, i) => $"targets[{i}]"), reasons.Select(r => r.Field));
        Assert.All(reasons.Zip(words), pair => Assert.Contains(pair.Second, pair.First.Sentence));
    }

    [Fact]
    public async Task Change_Comment_MindsNoDeadEndThatWasThere()
    {
        await _accounts.AliasAsync("x@example.test", "alice@example.test", "bob@example.test");
        await _accounts.TrashMailboxAsync("alice@example.test");
        Expect.Accepted(await ChangeAsync("x@example.test", new AliasEdit { Comment = "new" }));
        Expect.Accepted(await ChangeAsync("x@example.test", To("bob@example.test", "alice@example.test")));
        Expect.Refused<DeadEnd, AliasView>(await AddAsync("y@example.test", "alice@example.test"), "targets[0]");
    }

    [Fact]
    public async Task CatchAll_TakesWhatNothingElseHas()
    {
        await _accounts.AliasAsync("@example.test", "bob@example.test");
        Expect.Accepted(await AddAsync("x@other.test", "anything@example.test"));
        Assert.Equal(["bob@example.test"], Expect.Accepted(await _accounts.Domains.GetAsync("example.test", Accounts.Root, Ct)).CatchAll);
        var ends = Expect.Accepted(await _accounts.Aliases.FollowAsync("x@other.test", Accounts.Root, Ct));
        Assert.Equal(["x@other.test", "anything@example.test", "@example.test", "bob@example.test"], Assert.IsType<ToMailbox>(Assert.Single(ends)).Path);
    }

    [Fact]
    public async Task Add_TooManyTargets_IsRefused()
    {
        var targets = Enumerable.Range(0, 1001).Select(i => $"u{i}@elsewhere.test").ToArray();
        Expect.Refused<TargetLimit, AliasView>(await AddAsync("x@example.test", targets), "targets");
        Expect.Accepted(await AddAsync("x@example.test", targets[..1000]));
        Expect.Refused<TargetLimit, AliasView>(await AddAsync("y@example.test", "x@example.test", "bob@example.test"), "targets");
    }

    [Fact]
    public async Task Add_DomainAtItsLimit_IsFull()
    {
        await _accounts.DomainAsync("small.test", d => d with { MaxAliases = 1 });
        await _accounts.AliasAsync("a@small.test", "bob@example.test");
        Expect.Refused<DomainFull, AliasView>(await AddAsync("b@small.test", "bob@example.test"), "address");
        await _accounts.TrashAliasAsync("a@small.test");
        await _accounts.AliasAsync("b@small.test", "bob@example.test");
        Expect.Refused<DomainFull, AliasView>(await _accounts.Aliases.RestoreAsync("a@small.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
    }

    [Fact]
    public async Task Add_InUnknownOrAliasDomain_SaysWhich()
    {
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "example.test" });
        Expect.Refused<DomainUnknown, AliasView>(await AddAsync("a@nowhere.test", "bob@example.test"), "address");
        Expect.Refused<DomainClash, AliasView>(await AddAsync("a@alias.test", "bob@example.test"), "address");
    }

    [Fact]
    public async Task Change_SameValuesAgain_MakesNoRevision()
    {
        await _accounts.AliasAsync("x@example.test", "bob@example.test");
        var edit = To("alice@example.test", "bob@example.test") with { Comment = "c", Expires = _accounts.Now.AddDays(1) };
        Assert.NotNull(Expect.Revision(await ChangeAsync("x@example.test", edit)));
        Assert.Null(Expect.Revision(await _accounts.StoresNothingAsync(() => ChangeAsync("x@example.test", edit))));
        var view = Expect.Accepted(await ChangeAsync("x@example.test", new AliasEdit { Expires = null }));
        Assert.Null(view.Expires);
        Assert.Equal(["alice@example.test", "bob@example.test"], view.Targets);
    }

    [Fact]
    public async Task Change_TwoAdministrators_TheSecondIsTold()
    {
        var seen = (await _accounts.AliasAsync("x@example.test", "bob@example.test")).Revision;
        Expect.Accepted(await ChangeAsync("x@example.test", new AliasEdit { Comment = "first" }, new ChangeOptions(ExpectedRevision: seen)));
        Expect.Refused<ChangedMeanwhile, AliasView>(await _accounts.StoresNothingAsync(() => ChangeAsync("x@example.test", To("alice@example.test"), new ChangeOptions(ExpectedRevision: seen))), "");
    }

    [Fact]
    public async Task Trash_Restore_Purge_GoAsTheyShould()
    {
        await _accounts.AliasAsync("x@example.test", "alice@example.test");
        Assert.Equal(_accounts.Now.AddDays(30), Expect.Accepted(await _accounts.Aliases.TrashAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct)).TrashedUntil);
        Expect.Refused<InTrash, AliasView>(await ChangeAsync("x@example.test", new AliasEdit { Comment = "c" }), "address");
        await _accounts.TrashMailboxAsync("alice@example.test");
        Expect.Refused<DeadEnd, AliasView>(await _accounts.Aliases.RestoreAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct), "targets[0]");
        Expect.Accepted(await _accounts.Mailboxes.RestoreAsync("alice@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Null(Expect.Accepted(await _accounts.Aliases.RestoreAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct)).TrashedUntil);
        Expect.Refused<NotInTrash, AliasView>(await _accounts.Aliases.PurgeAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
        await _accounts.TrashAliasAsync("x@example.test");
        Expect.Accepted(await _accounts.Aliases.PurgeAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Expect.Refused<NotFound, AliasView>(await _accounts.Aliases.GetAsync("x@example.test", Accounts.Root, Ct), "address");
    }

    [Fact]
    public async Task Abuse_CannotExpireOrGo_WhileNothingElseAnswers()
    {
        await _accounts.AliasAsync("abuse@example.test", "bob@example.test");
        Expect.Refused<ReservedAddress, AliasView>(await ChangeAsync("abuse@example.test", new AliasEdit { Expires = _accounts.Now.AddDays(1) }), "address");
        Expect.Refused<ReservedAddress, AliasView>(await _accounts.Aliases.TrashAsync("abuse@example.test", Accounts.Root, ChangeOptions.Default, Ct), "address");
        await _accounts.AliasAsync("@example.test", "bob@example.test");
        Expect.Accepted(await _accounts.Aliases.TrashAsync("abuse@example.test", Accounts.Root, ChangeOptions.Default, Ct));
    }

    [Fact]
    public async Task Many_OneWrong_ChangesNone()
    {
        await _accounts.AliasAsync("x@example.test", "bob@example.test");
        var outcome = await _accounts.StoresNothingAsync(() => _accounts.Aliases.TrashManyAsync(["x@example.test", "nobody@example.test"], Accounts.Root, ChangeOptions.Default, Ct));
        Expect.Refused<NotFound, int>(outcome, "addresses[1]");
        Assert.Equal(1, Expect.Accepted(await _accounts.Aliases.TrashManyAsync(["x@example.test"], Accounts.Root, ChangeOptions.Default, Ct)));
        Assert.Equal(1, Expect.Accepted(await _accounts.Aliases.RestoreManyAsync(["x@example.test"], Accounts.Root, ChangeOptions.Default, Ct)));
    }

    [Fact]
    public async Task Many_RestoredTogether_MayLeadToEachOther()
    {
        await _accounts.AliasAsync("y@example.test", "bob@example.test");
        await _accounts.AliasAsync("x@example.test", "y@example.test");
        await _accounts.Aliases.TrashManyAsync(["x@example.test", "y@example.test"], Accounts.Root, ChangeOptions.Default, Ct);
        Expect.Refused<DeadEnd, AliasView>(await _accounts.Aliases.RestoreAsync("x@example.test", Accounts.Root, ChangeOptions.Default, Ct), "targets[0]");
        Assert.Equal(2, Expect.Accepted(await _accounts.Aliases.RestoreManyAsync(["x@example.test", "y@example.test"], Accounts.Root, ChangeOptions.Default, Ct)));
    }

    [Theory]
    [InlineData("alice", "sales,team")]
    [InlineData("@other", "away")]
    [InlineData("sales", "sales")]
    [InlineData("ELSEWHERE", "team")]
    [InlineData("quarter", "away")]
    [InlineData("nothing", "")]
    public async Task List_Search_LooksAtAddressesTargetsAndComments(string text, string found)
    {
        await _accounts.AliasAsync("sales@example.test", "alice@example.test");
        await _accounts.AliasAsync("team@example.test", "alice@example.test", "bob@example.test", "x@elsewhere.test");
        Expect.Accepted(await AddAsync(new NewAlias("away@other.test", ["bob@example.test"]) { Comment = "Until the next quarter" }));
        await _accounts.AliasAsync("gone@example.test", "alice@example.test");
        await _accounts.TrashAliasAsync("gone@example.test");
        var page = Expect.Accepted(await _accounts.Aliases.ListAsync(new AliasQuery(text), Accounts.Root, Ct));
        Assert.Equal(found, string.Join(",", page.Rows.Select(r => r.Address.Split('@')[0])));
        Assert.Equal(page.Rows.Count, page.Total);
    }

    [Fact]
    public async Task List_SearchThatManyTargetsAnswer_FindsThemAll()
    {
        for (var i = 0; i < 12; i++) await _accounts.AliasAsync($"list{i}@example.test", [.. Enumerable.Range(0, 50).Select(n => $"reader{n}@elsewhere.test")]);
        var page = Expect.Accepted(await _accounts.Aliases.ListAsync(new AliasQuery("reader"), Accounts.Root, Ct));
        Assert.Equal((12, 12), (page.Total, page.Rows.Count));
    }
}
