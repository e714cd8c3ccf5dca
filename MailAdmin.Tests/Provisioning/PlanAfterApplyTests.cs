using CsCheck;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Provisioning;

/// <summary>The law: planning after applying gives an empty plan, whatever the database holds and however it changed.</summary>
public sealed class PlanAfterApplyTests
{
    private static readonly Gen<(int Kind, int Which, int How)> Act = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 5], Gen.Int[0, 3]);

    [Fact]
    public async Task Plan_AfterAnyChangesServed_IsEmpty()
    {
        var rounds = Environment.GetEnvironmentVariable("MAILADMIN_SOAK") == "1" ? 200 : 12;
        await Act.Array[1, 12].Array[1, 4].SampleAsync(async batches =>
        {
            await using var host = await ServedHost.InMemoryAsync(h => h.PostmasterAddress = "root@d0.test", o => o.GuardAccounts = 1000);
            foreach (var batch in batches)
            {
                Core.HostRevision? revision = null;
                foreach (var act in batch) revision = await ChangeAsync(host, act) ?? revision;
                if (revision is not { } next) continue;
                var served = await host.ServeAsync(next);
                Assert.True(served.State == ServedState.Live, served.Sentence);
                var plan = await host.PlanAsync();
                Assert.True(plan.IsEmpty, string.Join('\n', plan.Steps.Select(s => s.Sentence + "\n" + s.Diff)));
            }
        }, iter: rounds, threads: 1);
    }

    // Straight into the tables, also what no service would accept together.
    private static async Task<Core.HostRevision?> ChangeAsync(ServedHost host, (int Kind, int Which, int How) act)
    {
        var (kind, which, how) = act;
        await using var change = await host.Database.Get<Changes>().BeginAsync(Actor.Portal, ChangeOptions.Default, default);
        var db = change.Db;
        var name = $"d{which % 3}.test";
        var domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == name);
        if (domain is null)
        {
            var other = which == 2 ? await db.Domains.Where(d => d.AliasOfId == null && d.TrashedUntil == null).Select(d => (int?)d.Id).FirstOrDefaultAsync() : null;
            await change.RememberAsync(host.Id, "domain", name, null, default);
            db.Domains.Add(domain = new Domain { HostId = host.Id, Name = name, AliasOfId = other, DefaultQuotaBytes = how == 0 ? 1 << 20 : null });
            await db.SaveChangesAsync();
        }
        var address = $"user{which}@{name}";
        var mailbox = await db.Mailboxes.Include(m => m.SenderRights).SingleOrDefaultAsync(m => m.Address == address);
        switch (kind)
        {
            case 0:
                await change.RememberAsync(host.Id, "domain", name, await DomainSnapshot.OfAsync(db, domain, default), default);
                domain.TrashedUntil = domain.TrashedUntil is null && how == 0 ? change.Now : null;
                break;
            case 1 or 2 or 3 when domain.AliasOfId is null:
                await change.RememberAsync(host.Id, "mailbox", address, mailbox is null ? null : MailboxSnapshot.Of(mailbox, name), default);
                if (mailbox is null) db.Mailboxes.Add(mailbox = new Mailbox { DomainId = domain.Id, Address = address });
                mailbox.State = (MailboxState)(how % 3);
                mailbox.PasswordHash = how == 3 ? null : ServedHost.Hash;
                break;
            case 4 when mailbox is not null:
                await change.RememberAsync(host.Id, "mailbox", address, MailboxSnapshot.Of(mailbox, name), default);
                mailbox.TrashedUntil = how == 0 ? change.Now : null;
                mailbox.QuotaBytes = how * 1000;
                break;
            case 5 when mailbox is not null && mailbox.SenderRights.Count == 0:
                await change.RememberAsync(host.Id, "mailbox", address, MailboxSnapshot.Of(mailbox, name), default);
                mailbox.SenderRights.Add(new SenderRight { Sender = how == 0 ? "@d1.test" : how == 1 ? "sales@elsewhere.test" : $"a{how}@d0.test" });
                break;
            case 9 when mailbox is not null:
                await change.RememberAsync(host.Id, "mailbox", address, MailboxSnapshot.Of(mailbox, name), default);
                if (how == 0) db.Mailboxes.Remove(mailbox);
                else mailbox.SenderRights.Clear();
                break;
            case 10 when name != "d0.test" && !await db.Domains.AnyAsync(d => d.AliasOfId == domain.Id):
                await change.RememberAsync(host.Id, "domain", name, await DomainSnapshot.OfAsync(db, domain, default), default);
                domain.AliasOfId = how == 0 || await db.Mailboxes.AnyAsync(m => m.DomainId == domain.Id) ? null : await db.Domains.Where(d => d.Name == "d0.test").Select(d => (int?)d.Id).SingleOrDefaultAsync();
                break;
            case 11 when mailbox is not null:
                // A change that no map shows.
                await change.RememberAsync(host.Id, "mailbox", address, MailboxSnapshot.Of(mailbox, name), default);
                mailbox.DisplayName = $"User {how}";
                break;
            default:
                var from = how == 0 ? "@" + name : how == 1 ? address : $"a{how}@{name}";
                var alias = await db.Aliases.Include(a => a.Targets).SingleOrDefaultAsync(a => a.Address == from);
                await change.RememberAsync(host.Id, "alias", from, alias is null ? null : AliasSnapshot.Of(alias, name), default);
                if (alias is null) db.Aliases.Add(new Alias { DomainId = domain.Id, Address = from, Targets = [new AliasTarget { Target = address }, new AliasTarget { Position = 1, Target = $"user{which}@d{how % 3}.test" == address ? "away@elsewhere.test" : $"user{which}@d{how % 3}.test" }], ExpiresAt = kind == 6 ? change.Now.AddDays(-1) : null });
                else alias.TrashedUntil = alias.TrashedUntil is null ? change.Now : null;
                break;
        }
        return await change.CommitAsync(default);
    }
}
