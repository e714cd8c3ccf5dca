using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Domains;

public sealed class DomainServiceTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync() => _accounts = await Accounts.CreateAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    private Task<Outcome<DomainView>> AddAsync(NewDomain domain) => _accounts.Domains.AddAsync(domain, Accounts.Root, ChangeOptions.Default, Ct);

    private Task<Outcome<DomainView>> ChangeAsync(string name, DomainEdit edit, ChangeOptions? options = null) => _accounts.Domains.ChangeAsync(name, edit, Accounts.Root, options ?? ChangeOptions.Default, Ct);

    private Task<Outcome<DomainView>> TrashAsync(string name) => _accounts.Domains.TrashAsync(name, Accounts.Root, ChangeOptions.Default, Ct);

    private Task<Outcome<DomainView>> RestoreAsync(string name) => _accounts.Domains.RestoreAsync(name, Accounts.Root, ChangeOptions.Default, Ct);

    private Task<Outcome<DomainView>> PurgeAsync(string name) => _accounts.Domains.PurgeAsync(name, Accounts.Root, ChangeOptions.Default, Ct);

    [Fact]
    public async Task Add_Unicode_StoresALabels_AndIsFoundEitherWay()
    {
        var view = Expect.Accepted(await AddAsync(new NewDomain("Bücher.test") { MaxMailboxes = 5, DefaultQuotaBytes = 1 << 30, MaxQuotaBytes = 2L << 30, Note = "books" }));
        Assert.Equal(("xn--bcher-kva.test", "bücher.test", "mail.example.test", 5, "books", 1), (view.Name, view.UnicodeName, view.Host, view.MaxMailboxes, view.Note, view.Revision));
        Assert.Equal(view.Id, Expect.Accepted(await _accounts.Domains.GetAsync("BÜCHER.test", Accounts.Root, Ct)).Id);
        Assert.Equal(view.Id, Expect.Accepted(await _accounts.Domains.GetAsync("xn--bcher-kva.test", Accounts.Root, Ct)).Id);
        Assert.Single(Expect.Accepted(await _accounts.Domains.ListAsync(new DomainQuery("büch"), Accounts.Root, Ct)).Rows);
    }

    [Fact]
    public async Task Add_EverythingWrong_NamesEveryField()
    {
        var outcome = await _accounts.StoresNothingAsync(() => AddAsync(new NewDomain("-x.test") { Host = "nowhere", MaxMailboxes = -1, MaxAliases = -2, DefaultQuotaBytes = -3, MaxQuotaBytes = long.MaxValue, Note = "a\0b" }));
        Assert.Equal(["defaultQuotaBytes", "host", "maxAliases", "maxMailboxes", "maxQuotaBytes", "name", "note"], Expect.Refused(outcome).Select(r => r.Field).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Add_Taken_SaysWhetherInTrash()
    {
        Assert.Contains("exists", Expect.Refused<DomainTaken, DomainView>(await AddAsync(new NewDomain("EXAMPLE.test")), "name").Sentence);
        await TrashAsync("example.test");
        Assert.Contains("in trash", Expect.Refused<DomainTaken, DomainView>(await AddAsync(new NewDomain("example.test")), "name").Sentence);
    }

    [Fact]
    public async Task Add_TheHostsOwnName_IsRefused() => Expect.Refused<DomainClash, DomainView>(await AddAsync(new NewDomain("mail.example.test")), "name");

    [Fact]
    public async Task Add_SeveralHosts_AsksWhich()
    {
        await using (var db = await _accounts.Database.OpenAsync())
        {
            db.Hosts.Add(new Host { Name = "second.example.test" });
            await db.SaveChangesAsync(Ct);
        }
        Assert.Contains("mail.example.test, second.example.test", Expect.Refused<HostUnknown, DomainView>(await AddAsync(new NewDomain("new.test")), "host").NextStep);
        Assert.Equal("second.example.test", Expect.Accepted(await AddAsync(new NewDomain("new.test") { Host = "second.example.test" })).Host);
    }

    [Fact]
    public async Task AliasDomains_AreOneStepOnly_AndHaveNothingOfTheirOwn()
    {
        Assert.Equal("example.test", Expect.Accepted(await AddAsync(new NewDomain("alias.test") { AliasOf = "example.test" })).AliasOf);
        Expect.Refused<DomainClash, DomainView>(await AddAsync(new NewDomain("second.test") { AliasOf = "alias.test" }), "aliasOf");
        Expect.Refused<DomainUnknown, DomainView>(await AddAsync(new NewDomain("second.test") { AliasOf = "nowhere.test" }), "aliasOf");
        Expect.Refused<DomainClash, DomainView>(await ChangeAsync("other.test", new DomainEdit { AliasOf = "other.test" }), "aliasOf");
        Assert.Contains("alias.test is an alias domain of example.test", Expect.Refused<DomainClash, DomainView>(await ChangeAsync("example.test", new DomainEdit { AliasOf = "other.test" }), "aliasOf").Sentence);
        await _accounts.MailboxAsync("a@other.test");
        Assert.Contains("1 mailboxes", Expect.Refused<DomainClash, DomainView>(await ChangeAsync("other.test", new DomainEdit { AliasOf = "example.test" }), "aliasOf").Sentence);
        Assert.Null(Expect.Accepted(await ChangeAsync("alias.test", new DomainEdit { AliasOf = null })).AliasOf);
    }

    [Fact]
    public async Task Limits_MustFitEachOther_AndWhatIsThere()
    {
        Expect.Refused<LimitTooLow, DomainView>(await AddAsync(new NewDomain("a.test") { MaxQuotaBytes = 5 }), "defaultQuotaBytes");
        Expect.Refused<LimitTooLow, DomainView>(await AddAsync(new NewDomain("a.test") { MaxQuotaBytes = 5, DefaultQuotaBytes = 6 }), "defaultQuotaBytes");
        await _accounts.MailboxAsync("a@example.test", m => m with { QuotaBytes = 10 });
        await _accounts.AliasAsync("b@example.test", "a@example.test");
        Expect.Refused<LimitTooLow, DomainView>(await ChangeAsync("example.test", new DomainEdit { MaxMailboxes = 0 }), "maxMailboxes");
        Expect.Refused<LimitTooLow, DomainView>(await ChangeAsync("example.test", new DomainEdit { MaxAliases = 0 }), "maxAliases");
        Assert.Contains("a@example.test", Expect.Refused<LimitTooLow, DomainView>(await ChangeAsync("example.test", new DomainEdit { MaxQuotaBytes = 9, DefaultQuotaBytes = 9 }), "maxQuotaBytes").Sentence);
        var view = Expect.Accepted(await ChangeAsync("example.test", new DomainEdit { MaxMailboxes = 1, MaxAliases = 1, MaxQuotaBytes = 10, DefaultQuotaBytes = 10 }));
        Assert.Equal((1, 1, 10L, 1, 1), (view.MaxMailboxes, view.MaxAliases, view.MaxQuotaBytes, view.Mailboxes, view.Aliases));
    }

    [Fact]
    public async Task Change_SameValuesAgain_MakesNoRevision()
    {
        Assert.NotNull(Expect.Revision(await ChangeAsync("example.test", new DomainEdit { Note = "n", MaxMailboxes = 3 })));
        Assert.Null(Expect.Revision(await _accounts.StoresNothingAsync(() => ChangeAsync("example.test", new DomainEdit { Note = "n", MaxMailboxes = 3, DefaultQuotaBytes = 0 }))));
    }

    [Fact]
    public async Task Change_TwoAdministrators_TheSecondIsTold()
    {
        Expect.Accepted(await ChangeAsync("example.test", new DomainEdit { Note = "first" }, new ChangeOptions(ExpectedRevision: 1)));
        Expect.Refused<ChangedMeanwhile, DomainView>(await _accounts.StoresNothingAsync(() => ChangeAsync("example.test", new DomainEdit { Note = "second" }, new ChangeOptions(ExpectedRevision: 1))), "");
    }

    [Fact]
    public async Task Trash_LeavesMailboxesAsTheyAre_AndRestoreBringsThemBack()
    {
        await _accounts.MailboxAsync("a@example.test");
        Assert.Equal(_accounts.Now.AddDays(30), Expect.Accepted(await TrashAsync("example.test")).TrashedUntil);
        Expect.Refused<InTrash, DomainView>(await ChangeAsync("example.test", new DomainEdit { Note = "x" }), "name");
        Expect.Refused<DomainInTrash, MailboxView>(await _accounts.Mailboxes.ChangeAsync("a@example.test", new MailboxEdit { Note = "x" }, Accounts.Root, ChangeOptions.Default, Ct), "address");
        var view = Expect.Accepted(await RestoreAsync("example.test"));
        Assert.Equal((null, 1), (view.TrashedUntil, view.Mailboxes));
        Assert.Null(Expect.Revision(await RestoreAsync("example.test")));
    }

    [Fact]
    public async Task Trash_WithAnAliasDomain_IsRefused()
    {
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "example.test" });
        Expect.Refused<DomainClash, DomainView>(await TrashAsync("example.test"), "name");
        await _accounts.TrashDomainAsync("alias.test");
        Expect.Accepted(await TrashAsync("example.test"));
        Expect.Refused<DomainInTrash, DomainView>(await RestoreAsync("alias.test"), "aliasOf");
        Expect.Refused<DomainClash, DomainView>(await PurgeAsync("example.test"), "name");
    }

    [Fact]
    public async Task Purge_TakesEverythingInIt_AndTheRightsToItsAddresses()
    {
        await _accounts.MailboxAsync("a@other.test", m => m with { Password = Accounts.Password });
        await _accounts.AliasAsync("b@other.test", "a@other.test");
        await _accounts.MailboxAsync("sender@example.test");
        Expect.Accepted(await _accounts.Mailboxes.ChangeAsync("sender@example.test", new MailboxEdit { SenderRights = new Optional<IReadOnlyList<string>>(["x@other.test", "x@example.test"]) }, Accounts.Root, ChangeOptions.Default, Ct));
        Expect.Refused<NotInTrash, DomainView>(await PurgeAsync("other.test"), "name");
        await _accounts.TrashDomainAsync("other.test");
        var revision = Expect.Revision(await PurgeAsync("other.test"))!.Value.Revision;

        await using var db = await _accounts.Database.OpenAsync();
        Assert.Equal(["sender@example.test"], await db.Mailboxes.Select(m => m.Address).ToListAsync(Ct));
        Assert.Equal(["x@example.test"], await db.SenderRights.Select(r => r.Sender).ToListAsync(Ct));
        Assert.Empty(await db.Aliases.ToListAsync(Ct));
        Assert.Equal(["alias b@other.test", "domain other.test", "mailbox a@other.test", "mailbox sender@example.test"],
            (await db.ObjectVersions.Where(v => v.Revision == revision).ToListAsync(Ct)).Select(v => $"{v.Kind} {v.Key}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_SortsByCounts_AndRefusesUnknownSorts()
    {
        await _accounts.MailboxAsync("a@other.test");
        await _accounts.AliasAsync("b@other.test", "a@other.test");
        Task<Outcome<Page<DomainView>>> ListAsync(DomainQuery query) => _accounts.Domains.ListAsync(query, Accounts.Root, Ct);
        Assert.Equal(["other.test", "example.test"], Expect.Accepted(await ListAsync(new DomainQuery(Sort: "-mailboxes"))).Rows.Select(d => d.Name));
        Assert.Equal(["example.test", "other.test"], Expect.Accepted(await ListAsync(new DomainQuery(Sort: "aliases"))).Rows.Select(d => d.Name));
        Assert.Equal(["other.test"], Expect.Accepted(await ListAsync(new DomainQuery("other", "-updatedAt"))).Rows.Select(d => d.Name));
        Assert.Empty(Expect.Accepted(await ListAsync(new DomainQuery("ex_mple"))).Rows);
        Assert.Contains("name, mailboxes", Expect.Refused<UnknownSort, Page<DomainView>>(await ListAsync(new DomainQuery(Sort: "note")), "sort").NextStep);
        Assert.Equal(["limit", "offset", "search"], Expect.Refused(await ListAsync(new DomainQuery(new string('x', 201), Offset: -1, Limit: 501))).Select(r => r.Field).Order(StringComparer.Ordinal));
    }
}
