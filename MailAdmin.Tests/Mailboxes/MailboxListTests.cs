using MailAdmin.Core;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Mailboxes;

public sealed class MailboxListTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.DomainAsync("bücher.test");
        await _accounts.MailboxAsync("c@example.test", m => m with { DisplayName = "Anna 100%", QuotaBytes = 3, State = MailboxState.Suspended });
        await _accounts.MailboxAsync("a@example.test", m => m with { DisplayName = "Bert under_score", QuotaBytes = 1, Note = "back\\slash" });
        await _accounts.MailboxAsync("b@other.test", m => m with { DisplayName = "Cleo", QuotaBytes = 2 });
        await _accounts.MailboxAsync("d@bücher.test");
        await _accounts.MailboxAsync("trash@example.test");
        await _accounts.TrashMailboxAsync("trash@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    private async Task<string> ListAsync(MailboxQuery query)
    {
        var page = Expect.Accepted(await _accounts.Mailboxes.ListAsync(query, Accounts.Root, Ct));
        return $"{page.Total}: {string.Join(" ", page.Rows.Select(r => r.Address[..r.Address.IndexOf('@')]))}";
    }

    [Theory]
    [InlineData(null, "4: a b c d")]
    [InlineData("-address", "4: d c b a")]
    [InlineData("displayName", "4: d c a b")]
    [InlineData("-displayName", "4: b a c d")]
    [InlineData("quotaBytes", "4: d a b c")]
    [InlineData("-state", "4: c d b a")]
    [InlineData("updatedAt", "4: a b c d")]
    public async Task List_Sorted_KeepsThatOrder(string? sort, string expected) => Assert.Equal(expected, await ListAsync(new MailboxQuery(Sort: sort)));

    [Theory]
    [InlineData("%", "1: c")]
    [InlineData("_", "1: a")]
    [InlineData("\\", "1: a")]
    [InlineData("' OR 1=1 --", "0: ")]
    [InlineData("CLEO", "1: b")]
    [InlineData("example", "2: a c")]
    [InlineData("bücher", "1: d")]
    [InlineData("d@bücher", "1: d")]
    [InlineData("  ", "4: a b c d")]
    [InlineData("a\0b", "0: ")]
    [InlineData("t\0b", "0: ")]
    [InlineData("*", "0: ")]
    [InlineData("?@example", "0: ")]
    [InlineData("[ac]@example", "0: ")]
    public async Task List_Searched_FindsTheTextAsItIs(string search, string expected) => Assert.Equal(expected, await ListAsync(new MailboxQuery(search)));

    [Fact]
    public async Task List_SearchThatManyAnswer_FindsThemAll()
    {
        await using (var db = await _accounts.Database.OpenAsync())
        {
            var domain = await db.Domains.SingleAsync(d => d.Name == "example.test", Ct);
            db.Mailboxes.AddRange(Enumerable.Range(0, 600).Select(i => new Mailbox { DomainId = domain.Id, Address = $"many{i}@example.test" }));
            await db.SaveChangesAsync(Ct);
        }
        var page = Expect.Accepted(await _accounts.Mailboxes.ListAsync(new MailboxQuery("many"), Accounts.Root, Ct));
        Assert.Equal((600, 50), (page.Total, page.Rows.Count));
    }

    [Theory]
    [InlineData("address", "4: a|4: b|4: c|4: d|4: ")]
    [InlineData("-displayName", "4: b|4: a|4: c|4: d|4: ")]
    [InlineData("quotaBytes", "4: d|4: a|4: b|4: c|4: ")]
    public async Task List_PageByPage_ShowsEachOnce(string sort, string expected)
    {
        foreach (var search in new[] { null, "test" })
        {
            var pages = new List<string>();
            for (var offset = 0; offset < 5; offset++) pages.Add(await ListAsync(new MailboxQuery(search, sort, offset, 1)));
            Assert.Equal(expected, string.Join("|", pages));
        }
        Assert.Equal("4: d", await ListAsync(new MailboxQuery(Offset: 3, Limit: 2)));
    }

    [Theory]
    [InlineData("address", "2: a c")]
    [InlineData("-state", "2: c a")]
    [InlineData("updatedAt", "2: a c")]
    [InlineData("displayName", "2: c a")]
    [InlineData("-quotaBytes", "2: c a")]
    public async Task List_SearchedAndSorted_KeepsThatOrder(string sort, string expected) => Assert.Equal(expected, await ListAsync(new MailboxQuery("example", sort)));

    [Fact]
    public async Task List_Filtered_ByDomainStateAndTrash()
    {
        Assert.Equal("2: a c", await ListAsync(new MailboxQuery(Domain: "EXAMPLE.test")));
        Assert.Equal("1: c", await ListAsync(new MailboxQuery(State: MailboxState.Suspended)));
        Assert.Equal("1: trash", await ListAsync(new MailboxQuery(InTrash: true)));
        Assert.Equal("4: c", await ListAsync(new MailboxQuery(Offset: 2, Limit: 1)));
        Assert.Equal("4: ", await ListAsync(new MailboxQuery(Offset: 99)));
        Expect.Refused<NotFound, Page<MailboxRow>>(await _accounts.Mailboxes.ListAsync(new MailboxQuery(Domain: "nowhere.test"), Accounts.Root, Ct), "domain");
        Expect.Refused<UnknownSort, Page<MailboxRow>>(await _accounts.Mailboxes.ListAsync(new MailboxQuery(Sort: "passwordHash"), Accounts.Root, Ct), "sort");
    }

    [Fact]
    public async Task Search_FindsEverySort_BeginningsFirst()
    {
        await _accounts.AliasAsync("b2@example.test", "a@example.test");
        async Task<List<string>> FindAsync(string text) => [.. Expect.Accepted(await _accounts.Database.Get<AddressSearch>().FindAsync(text, 10, Accounts.Root, Ct)).Select(f => $"{f.Kind} {f.UnicodeAddress}{(f.InTrash ? " (trash)" : "")}")];
        Assert.Equal(["Mailbox b@other.test", "Alias b2@example.test"], (await FindAsync("B")).Where(f => f.Contains(" b", StringComparison.Ordinal) && !f.Contains("cher", StringComparison.Ordinal)));
        Assert.Equal(["Domain bücher.test", "Mailbox d@bücher.test"], await FindAsync("bücher"));
        Assert.Contains("Mailbox trash@example.test (trash)", await FindAsync("trash"));
        Assert.Equal(["Mailbox a@example.test"], await FindAsync("under_"));
        Assert.Empty(await FindAsync(" "));
    }
}
