using System.Net;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>What is looked at before an order.</summary>
public sealed class PreflightTests
{
    private const string OurUrl = "https://acme-v02.api.letsencrypt.org/acme/acct/1";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, ChallengeKind, VerdictLevel, string> Caa() => new()
    {
        { "mail.example.org", "", ChallengeKind.Http, VerdictLevel.Good, "No CAA record restricts" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org\"", ChallengeKind.Http, VerdictLevel.Good, "permits this authority" },
        { "mail.example.org", "example.org=0 issue \"other.example\"", ChallengeKind.Http, VerdictLevel.Blocks, "CAA of example.org permits other.example, not this authority" },
        { "mail.example.org", "example.org=0 issue \";\"", ChallengeKind.Http, VerdictLevel.Blocks, "permits nobody" },
        { "mail.example.org", "mail.example.org=0 issue \"letsencrypt.org\"|example.org=0 issue \"other.example\"", ChallengeKind.Http, VerdictLevel.Good, "CAA of mail.example.org" },   // RFC 8659 3: the first set found counts
        { "mail.example.org", "example.org=0 iodef \"mailto:x@example.org\"", ChallengeKind.Http, VerdictLevel.Good, "does not restrict" },
        { "*.example.org", "example.org=0 issue \"letsencrypt.org\"", ChallengeKind.Dns, VerdictLevel.Good, "permits this authority" },
        { "*.example.org", "example.org=0 issue \"letsencrypt.org\",0 issuewild \";\"", ChallengeKind.Dns, VerdictLevel.Blocks, "permits nobody" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org\",0 issuewild \";\"", ChallengeKind.Http, VerdictLevel.Good, "permits this authority" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org; validationmethods=dns-01\"", ChallengeKind.Http, VerdictLevel.Blocks, "only by dns-01, not by http-01" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org; validationmethods=dns-01,http-01\"", ChallengeKind.Http, VerdictLevel.Good, "permits" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org; accounturi=" + OurUrl + "\"", ChallengeKind.Http, VerdictLevel.Good, "this account" },
        { "mail.example.org", "example.org=0 issue \"letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/2\"", ChallengeKind.Http, VerdictLevel.Blocks, "permits only the account" },
        { "mail.example.org", "example.org=128 future \"x\"", ChallengeKind.Http, VerdictLevel.Blocks, "critical property 'future'" },
        { "mail.example.org", "example.org=!", ChallengeKind.Http, VerdictLevel.Blocks, "could not be read (ServerFailure)" },
    };

    [Theory]
    [MemberData(nameof(Caa))]
    public async Task Caa_RecordsOfAllSorts_AreJudgedAsAuthoritiesDo(string name, string records, ChallengeKind challenge, VerdictLevel level, string word)
    {
        var dns = new DnsRecords { ["A mail.example.org"] = "192.0.2.1" };
        foreach (var record in records.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (at, text) = (record[..record.IndexOf('=')], record[(record.IndexOf('=') + 1)..]);
            dns[$"CAA {at}"] = text == "!" ? DnsOutcome.ServerFailure : DnsRecords.Of(text.Split(",0 ").Select((t, i) => i == 0 ? t : "0 " + t).ToArray());
        }
        var verdict = Assert.Single(await new CaaCheck(dns).RunAsync(Subject(name, challenge), Ct));
        Assert.Equal(level, verdict.Level);
        Assert.Contains(word, verdict.Sentence);
        if (level == VerdictLevel.Blocks) Assert.NotEqual("", verdict.WhatToDo);
    }

    [Theory]
    [InlineData(30, VerdictLevel.Good)]
    [InlineData(-120, VerdictLevel.Warning)]
    [InlineData(3600, VerdictLevel.Blocks)]
    public async Task Authority_ClockOff_IsToldByTheAuthoritysDate(int seconds, VerdictLevel level)
    {
        var verdicts = await new AuthorityCheck().RunAsync(Subject("mail.example.org", ChallengeKind.Http, Directory(Now.AddSeconds(-seconds))), Ct);
        Assert.Equal(level, Assert.Single(verdicts, v => v.Check == "clock").Level);
    }

    [Fact]
    public async Task Authority_BudgetUsedUp_BlocksUntilTheOldestNoLongerCounts()
    {
        var subject = Subject("mail.example.org", ChallengeKind.Http) with { Budget = [new BudgetLine("certificates for exactly these names in seven days", 5, 5, Now.AddDays(2)), new BudgetLine("certificates for example.org in seven days", 49, 50, Now.AddDays(2))] };
        var budget = (await new AuthorityCheck().RunAsync(subject, Ct)).Where(v => v.Check == "budget").ToList();
        Assert.Equal([VerdictLevel.Blocks, VerdictLevel.Warning], budget.Select(v => v.Level));
        Assert.Equal(Now.AddDays(2), budget[0].ReadyAt);
    }

