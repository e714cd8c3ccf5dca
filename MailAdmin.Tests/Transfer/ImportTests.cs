using System.Text;
using CsCheck;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Transfer;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Transfer;

public sealed class ImportTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Made with "doveadm pw -s SHA512-CRYPT -p correct-horse-battery-1".
    private const string Hash = "{SHA512-CRYPT}$6$B2g4z2hXvBiSR1Yj$3ihwgXIEiakJvboR1vRGog2psxGkttfX90pkUfrE87FLNHaFB41GrVlf56CTsV5rr6lgBAcT4N1Z/63sWeG5E.";
    private static readonly Actor Root = Actor.CommandLine("root");

    private const string Csv = $$"""
        kind,address,displayName,state,quota,passwordHash,senderRights,note,targets,expires,comment
        domain,example.test,,,,,,,,,
        mailbox,alice@example.test,Alice A.,active,5G,"{{Hash}}",@example.test,"line one, with a comma",,,
        mailbox,bob@example.test,'=cmd(),receive-only,default,,,,,,
        alias,sales@example.test,,,,,,,alice@example.test bob@example.test,2099-01-31,the shop
        alias,'@example.test,,,,,,,alice@example.test,never,
        """;

    [Fact]
    public async Task Csv_FirstTimeAdds_SecondTimeChangesNothing()
    {
        await using var database = await WithHostAsync();
        var first = await ImportAsync(database, CsvAccounts.Read(Stream(Csv)));
        Assert.True(first.IsStored, string.Join('\n', first.Rows.SelectMany(r => r.Reasons)));
        Assert.Equal(5, first.Count(ImportVerdict.Add));
        await using (var db = await database.OpenAsync())
        {
            var alice = await db.Mailboxes.Include(m => m.SenderRights).SingleAsync(m => m.Address == "alice@example.test", Ct);
            Assert.Equal(5L << 30, alice.QuotaBytes);
            Assert.Equal(Hash, alice.PasswordHash);
            Assert.Equal("@example.test", Assert.Single(alice.SenderRights).Sender);
            var bob = await db.Mailboxes.SingleAsync(m => m.Address == "bob@example.test", Ct);
            Assert.Equal(("=cmd()", MailboxState.ReceiveOnly), (bob.DisplayName, bob.State));
            Assert.Equal(["alice@example.test", "bob@example.test"], await db.AliasTargets.Where(t => db.Aliases.Any(a => a.Id == t.AliasId && a.Address == "sales@example.test")).OrderBy(t => t.Position).Select(t => t.Target).ToListAsync(Ct));
            Assert.Equal("accounts.import", (await db.AuditEntries.SingleAsync(Ct)).Action);
            Assert.Equal(5, await db.ObjectVersions.CountAsync(Ct));
        }
        var second = await ImportAsync(database, CsvAccounts.Read(Stream(Csv)));
        Assert.Equal(5, second.Count(ImportVerdict.Unchanged));
        await using var after = await database.OpenAsync();
        Assert.Equal(1, await after.AuditEntries.CountAsync(Ct));
        Assert.Equal(1, (await after.Hosts.SingleAsync(Ct)).DesiredRevision);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("yaml")]
    [InlineData("json")]
    public async Task Export_ImportedIntoAnEmptyDatabase_IsTheSame(string format)
    {
        var wanted = Enum.Parse<ExportFormat>(format, ignoreCase: true);
        await using var from = await WithHostAsync();
        await ImportAsync(from, CsvAccounts.Read(Stream(Csv)));
        Assert.True((await ImportAsync(from, [new ImportRow(1, ImportKind.Domain, "other.test") { AliasOf = "example.test", Note = "- [x] 'quoted': \"yes\", and # more" }])).IsStored);
        var text = await ExportAsync(from, wanted);
        await using var to = await WithHostAsync();
        var report = await ImportAsync(to, Read(wanted, text));
        Assert.True(report.IsStored, string.Join('\n', report.Rows.SelectMany(r => r.Reasons)));
        Assert.Equal(text, await ExportAsync(to, wanted));
        Assert.Equal(6, (await ImportAsync(to, Read(wanted, text))).Count(ImportVerdict.Unchanged));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("yaml")]
    [InlineData("json")]
    public async Task Export_WithTrashExpiredAndDeadEnds_ImportedAnywhere_IsTheSame(string format)
    {
        var wanted = Enum.Parse<ExportFormat>(format, ignoreCase: true);
        await using var from = await WithHostAsync();
        await ImportAsync(from, CsvAccounts.Read(Stream(Csv + """

            mailbox,left@example.test,,,,,,,,,
            alias,left@example.test,,,,,,,left@example.test bob@example.test,never,
            alias,old@example.test,,,,,,,left@example.test,never,
            alias,over@example.test,,,,,,,alice@example.test,2020-01-31,
            alias,gone@example.test,,,,,,,alice@example.test,never,
            """)));
        Assert.IsType<Outcome<MailboxView>.Accepted>(await from.Get<MailboxService>().TrashAsync("left@example.test", Root, ChangeOptions.Default, Ct));
        Assert.IsType<Outcome<AliasView>.Accepted>(await from.Get<AliasService>().TrashAsync("gone@example.test", Root, ChangeOptions.Default, Ct));
        var text = await ExportAsync(from, wanted);

        var again = await ImportAsync(from, Read(wanted, text));
        Assert.True(again.Count(ImportVerdict.Unchanged) == again.Rows.Count, Said(again));

        await using var to = await WithHostAsync();
        var report = await ImportAsync(to, Read(wanted, text));
        Assert.True(report.IsStored, Said(report));
        Assert.Equal(text, await ExportAsync(to, wanted));
        Assert.Contains("in trash", report.Rows.Single(r => r is { Kind: ImportKind.Alias, Address: "old@example.test" }).Remark);
        Assert.Contains("expired", report.Rows.Single(r => r.Address == "over@example.test").Remark);
        await using var db = await to.OpenAsync();
        Assert.NotNull((await db.Mailboxes.SingleAsync(m => m.Address == "left@example.test", Ct)).TrashedUntil);
        Assert.NotNull((await db.Aliases.SingleAsync(a => a.Address == "gone@example.test", Ct)).TrashedUntil);
    }

    [Theory]
    [InlineData("mailbox,left@example.test,", "address-taken")]
    [InlineData("mailbox,left@example.test,never", "address-taken")]
    [InlineData("mailbox,left@example.test,soon", "malformed")]
    [InlineData("alias,left@example.test,", "malformed")]
    public async Task RowOfSomethingInTrash_IsRefusedUnlessItSaysSo(string row, string code)
    {
        await using var database = await WithHostAsync();
        await ImportAsync(database, CsvAccounts.Read(Stream("kind,address,trashedUntil\ndomain,example.test,\nmailbox,left@example.test,2099-01-01\n")));
        var report = await ImportAsync(database, CsvAccounts.Read(Stream($"kind,address,trashedUntil\n{row}\n")));
        Assert.Contains(Assert.Single(report.Rows).Reasons, reason => reason.Code == code);
    }

    [Fact]
    public async Task RowWhoseTimeInTrashIsOver_IsLeftOut()
    {
        await using var database = await WithHostAsync();
        var report = await ImportAsync(database, CsvAccounts.Read(Stream("kind,address,trashedUntil\ndomain,example.test,\nmailbox,left@example.test,2020-01-01\n")));
        Assert.Equal((true, ImportVerdict.Unchanged), (report.IsStored, report.Rows[1].Verdict));
        await using var db = await database.OpenAsync();
        Assert.Equal(0, await db.Mailboxes.CountAsync(Ct));
    }

    [Fact]
    public async Task AnyText_ThroughEveryFormat_ComesBack()
    {
        await using var database = await WithHostAsync();
        await Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char["'\",=+-@é:#&*!|>%{"])].Where(s => s.Length is > 0 and < 60 && s.Trim() == s).SampleAsync(async text =>
        {
            var row = new ImportRow(1, ImportKind.Domain, "example.test") { Note = text };
            foreach (var format in Enum.GetValues<ExportFormat>())
            {
                var written = new StringWriter();
                switch (format)
                {
                    case ExportFormat.Csv: CsvAccounts.WriteHeader(written, false); CsvAccounts.Write(written, row, false); break;
                    case ExportFormat.Yaml: written.Write("domains:\n" + YamlAccounts.Writer().Serialize(new[] { TreeDomain.Of(row) })); break;
                    case ExportFormat.Json: written.Write("{\"domains\":[" + JsonAccounts.Print(TreeDomain.Of(row)) + "]}"); break;
                }
                Assert.Equal(text, Assert.Single(Read(format, written.ToString())).Note);
            }
            await Task.CompletedTask;
        }, iter: 300);
    }

    [Theory]
    [InlineData("mailbox,alice@nowhere.test,,,", "domain-unknown")]
    [InlineData("mailbox,al ice@example.test,,,", "malformed")]
    [InlineData("mailbox,alice:x@example.test,,,", "malformed")]
    [InlineData("mailbox,alice@example.test,asleep,,", "malformed")]
    [InlineData("mailbox,alice@example.test,,{PLAIN}secret,", "weak-hash")]
    [InlineData("mailbox,alice@example.test,,{CRYPT}$1$abcdefgh$0123456789abcdefghijk.,", "weak-hash")]
    [InlineData("alias,loop@example.test,,,loop@example.test", "alias-loop")]
    [InlineData("alias,x@example.test,,,nobody@example.test", "dead-end")]
    [InlineData("alias,x@example.test,,,|/bin/sh@example.test", "malformed")]
    [InlineData("alias,x@example.test,,,", "malformed")]
    [InlineData("sausage,x@example.test,,,", "malformed")]
    public async Task HostileRow_IsRefusedByName_AndNothingIsStored(string row, string code)
    {
        await using var database = await WithHostAsync();
        var report = await ImportAsync(database, CsvAccounts.Read(Stream($"kind,address,state,passwordHash,targets\ndomain,example.test,,,\n{row}\n")));
        Assert.False(report.IsStored);
        Assert.Contains(report.Rows.Single(r => r.Verdict == ImportVerdict.Refused).Reasons, reason => reason.Code == code);
        await using var db = await database.OpenAsync();
        Assert.Equal((0, 0), (await db.Domains.CountAsync(Ct), await db.AuditEntries.CountAsync(Ct)));
    }

    [Theory]
    [InlineData("domains: &a [*a]", "anchor")]
    [InlineData("domains:\n- !!python/object {name: x}", "tag")]
    [InlineData("domain: []", "domain")]
    [InlineData("domains: [[[[[[[[[[[[[]]]]]]]]]]]]]", "not such a tree")]
    [InlineData("domains:\n- name: a.test\n  name: b.test", "uplicate")]
    public void Yaml_OfAnotherKind_IsRefusedWithItsPlace(string text, string word) =>
        Assert.Contains(word, Assert.Throws<ImportFormatException>(() => YamlAccounts.Read(Stream(text)).ToList()).Message);

    [Theory]
    [InlineData("address,address\n", "twice")]
    [InlineData("address,adress\n", "adress")]
    [InlineData("kind\n", "missing")]
    [InlineData("", "empty")]
    [InlineData("address\n\"open\n", "not closed")]
    [InlineData("address\n\"a\"b\n", "closing quote")]
    public void Csv_OfAnotherForm_IsRefused(string text, string word) =>
        Assert.Contains(word, Assert.Throws<ImportFormatException>(() => CsvAccounts.Read(Stream(text)).ToList()).Message);

    [Fact]
    public void DovecotPasswd_RealRows_AreRead()
    {
        // The forms that Dovecot's documentation shows, and those that other panels write.
        var rows = DovecotPasswd.Read(Stream($$"""
            # comment
            alice@example.test:{{Hash}}:5000:5000:Alice:/var/mail/example.test/alice::userdb_quota_rule=*:storage=5G userdb_mail=maildir:~/Maildir
            bob@example.test:{SHA512-CRYPT}!{{Hash["{SHA512-CRYPT}".Length..]}}::::::userdb_quota_rule=*:bytes=1048576
            carol:{{Hash}}::::::userdb_quota_storage_size=200M
            dave@example.test:{CRYPT}!::::::
            eve@example.test:{{Hash}}::::::nologin=y
            mallory@example.test:{PLAIN}::::::nopassword=y
            trent@example.test:{{Hash}}::::::allow_nets=192.0.2.0/24
            empty@example.test:
            """), "example.test").ToList();
        Assert.Equal(8, rows.Count);
        Assert.Equal(("Alice", (5L << 30).ToString(), null), (rows[0].DisplayName, rows[0].Quota, rows[0].State));
        Assert.Contains("home", rows[0].Remark);
        Assert.Equal(("receiveOnly", "1048576"), (rows[1].State, rows[1].Quota));
        Assert.Equal("carol@example.test", rows[2].Address);
        Assert.Null(rows[3].PasswordHash);
        Assert.Equal("receiveOnly", rows[4].State);
        Assert.All(rows[5..], row => Assert.NotNull(row.Problem));
        Assert.Contains("allow_nets", rows[6].Problem!.Sentence);
    }

    [Fact]
    public async Task DovecotPasswd_LockedHash_BecomesReceiveOnlyWithTheHashKept_AlsoASecondTime()
    {
        await using var database = await WithHostAsync();
        var text = $"bob@example.test:{{SHA512-CRYPT}}!{Hash["{SHA512-CRYPT}".Length..]}::::::\n";
        Assert.True((await ImportAsync(database, DovecotPasswd.Read(Stream(text), null), createDomains: true)).IsStored);
        await using var db = await database.OpenAsync();
        var bob = await db.Mailboxes.SingleAsync(Ct);
        Assert.Equal((MailboxState.ReceiveOnly, Hash), (bob.State, bob.PasswordHash));
        Assert.Equal(ImportVerdict.Unchanged, Assert.Single((await ImportAsync(database, DovecotPasswd.Read(Stream(text), null))).Rows).Verdict);
    }

    [Fact]
    public void PostfixVirtual_RealRows_AreRead()
    {
        var rows = PostfixVirtual.Read(Stream("""
            # comment
            example.test       anything
            sales@example.test alice@example.test,
               bob@example.test   carol@elsewhere.test
              # a comment between
            @example.test      alice@example.test
            @old.test          @example.test
            root               admin@example.test
            list@example.test  |/usr/bin/procmail
            lonely@example.test
            """)).ToList();
        Assert.Equal(7, rows.Count);
        Assert.Equal((ImportKind.Domain, "example.test"), (rows[0].Kind, rows[0].Address));
        Assert.Equal(["alice@example.test", "bob@example.test", "carol@elsewhere.test"], rows[1].Targets!);
        Assert.Equal(("@example.test", 6), (rows[2].Address, rows[2].Line));
        Assert.Equal(("old.test", "example.test"), (rows[3].Address, rows[3].AliasOf));
        Assert.All(rows[4..], row => Assert.NotNull(row.Problem));
    }

    [Fact]
    public async Task PostfixVirtual_IdentityRowOfAMailbox_NeedsNothing()
    {
        await using var database = await WithHostAsync();
        await ImportAsync(database, CsvAccounts.Read(Stream(Csv)));
        var report = await ImportAsync(database, PostfixVirtual.Read(Stream("bob@example.test bob@example.test\n")));
        Assert.Equal(ImportVerdict.Unchanged, Assert.Single(report.Rows).Verdict);
    }

    [Fact]
    public async Task DryRun_SaysTheSame_AndStoresNothing()
    {
        await using var database = await WithHostAsync();
        var report = await ImportAsync(database, CsvAccounts.Read(Stream(Csv)), isDryRun: true);
        Assert.Equal((false, 5), (report.IsStored, report.Count(ImportVerdict.Add)));
        await using var db = await database.OpenAsync();
        Assert.Equal((0, 0, 0), (await db.Domains.CountAsync(Ct), await db.Mailboxes.CountAsync(Ct), await db.ObjectVersions.CountAsync(Ct)));
    }

    [Fact]
    public async Task Import_DomainLimit_CountsWithinTheFile()
    {
        await using var database = await WithHostAsync();
        var report = await ImportAsync(database, CsvAccounts.Read(Stream("kind,address,maxMailboxes\ndomain,example.test,1\nmailbox,a@example.test,\nmailbox,b@example.test,\n")));
        Assert.False(report.IsStored);
        Assert.Equal("domain-full", Assert.Single(report.Rows[2].Reasons).Code);
    }

    [Fact]
    public async Task Import_ByADomainAdministrator_IsNotPermitted()
    {
        await using var database = await WithHostAsync();
        var outcome = await database.Get<ImportService>().ImportAsync([], new ImportOptions(), new Actor(ActorKind.Administrator, 99, "x", "web"), null, Ct);
        Assert.IsType<NotPermitted>(Assert.Single(Assert.IsType<Outcome<ImportReport>.Refused>(outcome).Reasons));
    }

    private static async Task<SqliteDatabase> WithHostAsync()
    {
        var database = await SqliteDatabase.CreateAsync();
        await using var db = await database.OpenAsync();
        db.Hosts.Add(new Host { Name = "mail.host.test", Revision = 1 });
        await db.SaveChangesAsync(Ct);
        return database;
    }

    private static async Task<ImportReport> ImportAsync(SqliteDatabase database, IEnumerable<ImportRow> rows, bool createDomains = false, bool isDryRun = false) =>
        Assert.IsType<Outcome<ImportReport>.Accepted>(await database.Get<ImportService>().ImportAsync(rows, new ImportOptions(isDryRun, createDomains, "test"), Root, null, Ct)).Value;

    private static async Task<string> ExportAsync(SqliteDatabase database, ExportFormat format)
    {
        using var to = new MemoryStream();
        Assert.IsType<Outcome<int>.Accepted>(await database.Get<ExportService>().ExportAsync(format, withHashes: true, to, Root, Ct));
        return Encoding.UTF8.GetString(to.ToArray());
    }

    private static IEnumerable<ImportRow> Read(ExportFormat format, string text) => format switch
    {
        ExportFormat.Csv => CsvAccounts.Read(Stream(text)),
        ExportFormat.Yaml => YamlAccounts.Read(Stream(text)),
        ExportFormat.Json => JsonAccounts.Read(Stream(text)),
    };

    private static string Said(ImportReport report) => string.Join('\n', report.Rows.SelectMany(r => r.Reasons.Select(reason => $"{r.Address}: {reason}").Append($"{r.Address}: {r.Verdict} {r.Remark}")));

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
