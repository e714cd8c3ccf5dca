using MailAdmin.Core;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Mailboxes;

/// <summary>What lies in trash with its domain is not shown as live; who reads postmaster@ of those that are.</summary>
public sealed class TrashedDomainTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_LeaveOutWhatIsInTrashWithItsDomain_AndTheDomainsOwnListMarksIt()
    {
        await using var accounts = await Accounts.CreateAsync();
        await accounts.MailboxAsync("alice@example.test");
        await accounts.MailboxAsync("bob@other.test");
        await accounts.AliasAsync("sales@other.test", "bob@other.test");
        await accounts.TrashDomainAsync("other.test");

        Assert.Equal("alice@example.test", Assert.Single((await MailboxesAsync(new MailboxQuery())).Rows).Address);
        Assert.Empty((await MailboxesAsync(new MailboxQuery("bob"))).Rows);
        Assert.Equal(0, Expect.Accepted(await accounts.Aliases.ListAsync(new AliasQuery(), Accounts.Root, Ct)).Total);
        Assert.NotNull(Assert.Single((await MailboxesAsync(new MailboxQuery(Domain: "other.test"))).Rows).DomainTrashedUntil);
        Assert.NotNull(Expect.Accepted(await accounts.Mailboxes.GetAsync("bob@other.test", Accounts.Root, Ct)).Row.DomainTrashedUntil);
        Assert.All(Expect.Accepted(await accounts.Database.Get<AddressSearch>().FindAsync("other", 5, Accounts.Root, Ct)), found => Assert.True(found.InTrash));

        Expect.Accepted(await accounts.Domains.RestoreAsync("other.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.All((await MailboxesAsync(new MailboxQuery())).Rows, row => Assert.Null(row.DomainTrashedUntil));
        Assert.Equal(2, (await MailboxesAsync(new MailboxQuery())).Total);

        async Task<Page<MailboxRow>> MailboxesAsync(MailboxQuery query) => Expect.Accepted(await accounts.Mailboxes.ListAsync(query, Accounts.Root, Ct));
    }

    [Fact]
    public async Task UnreadDuties_AreCountedUntilSomebodyReadsBoth()
    {
        await using var accounts = await Accounts.CreateAsync();
        var added = Assert.IsType<Outcome<DomainView>.Accepted>(await accounts.Domains.AddAsync(new NewDomain("third.test"), Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Contains("postmaster@third.test and abuse@third.test", Assert.Single(added.Remarks));
        Assert.Equal([new UnreadDuties("mail.example.test", 3, "example.test")], await UnreadAsync());

        await accounts.MailboxAsync("postmaster@example.test");
        Assert.Equal(3, Assert.Single(await UnreadAsync()).Domains);
        await accounts.AliasAsync("abuse@example.test", "postmaster@example.test");
        await accounts.AliasAsync("@other.test", "postmaster@example.test");
        Assert.Equal([new UnreadDuties("mail.example.test", 1, "third.test")], await UnreadAsync());

        await using var db = await accounts.Database.OpenAsync();
        db.Hosts.Single().PostmasterAddress = "postmaster@example.test";
        await db.SaveChangesAsync(Ct);
        Assert.Empty(await UnreadAsync());
        Assert.Empty(Assert.IsType<Outcome<DomainView>.Accepted>(await accounts.Domains.AddAsync(new NewDomain("fourth.test"), Accounts.Root, ChangeOptions.Default, Ct)).Remarks);

        async Task<IReadOnlyList<UnreadDuties>> UnreadAsync() => Expect.Accepted(await accounts.Domains.UnreadDutiesAsync(Accounts.Root, Ct));
    }
}