    [Fact]
    public async Task Budget_CountsOurOwnLedger_ByRegisteredDomainNamesAndProofs()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await using var db = await database.OpenAsync();
        var directory = Authority.All[0].Directory.AbsoluteUri;
        var host = new Host { Name = "mail.example.org", Revision = 1 };
        using var key = AcmeKey.Create(AcmeKeyKind.Ecdsa);
        var account = new AcmeAccount { Name = "letsencrypt", Directory = directory, KeyPem = key.ToPem(), Revision = 1 };
        db.AddRange(host, account);
        await db.SaveChangesAsync(Ct);
        foreach (var (name, age, failed) in new[] { ("mail.example.org", 1, false), ("mail.example.org", 8, false), ("imap.example.org", 2, false), ("mail.example.co.uk", 1, false), ("mail.example.org", 0, true) })
        {
            var order = new AcmeOrder { AccountId = account.Id, HostId = host.Id, Names = [name], CreatedAt = Now, Revision = 1 };
            order.Parts.Add(new AcmeOrderPart { AccountId = account.Id, Directory = directory, OrderedAt = Now.AddDays(-age), IssuedAt = failed ? null : Now.AddDays(-age) });
            if (failed) order.Steps.Add(new AcmeOrderStep { At = Now.AddMinutes(-5), Kind = StepKind.ProofFailed, Name = name });
            db.Add(order);
        }
        await db.SaveChangesAsync(Ct);
        var budget = await OrderBudget.ReadAsync(db, directory, account.Id, ["mail.example.org"], Now, Ct);
        Assert.Equal(["2 of 50: certificates for example.org in seven days", "1 of 5: certificates for exactly these names in seven days", "1 of 300: orders of this account in three hours", "1 of 5: failed proofs of mail.example.org in one hour"],
            budget.Select(l => $"{l.Used} of {l.Limit}: {l.What}"));
        Assert.Equal(Now.AddDays(-2) + TimeSpan.FromDays(7), budget[0].FreeAt);
        Assert.Equal("example.co.uk", RegisteredDomain.Of("*.mail.example.co.uk"));
    }

    [Fact]
    public async Task Renewers_CertbotHasTheName_IsAWarning()
    {
        var fake = new FakeMailHost().With("/etc/letsencrypt/renewal/mail.example.org.conf", "x").With("/root/.acme.sh/mail.example.org_ecc/mail.example.org.conf", "x");
        var verdict = Assert.Single(await new RenewersCheck(new FakeMailHosts(fake)).RunAsync(Subject("mail.example.org", ChallengeKind.Http), Ct));
        Assert.Equal(VerdictLevel.Warning, verdict.Level);
        Assert.Contains("certbot", verdict.Sentence);
        Assert.Contains("acme.sh", verdict.Sentence);
        Assert.Equal(VerdictLevel.Good, Assert.Single(await new RenewersCheck(new FakeMailHosts(fake)).RunAsync(Subject("imap.example.org", ChallengeKind.Http), Ct)).Level);
    }

    [Theory]
    [InlineData("/etc/systemd/system/timers.target.wants/certbot.timer", "[Timer]", "certbot.timer")]
    [InlineData("/etc/systemd/system/multi-user.target.wants/caddy.service", "[Service]", "caddy.service")]
    [InlineData("/etc/cron.d/renew", "# nightly\n14 3 * * * root /usr/bin/certbot -q renew\n", "certbot (/etc/cron.d/renew)")]
    [InlineData("/var/spool/cron/crontabs/root", "7 0 * * * \"/root/.acme.sh\"/acme.sh --cron --home \"/root/.acme.sh\" > /dev/null\n", "acme.sh (/var/spool/cron/crontabs/root)")]
    [InlineData("/etc/crontab", "0 5 * * 1 root dehydrated -c\n", "dehydrated (/etc/crontab)")]
    public async Task Renewers_ProgramIsStartedByItself_IsToldWithWhereItStands(string path, string content, string word)
    {
        var verdict = Assert.Single(await new RenewersCheck(new FakeMailHosts(new FakeMailHost().With(path, content))).RunAsync(Subject("mail.example.org", ChallengeKind.Http), Ct));
        Assert.Equal(VerdictLevel.Warning, verdict.Level);
        Assert.Contains(word, verdict.Sentence);
        Assert.Contains("cert watch", verdict.WhatToDo);
    }

    [Theory]
    // Debian's certbot package leaves this to its timer where systemd runs; a comment starts nothing.
    [InlineData("/etc/cron.d/certbot", "0 */12 * * * root test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew --no-random-sleep-on-renew\n")]
    [InlineData("/etc/cron.d/backup", "# certbot ran here once\n0 1 * * * root backup\n")]
    public async Task Renewers_NothingThatRenews_IsGood(string path, string content) =>
        Assert.Equal(VerdictLevel.Good, Assert.Single(await new RenewersCheck(new FakeMailHosts(new FakeMailHost().With(path, content))).RunAsync(Subject("mail.example.org", ChallengeKind.Http), Ct)).Level);

    private static PreflightSubject Subject(string name, ChallengeKind challenge, AcmeDirectory? directory = null) => new(
        new AcmeOrder { Names = [name], Challenge = challenge }, new Host { Name = "mail.example.org" }, new AcmeAccount { Name = "letsencrypt", Url = OurUrl, State = AcmeAccountState.Valid, TermsUrl = "https://example.org/terms" },
        Authority.All[0].Directory.AbsoluteUri, directory ?? Directory(Now), null, null, [], Now);

    private static AcmeDirectory Directory(DateTimeOffset date)
    {
        var url = new Uri("https://acme-v02.api.letsencrypt.org/x");
        return new AcmeDirectory(url, url, url, url, url, url, null, new Uri("https://example.org/terms"), ["letsencrypt.org"], false, new Dictionary<string, string>(), date);
    }
}
