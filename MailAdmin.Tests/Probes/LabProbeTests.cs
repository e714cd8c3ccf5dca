using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Machine;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Probes;

/// <summary>Every check green on a sound host; then each made red by really breaking that thing.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class LabProbeTests(ProbeLab lab)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Smtp => $"127.0.0.1:{lab.Host.Ports.Smtp}/inet";

    private string Submissions => $"127.0.0.1:{lab.Host.Ports.Submissions}/inet";

    private string Submission => $"127.0.0.1:{lab.Host.Ports.Submission}/inet";

    [Fact]
    public async Task SoundHost_EveryCheck_IsOkAndTimed()
    {
        var results = await lab.RunAsync();
        Assert.Equal("", string.Join('\n', results.Where(r => r.Finding.Severity != Severity.Ok).Select(r => $"{r.Probe}: {r.Finding.What} {r.Finding.Evidence}")));
        Assert.Equal(lab.Portal.Get<ProbeRunner>().Kinds.Keys.Order(), results.Select(r => r.Probe).Order());
        var login = results.Single(r => r.Probe == "submission-login").Finding;
        Assert.Equal(["connect", "greeting", "tls", "login", "command"], login.Times.Select(time => time.Name));
        Assert.Equal(["connect", "tls", "greeting", "login", "command"], results.Single(r => r.Probe == "imaps-login").Finding.Times.Select(time => time.Name));
        Assert.Contains(login.Transcript, line => line.Text == "AUTH PLAIN ***");
    }

    [Fact]
    public async Task Postfix_SetWrongly_TurnsEachCheckRedAndGreenAgain()
    {
        // Each setting breaks what one check reads; together they cost one reload.
        (string Probe, Severity Severity, string Setting, string Words)[] broken =
        [
            ("smtp-relay", Severity.Critical, "smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination", "relays for anybody"),
            ("smtp-starttls", Severity.Critical, "smtpd_tls_security_level=none", "does not offer STARTTLS"),
            ("smtp-vrfy", Severity.Warning, "disable_vrfy_command=no", "answers VRFY"),
            ("smtp-banner", Severity.Warning, "smtpd_banner=localhost ESMTP", "greets with a name that is not mail.example.test"),
        ];
        await using (await lab.PostfixAsync(["-e", .. broken.Select(one => one.Setting), "default_transport=smtp"]))
            foreach (var (probe, severity, _, words) in broken)
            {
                var finding = await lab.UntilAsync(probe, severity);
                Assert.Contains(words, finding.What, StringComparison.Ordinal);
                Assert.NotEmpty(finding.WhatToDo);
            }
        foreach (var (probe, _, _, _) in broken) await lab.UntilAsync(probe, Severity.Ok);
    }

    [Fact]
    public async Task SubmissionPorts_WithoutTlsOrAuthOrOwnSenders_AreCritical()
    {
        await using (await lab.PostfixAsync(["-P", $"{Submission}/smtpd_tls_security_level=none", $"{Submissions}/smtpd_sasl_auth_enable=no"]))
        {
            Assert.Contains("does not offer STARTTLS", (await lab.UntilAsync("submission-tls", Severity.Critical)).What, StringComparison.Ordinal);
            Assert.Contains("password was not sent", (await lab.UntilAsync("submission-login", Severity.Critical)).What, StringComparison.Ordinal);
            Assert.Contains("offers no AUTH", (await lab.UntilAsync("submissions-auth", Severity.Critical)).What, StringComparison.Ordinal);
        }
        await using (await lab.PostfixAsync(["-P", $"{Submission}/smtpd_sender_restrictions=", $"{Submissions}/smtpd_sender_restrictions="]))
            foreach (var probe in new[] { "submission-sender", "submissions-sender" }) Assert.Contains("addresses of others", (await lab.UntilAsync(probe, Severity.Critical)).What, StringComparison.Ordinal);
        foreach (var probe in new[] { "submission-tls", "submission-login", "submissions-auth", "submission-sender", "submissions-sender" }) await lab.UntilAsync(probe, Severity.Ok);
    }

    [Fact]
    public async Task AuthWithoutTls_OnBothPorts_IsCritical()
    {
        await using (await lab.PostfixAsync(["-P", $"{Smtp}/smtpd_sasl_auth_enable=yes", $"{Smtp}/smtpd_tls_auth_only=no", $"{Submission}/smtpd_tls_auth_only=no", $"{Submission}/smtpd_tls_security_level=may"]))
        {
            Assert.Contains("without TLS", (await lab.UntilAsync("smtp-auth", Severity.Critical)).What, StringComparison.Ordinal);
            Assert.Contains("before TLS", (await lab.UntilAsync("submission-auth", Severity.Critical)).What, StringComparison.Ordinal);
        }
        await lab.UntilAsync("smtp-auth", Severity.Ok);
        await lab.UntilAsync("submission-auth", Severity.Ok);
    }

    [Fact]
    public async Task Certificate_Expired_IsCriticalOnEveryPort_AndPasswordsStillOnlyGoToIt()
    {
        var expired = Pem(lab.Host.Name, TimeProvider.System.GetUtcNow().AddDays(-30), TimeProvider.System.GetUtcNow().AddDays(-1));
        await using (await ProbeLab.FileAsync(BaselineLayout.Certificate(lab.Host), expired))
        {
            // Not reloaded yet: what is served is no longer what lies there.
            Assert.Contains("another certificate", (await lab.UntilAsync("certificate-file", Severity.Critical)).What, StringComparison.Ordinal);
            await lab.ReloadAsync();
            foreach (var port in new[] { "smtp", "submission", "submissions", "imaps" }) Assert.Contains("expired", (await lab.UntilAsync($"certificate-{port}", Severity.Critical)).What, StringComparison.Ordinal);
        }
        await lab.ReloadAsync();
        foreach (var probe in new[] { "certificate-smtp", "certificate-imaps", "certificate-file", "imaps-login" }) await lab.UntilAsync(probe, Severity.Ok);
    }

    [Fact]
    public async Task OldPorts_Open_AreWarnings()
    {
        int[] ports = [143, 110, 995];
        await using (await lab.DovecotAsync($"service imap-login {{\n{string.Concat(ports.Select(port => $"  inet_listener old{port} {{\n    port = {lab.Host.Ports.Imaps - 993 + port}\n  }}\n"))}}}\n"))
            foreach (var port in ports) Assert.Contains("open", (await lab.UntilAsync($"closed-{port}", Severity.Warning)).What, StringComparison.Ordinal);
        foreach (var port in ports) await lab.UntilAsync($"closed-{port}", Severity.Ok);
    }

    [Fact]
    public async Task HostWithBothFamilies_IsAskedByEach_AndWhatFailsByOneIsSaidOfThatOne()
    {
        lab.Dns[$"AAAA {lab.Host.Name}"] = "::1";
        try
        {
            await SetAsync(host => host.Kind = HostKind.Local);
            await using (await lab.DovecotAsync("listen = 127.0.0.1, ::1\n"))
            {
                // Dovecot listens on both, Postfix on IPv4 alone.
                Assert.Equal("IPv4 Ok, IPv6 Ok", await FamiliesAsync("imaps-greeting", "IPv4 Ok, IPv6 Ok"));
                Assert.Equal("IPv4 Ok, IPv6 Critical", await FamiliesAsync("submissions-tls", "IPv4 Ok, IPv6 Critical"));
                var states = Assert.Single(Expect.Accepted(await lab.Portal.Get<ProbeService>().ReadAsync(null, Actor.Portal, Ct))).Probes;
                Assert.Equal(2, states.Count(state => state.Latest.Probe == "imaps-greeting"));
            }
            Assert.Equal("IPv4 Ok, IPv6 Critical", await FamiliesAsync("imaps-greeting", "IPv4 Ok, IPv6 Critical"));
            Assert.Contains($"probe/{lab.Host.Name}/submissions-tls/IPv6", await AlarmsAsync());
        }
        finally
        {
            lab.Dns.Remove($"AAAA {lab.Host.Name}");
            await SetAsync(host => host.Kind = HostKind.Lab);
            await lab.Portal.Get<ProbeService>().TidyAsync(lab.Host, default, CancellationToken.None);
            // The address is gone, and with it what was wrong by it.
            Assert.DoesNotContain(await AlarmsAsync(), key => key.EndsWith("/IPv6", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task AnyPassword_LetIn_IsCritical()
    {
        await using (await lab.DovecotAsync("passdb {\n  driver = static\n  args = nopassword=y\n}\n"))
        {
            await lab.UntilAsync("imaps-wrong-password", Severity.Critical);
            await lab.UntilAsync("submission-wrong-password", Severity.Critical);
        }
        await lab.UntilAsync("imaps-wrong-password", Severity.Ok);
        await lab.UntilAsync("submission-wrong-password", Severity.Ok);
    }

    [Fact]
    public async Task RightPassword_Refused_IsCritical()
    {
        await lab.RunAsync("imaps-login");
        await using (await ProbeLab.FileAsync($"{BaselineLayout.Passwd(lab.Host)}/{ProbeLab.Domain}", null))
        {
            await lab.UntilAsync("imaps-login", Severity.Critical);
            await lab.UntilAsync("submission-login", Severity.Critical);
            await lab.UntilAsync("submissions-login", Severity.Critical);
        }
        await lab.UntilAsync("imaps-login", Severity.Ok);
    }

    [Fact]
    public async Task Idle_NotOffered_IsAWarning()
    {
        await using (await lab.DovecotAsync("protocol imap {\n  imap_capability = IMAP4rev1 UIDPLUS\n}\n")) await lab.UntilAsync("imaps-idle", Severity.Warning);
        await lab.UntilAsync("imaps-idle", Severity.Ok);
    }

    [Fact]
    public async Task Dovecot_Stopped_IsSeenFromEverySide_AndMailWaitsInTheQueue()
    {
        var daemons = new Daemons(lab.Reach, lab.Host);
        await lab.MustAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "stop"]);
        await using (ProbeLab.Later(() => daemons.StartAsync(default)))
        {
            await lab.UntilAsync("daemons", Severity.Critical);
            await lab.UntilAsync("lmtp-socket", Severity.Critical);
            Assert.Contains("cannot be reached", (await lab.UntilAsync("imaps-greeting", Severity.Critical)).What, StringComparison.Ordinal);
            await lab.UntilAsync("submission-auth", Severity.Critical, mayBreakOff: true);
            var trip = await lab.TripAsync("alice@example.test", "bob@example.test", withPasswords: false);
            Assert.False(trip.Outcome is Core.Probes.RoundTrips.RoundTripOutcome.Arrived, trip.Sentence);
            await lab.UntilAsync("queue", Severity.Warning);
            await lab.UntilAsync("queue", Severity.Warning);
            var alarms = await AlarmsAsync();
            foreach (var about in new[] { "daemons", "queue" }) Assert.Contains($"probe/{lab.Host.Name}/{about}", alarms);
            await QueueAsOfAsync(TimeSpan.FromHours(5), Severity.Warning, "the oldest since 5 hours");
            await QueueAsOfAsync(TimeSpan.FromHours(1), Severity.Ok, "waits in the queue");
        }
        await lab.MustAsync(["postqueue", "-c", lab.Host.PostfixDirectory, "-f"]);
        foreach (var probe in new[] { "daemons", "lmtp-socket", "imaps-greeting", "queue", "queue" }) await lab.UntilAsync(probe, Severity.Ok);
        Assert.DoesNotContain($"probe/{lab.Host.Name}/daemons", await AlarmsAsync());
    }

    [Fact]
    public async Task LmtpSocket_Gone_IsCriticalWhileAllElseIsWell()
    {
        var queue = (await lab.Reach.RunAsync(["postconf", "-c", lab.Host.PostfixDirectory, "-x", "-h", "queue_directory"], ct: Ct)).Output.Trim();
        var socket = $"{queue}/{BaselineLayout.LmtpSocket}";
        File.Move(socket, socket + ".away");
        await using (ProbeLab.Later(() => { File.Move(socket + ".away", socket); return Task.CompletedTask; }))
            Assert.Equal("lmtp-socket", Assert.Single(await lab.RunAsync(), result => result.Finding.Severity is Severity.Critical).Probe);
        await lab.UntilAsync("lmtp-socket", Severity.Ok);
    }

    [Fact]
    public async Task Disk_Full_IsCritical()
    {
        var folder = $"{lab.Directory}/small";
        Directory.CreateDirectory(folder);
        Run("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=40", "tmpfs", folder);
        try
        {
            await SetAsync(host => host.MailRoot = folder);
            await lab.UntilAsync("disk", Severity.Ok);
            await using (var file = new FileStream($"{folder}/fill", FileMode.Create))
                try { while (true) file.Write(new byte[64 << 10]); } catch (IOException) { }
            Assert.Contains("disk of mail has 0 % of its room", (await lab.UntilAsync("disk", Severity.Critical)).What, StringComparison.Ordinal);
            File.Delete($"{folder}/fill");
            try { for (var i = 0; ; i++) Directory.CreateDirectory($"{folder}/{i}"); } catch (IOException) { }
            Assert.Contains("of its inodes", (await lab.UntilAsync("disk", Severity.Critical)).What, StringComparison.Ordinal);
        }
        finally
        {
            await SetAsync(host => host.MailRoot = lab.Host.MailRoot);
            Run("umount", folder);
        }
        await lab.UntilAsync("disk", Severity.Ok);
    }

    [Theory]
    [InlineData(-10, Severity.Critical), InlineData(10, Severity.Critical), InlineData(1, Severity.Warning)]
    public async Task Clock_Wrong_IsSeen(int minutes, Severity severity)
    {
        try
        {
            lab.ClockIsOff = TimeSpan.FromMinutes(minutes);
            Assert.Contains(minutes > 0 ? "slow" : "fast", (await lab.UntilAsync("clock", severity)).What, StringComparison.Ordinal);
        }
        finally
        {
            lab.ClockIsOff = TimeSpan.Zero;
        }
        await lab.UntilAsync("clock", Severity.Ok);
    }

    [Fact]
    public async Task Log_ThatDoesNotGrowOrIsNotUnderstood_IsSeen()
    {
        var path = $"{lab.Directory}/other.log";
        try
        {
            await SetAsync(host => host.LogSources = [path]);
            await lab.UntilAsync("log", Severity.Critical);
            await File.WriteAllTextAsync(path, string.Concat(Enumerable.Range(0, 40).Select(i => $"{TimeProvider.System.GetUtcNow():MMM dd HH:mm:ss} mail postfix/smtpd[{i}]: nobody ever wrote such a line {i}\n")), Ct);
            await lab.UntilAsync("log", Severity.Warning);
            await lab.UntilAsync("log", Severity.Warning);
            Assert.Contains($"probe/{lab.Host.Name}/log", await AlarmsAsync());
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
            Assert.Contains("does not grow", (await lab.UntilAsync("log", Severity.Critical)).What, StringComparison.Ordinal);
        }
        finally
        {
            await SetAsync(host => host.LogSources = lab.Host.LogSources);
        }
        await lab.UntilAsync("log", Severity.Ok);
    }

    [Fact]
    public async Task WeakHash_InTheDatabase_IsCriticalAndNamesTheAccount()
    {
        await using var db = await lab.Portal.OpenAsync();
        var bob = await db.Mailboxes.AsNoTracking().SingleAsync(m => m.Address == "bob@example.test", Ct);
        await db.Mailboxes.Where(m => m.Id == bob.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.PasswordHash, "{PLAIN}secret-of-bob"), Ct);
        var finding = await lab.UntilAsync("weak-hashes", Severity.Critical);
        await db.Mailboxes.Where(m => m.Id == bob.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.PasswordHash, bob.PasswordHash), Ct);
        Assert.Contains("bob@example.test", finding.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-bob", finding.Evidence, StringComparison.Ordinal);
        await lab.UntilAsync("weak-hashes", Severity.Ok);
    }

    // The real queue, looked at some hours later.
    private async Task QueueAsOfAsync(TimeSpan later, Severity severity, string words)
    {
        var round = new ProbeRound(lab.Host, lab.Reach, lab.Portal.Get<IConnector>(), null, new ProbesOptions(), new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later), Ct);
        var finding = await new QueueProbe().RunAsync(round, new ProbeSide(System.Net.IPAddress.Loopback), Ct);
        Assert.Equal((severity, true), (finding.Severity, finding.What.Contains(words, StringComparison.Ordinal)));
    }

    private async Task<IReadOnlyList<string>> AlarmsAsync() =>
        [.. Expect.Accepted(await lab.Portal.Get<AlertService>().ReadAsync(Actor.Portal, Ct)).Alarms.Select(alarm => alarm.Alarm.Key)];

    // Asks until both families answer so, or it has taken too long.
    private async Task<string> FamiliesAsync(string probe, string wanted)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = string.Join(", ", (await lab.RunAsync(probe)).Select(result => $"{result.Family} {result.Finding.Severity}"));
            if (found == wanted || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) return found;
        }
    }

    private async Task SetAsync(Action<Host> change)
    {
        await using var db = await lab.Portal.OpenAsync();
        change(await db.Hosts.SingleAsync());
        await db.SaveChangesAsync();
    }

    private static byte[] Pem(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(from, until);
        return Encoding.ASCII.GetBytes($"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }

    private static void Run(params string[] command)
    {
        var start = new System.Diagnostics.ProcessStartInfo(command[0]) { RedirectStandardError = true };
        foreach (var argument in command[1..]) start.ArgumentList.Add(argument);
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
