using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Probes;

/// <summary>Who is told, set up in the portal; and mail that really goes through a relay.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class AlertSetupTests(ProbeLab lab) : IAsyncDisposable
{
    private readonly AlertSetupEdit _mail = new()
    {
        MailTo = ["bob@example.test"], MailFrom = "alice@example.test", MailRelay = "127.0.0.1", MailPort = lab.Host.Ports.Submission, MailUser = "alice@example.test", MailPassword = new Secret(ProbeLab.Password),
        PortalUrl = "https://mailadmin.example.test",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AlertService Service => lab.Portal.Get<AlertService>();

    public async ValueTask DisposeAsync() => await Service.SetUpAsync(new AlertSetupEdit(), Actor.Portal, CancellationToken.None);

    [Fact]
    public async Task Mail_ThroughARealRelay_Arrives_AndTellsChangesOnly()
    {
        var file = await lab.Reach.ReadAsync(BaselineLayout.Certificate(lab.Host), Ct);
        using var certificate = SelfSignedCertificate.Read(file!.Content.Span)!;
        var channel = lab.Portal.Get<IEnumerable<IAlertChannel>>().OfType<MailChannel>().Single();
        Expect.Accepted(await Service.SetUpAsync(_mail, Actor.Portal, Ct));
        var untrusted = Expect.Accepted(await Service.TestAsync("mail", Actor.Portal, Ct)).Single();
        Assert.Contains("127.0.0.1 did not take the mail", untrusted.Failure, StringComparison.Ordinal);

        channel.Roots = [certificate];
        var alarm = new Alarm("queue/lab", Severity.Critical, "Mail waits: 99 messages.", "See the queue.", "/queue");
        await lab.Portal.Get<IAlarms>().RaiseAsync(alarm, Ct);
        await Service.TellAsync(Ct);
        await Service.TellAsync(Ct);
        await lab.Portal.Get<IAlarms>().ClearAsync(alarm.Key, "The queue is empty.", Ct);
        await Service.TellAsync(Ct);
        channel.Roots = null;

        // Twice: that it began, and that it is over.
        var began = TimeProvider.System.GetTimestamp();
        string found;
        do found = (await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "fetch", "-u", "bob@example.test", "hdr.subject hdr.auto-submitted text", "mailbox", "INBOX", "header", "from", "alice@example.test", "body", "See the queue."], ct: Ct)).Output
            + (await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "fetch", "-u", "bob@example.test", "hdr.subject", "mailbox", "INBOX", "header", "subject", "The queue is empty."], ct: Ct)).Output;
        while (!found.Contains("The queue is empty.", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
        Assert.Contains("hdr.subject: Critical: Mail waits: 99 messages.", found, StringComparison.Ordinal);
        Assert.Contains("https://mailadmin.example.test/queue", found, StringComparison.Ordinal);
        Assert.Contains("auto-generated", found, StringComparison.Ordinal);
        Assert.Single(found.Split("hdr.subject: Critical").Skip(1));
        Assert.Single(found.Split("hdr.subject: Well again").Skip(1));
        await lab.MustAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "expunge", "-u", "bob@example.test", "mailbox", "INBOX", "ALL"]);
    }

    [Fact]
    public async Task SetUp_IsSealed_SeenByTheNextProcess_AndShowsNoSecret()
    {
        Expect.Accepted(await Service.SetUpAsync(_mail with { NtfyUrl = "https://ntfy.example.test/topic-7", NtfyToken = new Secret("tk_very_secret") }, Actor.Portal, Ct));
        var path = Path.Combine(lab.Portal.Directory, "alerts.sealed");
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path, Ct));
        foreach (var secret in new[] { "tk_very_secret", "topic-7", ProbeLab.Password, "alice@example.test" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        using var api = await lab.Portal.ApiAsync(Role.Administrator);
        var shown = await api.GetStringAsync("/api/v1/alerts/settings", Ct);
        Assert.Contains("\"hasNtfyToken\":true", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("tk_very_secret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("topic-7", await api.GetStringAsync("/api/v1/alerts", Ct), StringComparison.Ordinal);
        await using var second = await PortalFixture.StartAsync(directory: lab.Portal.Directory);
        Assert.Equal("https://ntfy.example.test/topic-7", Expect.Accepted(await second.Get<AlertService>().ReadSetupAsync(Actor.Portal, Ct)).NtfyUrl);
        await using var db = await lab.Portal.OpenAsync();
        Assert.DoesNotContain(await db.AuditEntries.Where(e => e.Action == "alert.settings").Select(e => e.After).ToListAsync(Ct), after => after!.Contains("topic-7", StringComparison.Ordinal) || after.Contains("tk_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SetUp_SecretStaysWithItsServer_AndGoesToNoOther()
    {
        Expect.Accepted(await Service.SetUpAsync(_mail with { NtfyUrl = "https://ntfy.example.test/a", NtfyToken = new Secret("tk_1") }, Actor.Portal, Ct));
        Assert.True(Expect.Accepted(await Service.SetUpAsync(_mail with { NtfyUrl = "https://ntfy.example.test/b" }, Actor.Portal, Ct)).HasNtfyToken);
        Assert.Equal("ntfyToken", Assert.Single(Expect.Refused(await Service.SetUpAsync(_mail with { NtfyUrl = "https://evil.example.test/b" }, Actor.Portal, Ct))).Field);
        Assert.Equal("mailPassword", Assert.Single(Expect.Refused(await Service.SetUpAsync(_mail with { NtfyUrl = "https://ntfy.example.test/b", MailRelay = "evil.example.test", MailPassword = null }, Actor.Portal, Ct))).Field);
        Assert.False(Expect.Accepted(await Service.SetUpAsync(_mail with { NtfyUrl = "https://evil.example.test/b", NtfyToken = new Secret("") }, Actor.Portal, Ct)).HasNtfyToken);
    }

    [Fact]
    public async Task SetUp_WhatCannotBe_IsRefusedAllAtOnce_AndNothingChanges()
    {
        Expect.Accepted(await Service.SetUpAsync(_mail, Actor.Portal, Ct));
        var reasons = Expect.Refused(await Service.SetUpAsync(new AlertSetupEdit { WebhookUrl = "ftp://x", NtfyUrl = "nonsense", MailTo = ["bob"], MailFrom = "", MailPort = 0, HeartbeatSeconds = 1 }, Actor.Portal, Ct));
        Assert.Equal(["heartbeatSeconds", "mailFrom", "mailPassword", "mailPort", "mailRelay", "mailTo", "ntfyUrl", "webhookUrl"], reasons.Select(reason => reason.Field).Distinct().Order());
        Assert.Equal("bob@example.test", Assert.Single(Expect.Accepted(await Service.ReadSetupAsync(Actor.Portal, Ct)).MailTo));
        using var auditor = await lab.Portal.ApiAsync(Role.Auditor);
        Assert.Equal(403, (int)(await auditor.GetAsync("/api/v1/alerts/settings", Ct)).StatusCode);
    }
}
