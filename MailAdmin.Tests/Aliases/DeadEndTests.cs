using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Aliases;

/// <summary>What is told when an address that aliases lead to stops taking mail.</summary>
public sealed class DeadEndTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Accounts _accounts = null!;

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.MailboxAsync("alice@example.test");
        await _accounts.MailboxAsync("bob@example.test");
        await _accounts.AliasAsync("sales@example.test", "alice@example.test");
        await _accounts.AliasAsync("shop@other.test", "sales@example.test");
        await _accounts.AliasAsync("team@example.test", "alice@example.test", "bob@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    public async Task TrashMailbox_NamesEveryAliasThatLeadsToNobodyNow_AndNoOther()
    {
        var trashed = Assert.IsType<Outcome<MailboxView>.Accepted>(await _accounts.Mailboxes.TrashAsync("alice@example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Equal(2, trashed.Remarks.Count);
        Assert.Contains("sales@example.test leads to nobody: alice@example.test is in trash.", trashed.Remarks[0]);
        Assert.Contains("shop@other.test leads to nobody", trashed.Remarks[1]);
        Assert.Equal(["sales@example.test", "shop@other.test"], (await ReadAsync(Accounts.Root)).Select(d => d.Address));

        Assert.Empty(Assert.IsType<Outcome<MailboxView>.Accepted>(await _accounts.Mailboxes.RestoreAsync("alice@example.test", Accounts.Root, ChangeOptions.Default, Ct)).Remarks);
        Assert.Empty(await ReadAsync(Accounts.Root));
    }

    [Fact]
    public async Task SuspendMany_TellsOfTheAliasThatTheyShared()
    {
        var suspended = Assert.IsType<Outcome<int>.Accepted>(await _accounts.Mailboxes.ChangeManyAsync(["alice@example.test", "bob@example.test"], new MailboxEdit { State = MailboxState.Suspended }, Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Contains(suspended.Remarks, r => r.StartsWith("team@example.test leads to nobody", StringComparison.Ordinal));
        Assert.Equal(3, suspended.Remarks.Count);
    }

    [Fact]
    public async Task Preview_OfAMoveToTrash_SaysTheSameBefore()
    {
        var preview = Expect.Accepted(await _accounts.StoresNothingAsync(() => _accounts.Database.Get<PlanService>().PreviewAsync(
            options => _accounts.Aliases.TrashAsync("sales@example.test", Accounts.Root, options with { Preview = new Untouched() }, Ct), Ct)));
        Assert.Contains("shop@other.test leads to nobody: sales@example.test is in trash.", Assert.Single(preview.Steps, s => s.Kind == PlanStepKind.Report).Sentence);
    }

    [Fact]
    public async Task Preview_OfNoChange_NamesTheHost()
    {
        var preview = Expect.Accepted(await _accounts.Database.Get<PlanService>().PreviewAsync(options => _accounts.Mailboxes.ChangeAsync("alice@example.test", new MailboxEdit(), Accounts.Root, options, Ct), Ct));
        Assert.Equal(("mail.example.test", 0), (preview.HostName, preview.Steps.Count));
    }

    [Fact]
    public async Task TrashDomain_TellsOfAliasesElsewhere_ToWhomeverMaySeeThem()
    {
        var trashed = Assert.IsType<Outcome<Core.Domains.DomainView>.Accepted>(await _accounts.Domains.TrashAsync("example.test", Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Contains("shop@other.test leads to nobody: the domain of sales@example.test is in trash.", Assert.Single(trashed.Remarks));
        Assert.Equal("shop@other.test", Assert.Single(await ReadAsync(await _accounts.PersonAsync(Role.DomainAdministrator, "other.test"))).Address);
        Assert.Empty(await ReadAsync(await _accounts.PersonAsync(Role.DomainAdministrator, "example.test")));
    }

    [Fact]
    public async Task TrashMailbox_ByADomainAdministrator_CountsAliasesOfOthersWithoutNamingThem()
    {
        var person = await _accounts.PersonAsync(Role.DomainAdministrator, "example.test");
        var trashed = Assert.IsType<Outcome<MailboxView>.Accepted>(await _accounts.Mailboxes.TrashAsync("alice@example.test", person, ChangeOptions.Default, Ct));
        Assert.Contains(trashed.Remarks, r => r == "1 alias of other domains leads to nobody now.");
        Assert.DoesNotContain(trashed.Remarks, r => r.Contains("shop@other.test"));
    }

    [Fact]
    public async Task AliasBesideAMailboxInTrash_LeadsToNobody_WhateverItsOtherTargets()
    {
        await _accounts.AliasAsync("alice@example.test", "alice@example.test", "bob@example.test");
        await _accounts.TrashMailboxAsync("alice@example.test");
        Assert.Contains(await ReadAsync(Accounts.Root), d => d.Address == "alice@example.test");
    }

    private async Task<IReadOnlyList<DeadAlias>> ReadAsync(Actor actor) => Expect.Accepted(await _accounts.Aliases.DeadEndsAsync(actor, Ct));

    /// <summary>Sees the change and does nothing: a plan needs a host that can be read.</summary>
    private sealed class Untouched : IChangeObserver
    {
        public Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct) => Task.CompletedTask;
    }
}
