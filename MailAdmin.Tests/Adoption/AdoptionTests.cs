using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Adoption;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Tests.Provisioning;
using Microsoft.EntityFrameworkCore;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Adoption;

/// <summary>Hand edits that become records, and those that cannot.</summary>
public sealed class AdoptionTests : IAsyncLifetime
{
    private const string Passwd = "dovecot/passwd/example.test", Aliases = "postfix/virtual_alias_maps";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ServedHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await InMemoryAsync();
        await _host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"), Mailbox("bob@example.test"), Quota("bob@example.test", 1 << 20), Alias("sales@example.test", "alice@example.test"), Alias("info@example.test", "alice@example.test"));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Adopt_RowsOfEveryKind_BecomeRecordsAndTheHostServesThem()
    {
        await EditAsync(Passwd, text => $"{text}mallory@example.test:{Hash}::::::userdb_quota_rule=*:storage=2G\n".Replace("alice@example.test:" + Hash, "alice@example.test:" + Hash.Replace("}$", "}!$")));
        await EditAsync(Aliases, text => $"{text}team@example.test  alice@example.test, carol@elsewhere.test\n".Replace("sales@example.test\talice", "sales@example.test\tbob").Replace("info@example.test\talice@example.test\n", ""));
        await EditAsync("postfix/virtual_mailbox_domains", text => text + "new.test\tx\n");
        await EditAsync("postfix/sender_login_maps", text => text + "@example.test\tbob@example.test\n");

        var open = await ListAsync();
        Assert.Equal(["Add the alias team@example.test, which leads to alice@example.test, carol@elsewhere.test.", "Add the domain new.test.", "Add the mailbox mallory@example.test with its password.", "Change the alias sales@example.test, which leads to bob@example.test.",
            "Change the mailbox alice@example.test to what its row says.", "Let bob@example.test send as @example.test.", "Move the alias info@example.test to trash."], open.Select(e => e.Sentence).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Hash, string.Join('\n', open.Select(e => e.After)));

        var adopted = Expect.Accepted(await AdoptAsync(null));
        Assert.True(adopted.Served!.State == ServedState.Live, adopted.Served.Sentence);
        Assert.Equal((7, 0), (adopted.TakenOver.Count, adopted.Left.Count));
        await using var db = await _host.Database.OpenAsync();
        var mallory = await db.Mailboxes.SingleAsync(m => m.Address == "mallory@example.test", Ct);
        Assert.Equal((Hash, 2L << 30), (mallory.PasswordHash, mallory.QuotaBytes));
        Assert.Equal((MailboxState.ReceiveOnly, Hash), await db.Mailboxes.Where(m => m.Address == "alice@example.test").Select(m => ValueTuple.Create(m.State, m.PasswordHash!)).SingleAsync(Ct));
        Assert.Equal(["bob@example.test"], await db.AliasTargets.Where(t => db.Aliases.Any(a => a.Id == t.AliasId && a.Address == "sales@example.test")).Select(t => t.Target).ToListAsync(Ct));
        Assert.NotNull((await db.Aliases.SingleAsync(a => a.Address == "info@example.test", Ct)).TrashedUntil);
        Assert.Equal("@example.test", (await db.SenderRights.SingleAsync(Ct)).Sender);
        Assert.True(await db.Domains.AnyAsync(d => d.Name == "new.test", Ct));
        Assert.Equal("hand edits on mail.example.test", (await db.AuditEntries.SingleAsync(e => e.Action == "accounts.import", Ct)).Object);
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Adopt_RowTakenAway_MovesTheMailboxToTrash()
    {
        await EditAsync(Passwd, text => string.Concat(text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("bob@", StringComparison.Ordinal)).Select(line => line + "\n")));
        Assert.Equal("Move the mailbox bob@example.test to trash.", Assert.Single(await ListAsync()).Sentence);
        Assert.Equal(ServedState.Live, Expect.Accepted(await AdoptAsync(null)).Served!.State);
        await using var db = await _host.Database.OpenAsync();
        Assert.NotNull((await db.Mailboxes.SingleAsync(m => m.Address == "bob@example.test", Ct)).TrashedUntil);
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Theory]
    [InlineData(Passwd, "eve@example.test:{PLAIN}secret::::::", "passwd/example.test:eve@example.test", "PLAIN")]
    [InlineData(Passwd, "eve@example.test:{CRYPT}!::::::nopassword=y", "passwd/example.test:eve@example.test", "nopassword")]
    [InlineData(Passwd, "eve@example.test:{CRYPT}!::::::allow_nets=192.0.2.0/24", "passwd/example.test:eve@example.test", "allow_nets")]
    [InlineData(Passwd, "eve@other.test:{CRYPT}!::::::", "passwd/example.test:eve@other.test", "no user of example.test")]
    [InlineData(Passwd, "eve@example.test", "passwd/example.test:eve@example.test", "password field is empty")]
    [InlineData(Passwd, "# a reminder", "passwd/example.test:", "Comments cannot be kept")]
    [InlineData(Aliases, "list@example.test\t|/usr/bin/procmail", "virtual_alias_maps:list@example.test", "not an address")]
    [InlineData(Aliases, "eve@nowhere.test\talice@example.test", "virtual_alias_maps:eve@nowhere.test", null)]
    [InlineData(Aliases, "loop@example.test\tloop@example.test", "virtual_alias_maps:loop@example.test", "circles")]
    [InlineData("postfix/recipient_access", "alice@example.test\tREJECT", "recipient_access:alice@example.test", "follows from the states")]
    [InlineData("postfix/virtual_mailbox_maps", "eve@example.test\t/etc/", "virtual_mailbox_maps:eve@example.test", "its own place")]
    [InlineData("postfix/virtual_mailbox_domains", "also.test\talias-domain", "virtual_mailbox_domains:also.test", "which domain")]
    [InlineData("postfix/sender_login_maps", "ceo@example.test\tbob@example.test, alice@example.test", "sender_login_maps:ceo@example.test", "Only one sender")]
    public async Task Adopt_NotRepresentable_IsRefusedByNameAndNothingMoves(string file, string line, string id, string? says)
    {
        await EditAsync(file, text => text + line + "\n");
        var before = (await StoredAsync(), _host.Daemons.Host.Text($"{_host.Managed}/{file}"));
        var outcome = await AdoptAsync([id]);
        if (says is null)
        {
            // An alias of a domain that is not here: the domain comes along.
            Assert.Equal(ServedState.Live, Expect.Accepted(outcome).Served!.State);
            return;
        }
        var reason = Expect.Refused(outcome)[0];
        Assert.Equal(("edits[0]", id), (reason.Field, reason.Value));
        Assert.Contains(says, reason.Sentence + reason.NextStep);
        Assert.DoesNotContain("secret", reason.Sentence + reason.NextStep);
        Assert.Equal(before, (await StoredAsync(), _host.Daemons.Host.Text($"{_host.Managed}/{file}")));
    }

