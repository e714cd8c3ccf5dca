using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Rendering;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

/// <summary>The bytes that a database yields, and what no file may ever hold, whatever the database says.</summary>
public sealed class RenderingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2.3.19.1", "host-2.3.txt")]
    [InlineData("2.4.1", "host-2.4.txt")]
    public async Task Render_EveryKindOfRecord_IsTheGoldenFile(string dovecot, string golden)
    {
        await using var host = await InMemoryAsync(h => (h.PostmasterAddress, h.Capabilities) = ("root@example.test", h.Capabilities! with { DovecotVersion = dovecot }));
        await FillAsync(host);
        Assert.Equal(await File.ReadAllTextAsync(GoldenFile(golden), Ct), await TextAsync(host));
        Assert.Equal(await TextAsync(host), await TextAsync(host));
    }

    [Theory]
    [InlineData("UPDATE Domains SET Name = {0} WHERE Name = 'plain.test'", "plain.test\nroot", "domain plain.test?root")]
    [InlineData("UPDATE Domains SET Name = {0} WHERE Name = 'plain.test'", "../../etc/cron.d", "domain ../../etc/cron.d")]
    [InlineData("UPDATE Domains SET Name = {0} WHERE Name = 'plain.test'", "PLAIN.test", "domain PLAIN.test")]
    [InlineData("UPDATE Domains SET Name = {0} WHERE Name = 'plain.test'", "b\u00fccher.test", "domain b?cher.test")]
    [InlineData("UPDATE Domains SET Name = {0} WHERE Name = 'plain.test'", "localhost", "domain localhost")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "alice:x@example.test", "mailbox alice:x@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "a\nroot::0:0@example.test", "mailbox a?root::0:0@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "../root@example.test", "mailbox ../root@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "%n@example.test", "mailbox %n@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "a\tb@example.test", "mailbox a?b@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "a\0b@example.test", "mailbox a?b@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "alice@other.test", "mailbox alice@other.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "#alice@example.test", "mailbox #alice@example.test")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'alice@example.test'", "", "mailbox (empty)")]
    [InlineData("UPDATE Mailboxes SET Address = {0} WHERE Address = 'carol@example.test'", "carol carol@example.test", "mailbox carol?carol@example.test")]
    [InlineData("UPDATE Mailboxes SET PasswordHash = {0} WHERE Address = 'alice@example.test'", "", "mailbox alice@example.test")]
    [InlineData("UPDATE Mailboxes SET PasswordHash = {0} WHERE Address = 'alice@example.test'", "{PLAIN}opensesame", "mailbox alice@example.test")]
    [InlineData("UPDATE Mailboxes SET PasswordHash = {0} WHERE Address = 'alice@example.test'", Hash + "\nopensesame:{PLAIN}x::::::", "mailbox alice@example.test")]
    [InlineData("UPDATE Mailboxes SET PasswordHash = {0} WHERE Address = 'alice@example.test'", Hash + "::::::nopassword=y", "mailbox alice@example.test")]
    [InlineData("UPDATE Mailboxes SET PasswordHash = {0} WHERE Address = 'alice@example.test'", "{SHA512-CRYPT}!$6$saltsaltsaltsalt$opensesame", "mailbox alice@example.test")]
    [InlineData("UPDATE Mailboxes SET QuotaBytes = {0} WHERE Address = 'alice@example.test'", "-1", "mailbox alice@example.test")]
    [InlineData("UPDATE Aliases SET Address = {0} WHERE Address = 'sales@example.test'", "sales root@example.test", "alias sales?root@example.test")]
    [InlineData("UPDATE Aliases SET Address = {0} WHERE Address = 'sales@example.test'", "/./@example.test", "alias /./@example.test")]
    [InlineData("UPDATE Aliases SET Address = {0} WHERE Address = 'sales@example.test'", "@", "alias @")]
    [InlineData("UPDATE AliasTargets SET Target = {0} WHERE Target = 'away@elsewhere.test'", "|/bin/sh", "alias bob@example.test")]
    [InlineData("UPDATE AliasTargets SET Target = {0} WHERE Target = 'away@elsewhere.test'", ":include:/etc/shadow", "alias bob@example.test")]
    [InlineData("UPDATE AliasTargets SET Target = {0} WHERE Target = 'away@elsewhere.test'", "a@b.test, c@d.test", "alias bob@example.test")]
    [InlineData("UPDATE AliasTargets SET Target = {0} WHERE Target = 'away@elsewhere.test'", "a@b.test\nroot@x.test y@z.test", "alias bob@example.test")]
    [InlineData("UPDATE AliasTargets SET Target = {0} WHERE Target = 'away@elsewhere.test'", "@b.test", "alias bob@example.test")]
    [InlineData("DELETE FROM AliasTargets WHERE Target LIKE {0}", "%@%", "alias bob@example.test")]
    [InlineData("UPDATE SenderRights SET Sender = {0} WHERE Sender = '@team.test'", "@team.test\n@example.test carol@example.test", "mailbox alice@example.test")]
    [InlineData("UPDATE SenderRights SET Sender = {0} WHERE Sender = '@team.test'", "@", "mailbox alice@example.test")]
    [InlineData("UPDATE Hosts SET PostmasterAddress = {0}", "|/bin/sh", "host mail.example.test")]
    public async Task Apply_HostileRecord_IsRefusedByNameAndNothingIsWritten(string sql, string value, string record)
    {
        await using var host = await InMemoryAsync(h => h.PostmasterAddress = "root@example.test");
        await FillAsync(host);
        Assert.Equal(ServedState.Live, Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(), Root, Ct)).State);
        var before = ApplyServiceTests.Contents(host);
        await using (var db = await host.Database.OpenAsync()) Assert.NotEqual(0, await db.Database.ExecuteSqlRawAsync(sql, [value], Ct));

        var served = Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(OverwriteDrift: true, Confirmation: "1"), Root, Ct));

        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains($"The {record} cannot be written to a server file", served.Sentence);
        Assert.DoesNotContain("opensesame", served.Sentence);
        Assert.DoesNotContain(served.Sentence, char.IsControl);
        Assert.Equal(before, ApplyServiceTests.Contents(host));
    }

    // Straight into the tables: no service's rule between the record and the writer.
    private static async Task FillAsync(ServedHost host)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var db = await host.Database.OpenAsync();
        Domain Add(string name, long? quota = null, DateTimeOffset? trashed = null, Domain? aliasOf = null)
        {
            var domain = db.Domains.Add(new Domain { HostId = host.Id, Name = name, DefaultQuotaBytes = quota, TrashedUntil = trashed, AliasOfId = aliasOf?.Id }).Entity;
            db.SaveChanges();
            return domain;
        }
        void User(Domain domain, string local, MailboxState state = MailboxState.Active, string? hash = Hash, long? quota = null, bool trashed = false, params string[] rights) => db.Mailboxes.Add(new Mailbox
        {
            DomainId = domain.Id, Address = $"{local}@{domain.Name}", State = state, PasswordHash = hash, QuotaBytes = quota, TrashedUntil = trashed ? now.AddDays(30) : null,
            SenderRights = [.. rights.Select(r => new SenderRight { Sender = r })],
        });
        void Leads(Domain domain, string local, DateTimeOffset? expires = null, bool trashed = false, params string[] targets) => db.Aliases.Add(new Alias
        {
            DomainId = domain.Id, Address = $"{local}@{domain.Name}", ExpiresAt = expires, TrashedUntil = trashed ? now.AddDays(30) : null, Targets = [.. targets.Select((t, i) => new AliasTarget { Position = i, Target = t })],
        });

        var example = Add("example.test", quota: 1_000_000);
        Add("second.test", aliasOf: example);
        var idn = Add("xn--bcher-kva.test");
        var plain = Add("plain.test");
        var team = Add("team.test");
        var lost = Add("lost.test", trashed: now.AddDays(30));
        Add("mirror-of-lost.test", aliasOf: lost);
        User(example, "alice", rights: ["sales@elsewhere.test", "@team.test"]);
        User(example, "bob", MailboxState.ReceiveOnly, quota: 0);
        User(example, "carol", MailboxState.Suspended);
        User(example, "dave", trashed: true);
        User(example, "erin", hash: null, quota: 5_000_000_000);
        User(idn, "info");
        User(plain, "frank");
        User(team, "grace");
        User(lost, "nobody");
        Leads(example, "", targets: "alice@example.test");
        Leads(example, "sales", targets: ["alice@example.test", "someone@elsewhere.test"]);
        Leads(example, "bob", targets: ["bob@example.test", "away@elsewhere.test"]);
        Leads(example, "ended", expires: now.AddMinutes(-1), targets: "alice@example.test");
        Leads(example, "later", expires: now.AddDays(1), targets: "alice@example.test");
        Leads(example, "trashed", trashed: true, targets: "alice@example.test");
        Leads(idn, "kontakt", targets: "info@xn--bcher-kva.test");
        Leads(team, "postmaster", targets: "grace@team.test");
        Leads(team, "abuse", expires: now.AddMinutes(-1), targets: "grace@team.test");
        await db.SaveChangesAsync(Ct);
    }

    private static async Task<string> TextAsync(ServedHost host)
    {
        await using var db = await host.Database.OpenAsync();
        var snapshot = await Snapshot.ReadAsync(db, await db.Hosts.SingleAsync(Ct), RenderScope.All, TimeProvider.System.GetUtcNow(), Ct);
        var text = new StringBuilder();
        foreach (var file in await HostFiles.RenderAsync(snapshot, Ct))
            text.Append(CultureInfo.InvariantCulture, $"{file.Path} {file.Owner}:{file.Group} {Convert.ToString((int)file.Mode, 8)}, {file.Entries} entries\n{Encoding.UTF8.GetString(file.Content.Span)}\n");
        return text.ToString();
    }

    private static string GoldenFile(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
}
