using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.AddressBook;

public sealed class AddressKeeperTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    private AddressKeeper Keeper => _accounts.Database.Get<AddressKeeper>();

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.MailboxAsync("a@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    public async Task Tidy_NothingDue_DoesNothing()
    {
        Assert.Null(await Keeper.NextAsync(Ct));
        Assert.Empty(await _accounts.StoresNothingAsync(() => Keeper.TidyAsync(Ct)));
    }

    [Fact]
    public async Task Tidy_AliasExpires_MakesOneRevision()
    {
        var end = _accounts.Now.AddHours(1);
        Expect.Accepted(await _accounts.Aliases.AddAsync(new NewAlias("x@example.test", ["a@example.test"]) { Expires = end }, Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Equal(end, await Keeper.NextAsync(Ct));
        Assert.Empty(await Keeper.TidyAsync(Ct));

        _accounts.Time.Advance(TimeSpan.FromHours(1));
        var revision = Assert.Single(await Keeper.TidyAsync(Ct));
        await using (var db = await _accounts.Database.OpenAsync()) Assert.Equal((await db.Hosts.SingleAsync(Ct)).DesiredRevision, revision.Revision);
        Assert.True(Expect.Accepted(await _accounts.Aliases.GetAsync("x@example.test", Accounts.Root, Ct)).IsExpired);
        Assert.Empty(await Keeper.TidyAsync(Ct));
        Assert.Null(await Keeper.NextAsync(Ct));
    }

    [Fact]
    public async Task Tidy_TrashIsOld_RemovesItForGood()
    {
        await _accounts.AliasAsync("x@example.test", "a@example.test");
        await _accounts.TrashAliasAsync("x@example.test");
        await _accounts.TrashMailboxAsync("a@example.test");
        await _accounts.DomainAsync("alias.test", d => d with { AliasOf = "other.test" });
        await _accounts.MailboxAsync("b@other.test");
        await _accounts.TrashDomainAsync("alias.test");
        _accounts.Time.Advance(TimeSpan.FromHours(1));
        await _accounts.TrashDomainAsync("other.test");

        Assert.Equal(_accounts.Now.AddDays(30).AddHours(-1), await Keeper.NextAsync(Ct));
        _accounts.Time.Advance(TimeSpan.FromDays(30));
        Assert.Single(await Keeper.TidyAsync(Ct));
        await using var db = await _accounts.Database.OpenAsync();
        Assert.Equal(["example.test"], await db.Domains.Select(d => d.Name).ToListAsync(Ct));
        Assert.Empty(await db.Mailboxes.ToListAsync(Ct));
        Assert.Empty(await db.Aliases.ToListAsync(Ct));
        Assert.True(await db.AuditEntries.AnyAsync(e => e.Action == "mailbox.purge" && e.Actor == "portal" && e.Object == "b@other.test", Ct));
        Assert.Null(await Keeper.NextAsync(Ct));
    }
}