    [Fact]
    public async Task Adopt_SomeRowsOfAFile_LeavesTheFileUntilTheRestIsDecided()
    {
        await EditAsync(Passwd, text => $"{text}carol@example.test:{Hash}::::::\ndave@example.test:{Hash}::::::\n");
        var edited = _host.Daemons.Host.Text($"{_host.Managed}/{Passwd}");
        var adopted = Expect.Accepted(await AdoptAsync(["passwd/example.test:carol@example.test"]));
        Assert.Equal((ServedState.NeedsDecision, "dave@example.test"), (adopted.Served!.State, Assert.Single(adopted.Left).Key));
        Assert.Equal(edited, _host.Daemons.Host.Text($"{_host.Managed}/{Passwd}"));

        Assert.Equal(ServedState.Live, Expect.Accepted(await _host.Apply.ApplyAsync(new ApplyRequest(OverwriteDrift: true), Root, Ct)).State);
        var now = _host.Daemons.Host.Text($"{_host.Managed}/{Passwd}")!;
        Assert.Contains("carol@example.test:", now);
        Assert.DoesNotContain("dave@example.test:", now);
        Assert.Empty(await ListAsync());
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Adopt_RowsWrittenInAnotherForm_AreKnownAfterwards()
    {
        await EditAsync(Passwd, text => text + $"Carol@Example.test:{Hash}:5000:5000::/home/carol::userdb_quota_rule=*:storage=1048576\n");
        Assert.Equal(ServedState.Live, Expect.Accepted(await AdoptAsync(null)).Served!.State);
        Assert.Contains("carol@example.test:" + Hash + "::::::userdb_quota_rule=*:bytes=1073741824 ", _host.Daemons.Host.Text($"{_host.Managed}/{Passwd}"));
        Assert.Empty((await _host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Adopt_PasswdFileOfADomainThatIsNotHere_TakesDomainAndUsers()
    {
        _host.Daemons.Host.With($"{_host.Managed}/dovecot/passwd/foreign.test", $"erin@foreign.test:{Hash}::::::\n");
        Assert.Equal("passwd/foreign.test:erin@foreign.test", Assert.Single(await ListAsync()).Id);
        var adopted = Expect.Accepted(await AdoptAsync(null));
        Assert.True(adopted.Served!.State == ServedState.Live, adopted.Served.Sentence);
        Assert.DoesNotContain((await _host.PlanAsync()).Steps, s => s.Kind is PlanStepKind.Drift or PlanStepKind.Report);
    }

    [Fact]
    public async Task Preview_SaysWhatWouldBeTakenOver_AndStoresNothing()
    {
        await EditAsync(Passwd, text => $"{text}carol@example.test:{Hash}::::::\n");
        var before = await StoredAsync();
        var adopted = Expect.Accepted(await _host.Database.Get<AdoptionService>().AdoptAsync(null, null, isPreview: true, null, Root, Ct));
        Assert.Equal(("carol@example.test", true), (Assert.Single(adopted.TakenOver).Key, adopted.Served is null));
        Assert.Equal(before, await StoredAsync());
    }

    [Fact]
    public async Task Adopt_UnknownEditOrNobodysRight_IsRefused()
    {
        Assert.IsType<NotFound>(Assert.Single(Expect.Refused(await AdoptAsync(["passwd/example.test:nobody@example.test"]))));
        var nobody = new Actor(ActorKind.Administrator, 99, "x", "web");
        Assert.IsType<NotPermitted>(Assert.Single(Expect.Refused(await _host.Database.Get<AdoptionService>().AdoptAsync(null, null, false, null, nobody, Ct))));
        Assert.IsType<NotPermitted>(Assert.Single(Expect.Refused(await _host.Database.Get<AdoptionService>().ListAsync(null, nobody, Ct))));
    }

    private async Task<IReadOnlyList<HandEdit>> ListAsync() => Expect.Accepted(await _host.Database.Get<AdoptionService>().ListAsync(null, Root, Ct));

    private Task<Outcome<Adopted>> AdoptAsync(IReadOnlyList<string>? ids) => _host.Database.Get<AdoptionService>().AdoptAsync(null, ids, isPreview: false, "by hand during the outage", Root, Ct);

    private async Task EditAsync(string file, Func<string, string> edit)
    {
        var path = $"{_host.Managed}/{file}";
        _host.Daemons.Host.With(path, edit((await _host.TextAsync(file))!), _host.Daemons.Host.Files[path].Info.Mode);
    }

    private async Task<string> StoredAsync()
    {
        await using var db = await _host.Database.OpenAsync();
        return string.Join('\n', [.. await db.Mailboxes.Select(m => $"{m.Address} {m.Revision} {m.State}").ToListAsync(Ct), .. await db.Aliases.Select(a => $"{a.Address} {a.Revision}").ToListAsync(Ct), .. await db.Domains.Select(d => d.Name).ToListAsync(Ct), $"{await db.AuditEntries.CountAsync(Ct)}"]);
    }
}
