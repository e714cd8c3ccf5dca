using MailAdmin.Core;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.AddressBook;

/// <summary>Every act on accounts × every role: permitted, refused, or "not found" in domains that a domain administrator does not have.</summary>
public sealed class AccessMatrixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly ChangeOptions Plain = ChangeOptions.Default;

    private static readonly ChangeOptions Previewed = new(Preview: new Nobody());

    /// <summary>Acts on something in <c>{0}</c>, a domain with the mailboxes m and t (in trash) and the aliases a and u (in trash).</summary>
    private static readonly Dictionary<string, (Right Right, Func<Accounts, string, Actor, Task<object>> Do)> Acts = new()
    {
        ["domain get"] = (Right.ReadAccounts, async (x, d, who) => await x.Domains.GetAsync(d, who, Ct)),
        ["domain change"] = (Right.ChangeDomains, async (x, d, who) => await x.Domains.ChangeAsync(d, new DomainEdit { Note = "n" }, who, Previewed, Ct)),
        ["domain trash"] = (Right.ChangeDomains, async (x, d, who) => await x.Domains.TrashAsync(d, who, Previewed, Ct)),
        ["domain restore"] = (Right.ChangeDomains, async (x, d, who) => await x.Domains.RestoreAsync(d, who, Previewed, Ct)),
        ["mailbox list"] = (Right.ReadAccounts, async (x, d, who) => await x.Mailboxes.ListAsync(new MailboxQuery(Domain: d), who, Ct)),
        ["mailbox get"] = (Right.ReadAccounts, async (x, d, who) => await x.Mailboxes.GetAsync($"m@{d}", who, Ct)),
        ["mailbox add"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.AddAsync(new NewMailbox($"new@{d}"), who, Previewed, Ct)),
        ["mailbox change"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.ChangeAsync($"m@{d}", new MailboxEdit { Note = "n" }, who, Previewed, Ct)),
        ["mailbox password"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.SetPasswordAsync($"m@{d}", new NewPassword { Password = Accounts.Password }, who, Previewed, Ct)),
        ["mailbox trash"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.TrashAsync($"m@{d}", who, Previewed, Ct)),
        ["mailbox restore"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.RestoreAsync($"t@{d}", who, Previewed, Ct)),
        ["mailbox purge"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.PurgeAsync($"t@{d}", who, Previewed, Ct)),
        ["mailboxes change"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.ChangeManyAsync([$"m@{d}"], new MailboxEdit { Note = "n" }, who, Previewed, Ct)),
        ["mailboxes trash"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.TrashManyAsync([$"m@{d}"], who, Previewed, Ct)),
        ["mailboxes restore"] = (Right.ChangeAccounts, async (x, d, who) => await x.Mailboxes.RestoreManyAsync([$"t@{d}"], who, Previewed, Ct)),
        ["alias list"] = (Right.ReadAccounts, async (x, d, who) => await x.Aliases.ListAsync(new AliasQuery(Domain: d), who, Ct)),
        ["alias get"] = (Right.ReadAccounts, async (x, d, who) => await x.Aliases.GetAsync($"a@{d}", who, Ct)),
        ["alias follow"] = (Right.ReadAccounts, async (x, d, who) => await x.Aliases.FollowAsync($"a@{d}", who, Ct)),
        ["alias add"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.AddAsync(new NewAlias($"new@{d}", ["x@elsewhere.test"]), who, Previewed, Ct)),
        ["alias change"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.ChangeAsync($"a@{d}", new AliasEdit { Comment = "c" }, who, Previewed, Ct)),
        ["alias trash"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.TrashAsync($"a@{d}", who, Previewed, Ct)),
        ["alias restore"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.RestoreAsync($"u@{d}", who, Previewed, Ct)),
        ["alias purge"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.PurgeAsync($"u@{d}", who, Previewed, Ct)),
        ["aliases trash"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.TrashManyAsync([$"a@{d}"], who, Previewed, Ct)),
        ["aliases restore"] = (Right.ChangeAccounts, async (x, d, who) => await x.Aliases.RestoreManyAsync([$"u@{d}"], who, Previewed, Ct)),
    };

    private static async Task<Accounts> CreateAsync()
    {
        var accounts = await Accounts.CreateAsync();
        foreach (var domain in new[] { "example.test", "other.test" })
        {
            await accounts.MailboxAsync($"m@{domain}", m => m with { DisplayName = "Findable" });
            await accounts.MailboxAsync($"t@{domain}");
            await accounts.AliasAsync($"a@{domain}", $"m@{domain}");
            await accounts.AliasAsync($"u@{domain}", $"m@{domain}");
            await accounts.TrashMailboxAsync($"t@{domain}");
            await accounts.TrashAliasAsync($"u@{domain}");
        }
        return accounts;
    }

    /// <summary>"ok", or the codes of the reasons.</summary>
    private static string Ending(object outcome) => outcome.GetType().GetProperty("Reasons")?.GetValue(outcome) is IReadOnlyList<Refusal> reasons ? string.Join(",", reasons.Select(r => r.Code)) : "ok";

    /// <summary>Previewed, so that each act finds the same ground.</summary>
    [Theory]
    [InlineData(Role.Auditor)]
    [InlineData(Role.DomainAdministrator)]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Owner)]
    public async Task EveryAct_AsRole_IsPermittedOrRefused(Role role)
    {
        await using var accounts = await CreateAsync();
        var who = await accounts.PersonAsync(role, role == Role.DomainAdministrator ? ["example.test"] : []);
        foreach (var (name, (right, act)) in Acts)
        {
            foreach (var domain in new[] { "other.test", "example.test" })
            {
                var isTheirs = role != Role.DomainAdministrator || domain == "example.test";
                var may = Access.RightsOf(role).Contains(right);
                var before = await accounts.StoredAsync();
                var ending = Ending(await act(accounts, domain, who));
                if (!may) Assert.True(ending == "not-permitted", $"{name} at {domain}: {ending}");
                else if (!isTheirs) Assert.True(ending is "not-found" or "domain-unknown", $"{name} at {domain}: {ending}");
                else Assert.True(ending == "ok", $"{name} at {domain}: {ending}");
                Assert.Equal(before, await accounts.StoredAsync());
            }
        }
    }

    [Fact]
    public async Task EveryAct_ByOneWhoIsDisabled_IsRefused()
    {
        await using var accounts = await CreateAsync();
        var who = await accounts.PersonAsync(Role.Owner);
        await using (var db = await accounts.Database.OpenAsync()) await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.IsEnabled, false), Ct);
        foreach (var (name, (_, act)) in Acts) Assert.True(Ending(await act(accounts, "example.test", who)) == "not-permitted", name);
        Assert.Equal("not-permitted", Ending(await accounts.Domains.AddAsync(new NewDomain("new.test"), who, Plain, Ct)));
        Assert.Equal("not-permitted", Ending(await accounts.Database.Get<AddressSearch>().FindAsync("m", 5, who, Ct)));
    }

    [Fact]
    public async Task DomainAdministrator_SeesOnlyTheirs()
    {
        await using var accounts = await CreateAsync();
        var who = await accounts.PersonAsync(Role.DomainAdministrator, "example.test");
        Assert.Equal(["example.test"], Expect.Accepted(await accounts.Domains.ListAsync(new DomainQuery(), who, Ct)).Rows.Select(d => d.Name));
        Assert.Equal(["m@example.test"], Expect.Accepted(await accounts.Mailboxes.ListAsync(new MailboxQuery("findable"), who, Ct)).Rows.Select(m => m.Address));
        Assert.Equal(["a@example.test"], Expect.Accepted(await accounts.Aliases.ListAsync(new AliasQuery(), who, Ct)).Rows.Select(a => a.Address));
        Assert.Equal(["example.test"], Expect.Accepted(await accounts.Database.Get<AddressSearch>().FindAsync(".test", 50, who, Ct)).Select(f => f.Address[(f.Address.IndexOf('@') + 1)..]).Distinct());
        Expect.Refused<NotPermitted, DomainView>(await accounts.Domains.AddAsync(new NewDomain("new.test"), who, Plain, Ct), "");

        var nobody = await accounts.PersonAsync(Role.DomainAdministrator);
        Assert.Empty(Expect.Accepted(await accounts.Mailboxes.ListAsync(new MailboxQuery(), nobody, Ct)).Rows);
    }

    [Fact]
    public async Task DomainAdministrator_GivesNoRightsOverOthersDomains_AndSeesNothingOfThem()
    {
        await using var accounts = await CreateAsync();
        var who = await accounts.PersonAsync(Role.DomainAdministrator, "example.test");
        var rights = new MailboxEdit { SenderRights = new Optional<IReadOnlyList<string>>(["boss@other.test"]) };
        Expect.Refused<SenderNotHere, MailboxView>(await accounts.Mailboxes.ChangeAsync("m@example.test", rights, who, Plain, Ct), "senderRights[0]");
        Expect.Accepted(await accounts.Mailboxes.ChangeAsync("m@example.test", rights, Accounts.Root, Plain, Ct));
        Expect.Accepted(await accounts.Mailboxes.ChangeAsync("m@example.test", rights, who, Plain, Ct));

        await accounts.AliasAsync("z@other.test", "m@example.test");
        Assert.Equal(["a@example.test"], Expect.Accepted(await accounts.Mailboxes.GetAsync("m@example.test", who, Ct)).Aliases);
        Assert.Equal(2, Expect.Accepted(await accounts.Mailboxes.GetAsync("m@example.test", Accounts.Root, Ct)).Aliases.Count);

        var end = Expect.Refused<DeadEnd, AliasView>(await accounts.Aliases.AddAsync(new NewAlias("n@example.test", ["u@other.test"]), who, Plain, Ct), "targets[0]");
        Assert.DoesNotContain("m@other.test", end.Sentence);
        Expect.Accepted(await accounts.Aliases.AddAsync(new NewAlias("b@example.test", ["a@other.test"]), who, Plain, Ct));
        Assert.Equal(["b@example.test", "a@other.test", "…"], Assert.Single(Expect.Accepted(await accounts.Aliases.FollowAsync("b@example.test", who, Ct))).Path);
    }

    private sealed class Nobody : IChangeObserver
    {
        public Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct) => Task.CompletedTask;
    }
}
