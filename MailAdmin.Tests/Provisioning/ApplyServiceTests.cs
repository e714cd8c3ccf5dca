using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

public sealed class ApplyServiceTests
{
    private const string Passwd = "dovecot/passwd/example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_FirstMailbox_WritesEveryFileAndPlanIsEmpty()
    {
        await using var host = await InMemoryAsync();
        var served = await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"), Alias("sales@example.test", "alice@example.test"));
        Assert.StartsWith($"# Managed by MailAdmin", await host.TextAsync(Passwd));
        Assert.Contains($"alice@example.test:{Hash}::::::", await host.TextAsync(Passwd));
        Assert.Contains("sales@example.test\talice@example.test\n", await host.TextAsync("postfix/virtual_alias_maps"));
        Assert.Contains(KeyValuePair.Create("alice@example.test", "example.test/alice/"), CdbText.Rows(host.Daemons.Host.Bytes($"{host.Managed}/postfix/virtual_mailbox_maps.cdb")!));
        Assert.Contains("sales@example.test\talice@example.test\n", await host.TextAsync("postfix/sender_login_maps"));
        Assert.Contains(served.Steps, s => s is { Name: "seenByDovecot", Ok: true });
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Serve_PasswordChange_TouchesOnePasswdFileOnly()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Domain("other.test"), Mailbox("alice@example.test"), Mailbox("bob@other.test"));
        host.Daemons.Host.Ran.Clear();
        host.Daemons.Connected.AddRange(["alice@example.test", "bob@other.test"]);
        var served = await host.LiveAsync(Password("alice@example.test", "battery staple correct"));
        var details = Expect.Accepted(await host.History.GetAsync(served.GenerationId!.Value, Root, Ct));
        Assert.EndsWith(Passwd, Assert.Single(details.Changes).Path);
        Assert.Equal("Set a new password for user alice@example.test (example.test).", details.View.Sentence);
        Assert.DoesNotContain(host.Daemons.Host.Ran, r => r.Command[0] == "postmap");
        Assert.Equal(["alice@example.test"], host.Daemons.Kicked);
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Theory]
    [InlineData("doveadm -c /etc/dovecot/dovecot.conf who")]
    [InlineData("doveadm -c /etc/dovecot/dovecot.conf kick")]
    public async Task Serve_OpenSessionsCannotBeEnded_IsLiveAndSaysSoInAStepThatFailed(string fails)
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        host.Daemons.Connected.Add("alice@example.test");
        host.Daemons.Fails = fails;
        var served = await host.LiveAsync(Password("alice@example.test", "battery staple correct"));
        var step = Assert.Single(served.Steps, s => !s.Ok);
        Assert.Equal("kicked", step.Name);
        Assert.Contains("alice@example.test", step.Sentence);
        Assert.Contains("doveadm kick", served.Sentence);
        var details = Expect.Accepted(await host.History.GetAsync(served.GenerationId!.Value, Root, Ct));
        Assert.Contains(details.Steps, s => s is { Name: "kicked", Ok: false });
    }

    [Fact]
    public async Task Serve_CatchAllOverAnAddressThatIsTurnedAway_AsksForAnother()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Domain("alias.test", "example.test"), Mailbox("alice@example.test"), Mailbox("left@example.test"));
        await host.LiveAsync(TrashMailbox("left@example.test"));
        await host.LiveAsync(Alias("@example.test", "alice@example.test"));
        Assert.Contains("left@alias.test\tREJECT", await host.TextAsync("postfix/recipient_access"));
        Assert.Contains("left@alias.test\t", await host.TextAsync("postfix/virtual_alias_maps"));
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Serve_HashesNeverShowInPlanOrHistory()
    {
        await using var host = await InMemoryAsync();
        var revision = await host.ChangeAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var plan = await host.PlanAsync();
        var served = await host.ServeAsync(revision);
        var details = Expect.Accepted(await host.History.GetAsync(served.GenerationId!.Value, Root, Ct));
        var text = System.Text.Json.JsonSerializer.Serialize((plan.Steps, details), new System.Text.Json.JsonSerializerOptions { IncludeFields = true });
        Assert.Contains("alice@example.test", text);
        Assert.DoesNotContain("GkzgkzVbauGAKXp", text);
        Assert.DoesNotContain("saltsalt", text);
    }

    [Fact]
    public async Task Serve_ManyAtOnce_ShareRuns()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"));
        var served = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => await host.ServeAsync(await host.ChangeAsync(Mailbox($"user{i}@example.test")))));
        Assert.All(served, s => Assert.Equal(ServedState.Live, s.State));
        await using var db = await host.Database.OpenAsync();
        Assert.InRange(await db.Generations.CountAsync(Ct), 2, 25);
        Assert.Equal(31, (await host.TextAsync(Passwd))!.Split('\n').Count(l => l.Length > 0));
        var row = await db.Hosts.SingleAsync(Ct);
        Assert.Equal(row.DesiredRevision, row.AppliedRevision);
    }

    [Fact]
    public async Task Serve_EveryActFailing_ReturnsToFormerAndLaterSucceeds()
    {
        var acts = 0;
        for (var n = 1; n <= acts || n == 1; n++)
        {
            await using var host = await InMemoryAsync();
            await host.LiveAsync(Domain("example.test"), Domain("old.test"), Mailbox("alice@example.test"), Mailbox("carol@old.test"));
            var before = Contents(host);
            var revision = await host.ChangeAsync(Mailbox("bob@example.test"), State("alice@example.test", MailboxState.Suspended), TrashDomain("old.test"));
            var fake = host.Daemons.Host;
            var began = fake.Acts;
            fake.FailAt = began + n;
            var served = await host.ServeAsync(revision);
            fake.FailAt = 0;
            if (served.State == ServedState.Live)
            {
                Assert.True(n > 5, $"nothing failed at act {n}");
                break;
            }
            acts = n + 1;
            Assert.Equal(ServedState.Failed, served.State);
            Assert.Contains("No space left", served.Sentence);
            Assert.Equal(before, Contents(host));
            Assert.Equal(ServedState.Live, (await host.ServeAsync(revision)).State);
            Assert.Empty((await host.PlanAsync()).Steps);
        }
    }

    [Theory]
    [InlineData(".next")]
    [InlineData("postmap -c /etc/postfix -q -")]
    [InlineData("doveadm -c /etc/dovecot/dovecot.conf user")]
    public async Task Serve_ProgramFails_ReturnsToFormer(string program)
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var before = Contents(host);
        host.Daemons.Fails = program;
        var revision = await host.ChangeAsync(Mailbox("bob@example.test"));
        var served = await host.ServeAsync(revision);
        Assert.Equal(ServedState.Failed, served.State);
        host.Daemons.Fails = null;
        var details = Expect.Accepted(await host.History.GetAsync(served.GenerationId!.Value, Root, Ct));
        Assert.Equal(GenerationState.ReturnedToFormer, details.View.State);
        Assert.Contains(details.Steps, s => !s.Ok);
        Assert.Equal(before, Contents(host));
        Assert.Equal(ServedState.Live, (await host.ServeAsync(revision)).State);
    }

    [Fact]
    public async Task Serve_TableReadsBackWrong_IsNotPutInUse()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var before = Contents(host);
        var revision = await host.ChangeAsync(Mailbox("bob@example.test"));
        host.Daemons.Compiled = text => text.Replace("bob@example.test\texample.test/bob/\n", "", StringComparison.Ordinal);
        var served = await host.ServeAsync(revision);
        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains("does not hold what its source says", served.Sentence);
        Assert.Equal(before, Contents(host));
    }

    [Fact]
    public async Task Apply_HandEdit_IsShownAndNotOverwrittenUnseen()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var path = $"{host.Managed}/{Passwd}";
        var edited = host.Daemons.Host.Text(path) + "mallory@example.test:{PLAIN}secret::::::\n";
        Put(host, path, edited);

        var step = Assert.Single((await host.PlanAsync()).Steps);
        Assert.Equal(PlanStepKind.Drift, step.Kind);
        Assert.Contains("mallory@example.test", step.Sentence);
        Assert.DoesNotContain("secret", step.Diff + step.Before + step.Base);
        var served = await host.ServeAsync(await host.ChangeAsync(Mailbox("bob@example.test")));
        Assert.Equal(ServedState.NeedsDecision, served.State);
        Assert.Equal(edited, host.Daemons.Host.Text(path));

        var stopped = Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(), Root, Ct));
        Assert.Equal(ServedState.NeedsDecision, stopped.State);
        Assert.Equal(new DecisionNeeded("mail.example.test", true, null), stopped.Decision);
        var applied = Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(OverwriteDrift: true), Root, Ct));
        Assert.Equal(ServedState.Live, applied.State);
        Assert.DoesNotContain("mallory", host.Daemons.Host.Text(path));
        Assert.Empty((await host.PlanAsync()).Steps);
        var run = Expect.Accepted(await host.History.GetAsync(applied.GenerationId!.Value, Root, Ct));
        Assert.All(run.Changes.Select(c => c.Sentence).Append(run.View.Sentence), sentence => Assert.DoesNotContain("Applying would", sentence));
        Assert.Contains(run.Changes, c => c.Sentence.StartsWith("Replace the hand edit of example.test (add user mallory@example.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_ManyAccountsGo_WantsTheirNumberTyped()
    {
        await using var host = await InMemoryAsync(options: o => (o.GuardAccounts, o.GuardShare) = (2, 0.3));
        await host.LiveAsync([Domain("example.test"), .. Enumerable.Range(0, 6).Select(i => Mailbox($"user{i}@example.test"))]);
        var revision = await host.ChangeAsync([.. Enumerable.Range(0, 4).Select(i => TrashMailbox($"user{i}@example.test"))]);
        var served = await host.ServeAsync(revision);
        Assert.Equal(ServedState.NeedsDecision, served.State);
        Assert.Contains("4 of 6 accounts would go", served.Sentence);
        Assert.Equal(ServedState.NeedsDecision, Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(Confirmation: "5"), Root, Ct)).State);
        Assert.Equal(ServedState.Live, Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(Confirmation: "4"), Root, Ct)).State);
    }

    [Fact]
    public async Task Apply_EmptyDatabaseOnHostWithAccounts_WritesNothing()
    {
        await using var full = await InMemoryAsync();
        await full.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var before = Contents(full);
        await using var empty = await ServedHost.CreateAsync(new Host { Name = "mail.example.test", Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", MapTypes = ["cdb"] } }, full.Reach, full.Daemons);
        var served = Expect.Accepted(await empty.Apply.ApplyAsync(new ApplyRequest(OverwriteDrift: true), Root, Ct));
        Assert.Equal(ServedState.NeedsDecision, served.State);
        Assert.Contains("knows no domain", served.Sentence);
        Assert.Equal(before, Contents(full));
    }

    [Fact]
    public async Task Serve_HostWantsApproval_WaitsIsSupersededAndApproved()
    {
        await using var host = await InMemoryAsync(h => h.RequiresApproval = true);
        var first = await host.ServeAsync(await host.ChangeAsync(Domain("example.test")));
        Assert.Equal(ServedState.WaitsForApproval, first.State);
        var second = await host.ServeAsync(await host.ChangeAsync(Mailbox("alice@example.test")));
        Assert.Equal(ServedState.WaitsForApproval, second.State);
        Assert.Null(await host.TextAsync(Passwd));
        Assert.IsType<ChangedMeanwhile>(Assert.Single(Expect.Refused(await host.Apply.ApproveAsync(first.GenerationId!.Value, Root, Ct))));
        var approved = Expect.Accepted(await host.Apply.ApproveAsync(second.GenerationId!.Value, Root, Ct));
        Assert.Equal(ServedState.Live, approved.State);
        Assert.Equal(second.GenerationId, approved.GenerationId);
        Assert.Contains("alice@example.test", await host.TextAsync(Passwd));
    }

    [Fact]
    public async Task RollBack_ToFormerRun_RestoresObjectsAndFiles()
    {
        await using var host = await InMemoryAsync();
        var good = await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"), Alias("sales@example.test", "alice@example.test"));
        var before = Contents(host);
        await host.LiveAsync(Mailbox("bob@example.test"), Domain("more.test"), Mailbox("carol@more.test"), State("alice@example.test", MailboxState.Suspended), TrashAlias("sales@example.test"));
        Assert.NotEqual(before, Contents(host));
        var outcome = await host.History.RollBackAsync(good.GenerationId!.Value, Root, ChangeOptions.Default, Ct);
        Expect.Accepted(outcome);
        Assert.Equal(ServedState.Live, (await host.ServeAsync(((Outcome<GenerationView>.Accepted)outcome).Revision!.Value)).State);
        Assert.Equal(before, Contents(host));
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Preview_ShowsThePlanAndChangesNothing()
    {
        await using var host = await InMemoryAsync();
        await host.LiveAsync(Domain("example.test"), Mailbox("alice@example.test"));
        var before = Contents(host);
        var plan = Expect.Accepted(await host.Plans.PreviewAsync(options => host.Database.Get<MailboxService>().AddAsync(new NewMailbox("bob@example.test"), Root, options, Ct), Ct));
        Assert.Contains(plan.Steps, s => s.Sentence.StartsWith("Add user bob@example.test", StringComparison.Ordinal));
        Assert.Equal(before, Contents(host));
        Assert.Empty((await host.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Apply_Auditor_IsRefused()
    {
        await using var host = await InMemoryAsync();
        await using var db = await host.Database.OpenAsync();
        var person = new Administrator { UserName = "auditor", Role = Role.Auditor };
        db.Users.Add(person);
        await db.SaveChangesAsync(Ct);
        var actor = new Actor(ActorKind.Administrator, person.Id, "auditor", "web");
        Assert.IsType<NotPermitted>(Assert.Single(Expect.Refused(await host.Apply.ApplyAsync(new ApplyRequest(), actor, Ct))));
        Assert.IsType<NotPermitted>(Assert.Single(Expect.Refused(await host.History.RollBackAsync(1, actor, ChangeOptions.Default, Ct))));
    }

    internal static SortedDictionary<string, string> Contents(ServedHost host) =>
        new(host.Daemons.Host.Files.Where(f => !f.Key.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(f => f.Key, f => System.Text.Encoding.UTF8.GetString(f.Value.Content.Span)), StringComparer.Ordinal);

    internal static void Put(ServedHost host, string path, string content)
    {
        var old = host.Daemons.Host.Files[path].Info;
        host.Daemons.Host.With(path, content, old.Mode);
    }
}
