using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Probes;

[Collection(nameof(ServerPages))]
public sealed class ProbeAccountsTests(ServerPagesFixture pages)
{
    private const string Address = $"{ProbeAccounts.LocalPart}@example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ensure_HostThatWantsApproval_GivesNoLoginUntilTheRunWasApproved()
    {
        var accounts = pages.Portal.Get<ProbeAccounts>();
        var host = await ApprovalAsync(true);
        try
        {
            Assert.IsType<Outcome<ProbeLogin>.Refused>(await accounts.EnsureAsync(host, Actor.Portal, Ct));
            Assert.Null(await accounts.FindAsync(host, Ct));
            var run = await WaitingAsync();

            var again = Assert.IsType<Outcome<ProbeLogin>.Refused>(await accounts.EnsureAsync(host, Actor.Portal, Ct));
            Assert.Contains("waits for approval", again.Reasons[0].Sentence, StringComparison.Ordinal);
            Assert.Equal(run, await WaitingAsync());

            Assert.IsType<Outcome<Served>.Accepted>(await pages.Portal.Get<ApplyService>().ApproveAsync(run, Actor.Portal, Ct));
            Assert.Equal(Address, (await accounts.FindAsync(host, Ct))?.Address);
        }
        finally
        {
            await ApprovalAsync(false);
            await pages.Portal.Get<MailboxService>().TrashAsync(Address, Actor.Portal, ChangeOptions.Default, CancellationToken.None);
        }
    }

    private async Task<int> WaitingAsync()
    {
        await using var db = await pages.Portal.OpenAsync();
        return await db.Set<Generation>().Where(g => g.State == GenerationState.Waiting).Select(g => g.Id).SingleAsync(Ct);
    }

    private async Task<Core.Hosts.Host> ApprovalAsync(bool isRequired)
    {
        await using var db = await pages.Portal.OpenAsync();
        await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(h => h.RequiresApproval, isRequired), CancellationToken.None);
        return await db.Hosts.SingleAsync(CancellationToken.None);
    }
}
