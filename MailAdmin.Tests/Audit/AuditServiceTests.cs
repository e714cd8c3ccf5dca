using System.Text;
using System.Text.Json;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Audit;

public sealed class AuditServiceTests
{
    private static readonly Actor Olga = new(ActorKind.CommandLine, 0, "olga@local", "cli");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_Filters_GiveNewestFirst()
    {
        await using var database = await FilledAsync();
        var audit = database.Get<AuditService>();
        async Task<string> NumbersAsync(AuditQuery query) => string.Join(' ', Assert.IsType<Outcome<Page<AuditEntry>>.Accepted>(await audit.ListAsync(query, Olga, Ct)).Value.Rows.Select(e => e.Id));
        Assert.Equal("4 3 2 1", await NumbersAsync(new AuditQuery()));
        Assert.Equal("3 2", await NumbersAsync(new AuditQuery(Offset: 1, Limit: 2)));
        Assert.Equal("2 1", await NumbersAsync(new AuditQuery(Action: "mailbox")));
        Assert.Equal("1", await NumbersAsync(new AuditQuery(Action: "mailbox.add")));
        Assert.Equal("3", await NumbersAsync(new AuditQuery(Object: "sales@example.test")));
        Assert.Equal("4", await NumbersAsync(new AuditQuery(Actor: "portal")));
        Assert.Equal("2", await NumbersAsync(new AuditQuery(Search: "needle")));
        Assert.Equal("", await NumbersAsync(new AuditQuery(To: DateTimeOffset.UnixEpoch)));
        Assert.Equal("4 3 2 1", await NumbersAsync(new AuditQuery(From: DateTimeOffset.UnixEpoch)));
    }

    [Theory]
    [InlineData("UPDATE AuditEntries SET Result = 'other' WHERE Id = 2", 2)]
    [InlineData("DELETE FROM AuditEntries WHERE Id = 2", 3)]
    [InlineData("UPDATE AuditEntries SET Id = 9 WHERE Id = 4", 9)]
    public async Task Verify_AlteredLater_NamesTheFirstBrokenEntry(string sql, long number)
    {
        await using var database = await FilledAsync();
        var audit = database.Get<AuditService>();
        Assert.True(Assert.IsType<Outcome<AuditVerdict>.Accepted>(await audit.VerifyAsync(Olga, Ct)).Value.Holds);
        await using (var db = await database.OpenAsync()) await db.Database.ExecuteSqlRawAsync(sql, Ct);
        var verdict = Assert.IsType<Outcome<AuditVerdict>.Accepted>(await audit.VerifyAsync(Olga, Ct)).Value;
        Assert.Equal((false, number), (verdict.Holds, verdict.FirstBroken));
    }

    [Fact]
    public async Task Export_Csv_NeutralisesFormulasAndQuotes()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var log = database.Get<AuditLog>();
        await log.AppendAsync("mailbox.add", "=HYPERLINK(\"http://evil.test\")", "two\nlines, \"quoted\"", Olga, Ct);
        using var file = new MemoryStream();
        Assert.IsType<Outcome<int>.Accepted>(await database.Get<AuditService>().ExportAsync(new AuditQuery(), AuditFormat.Csv, () => file, Olga, Ct));
        var text = Encoding.UTF8.GetString(file.ToArray());
        Assert.Contains(",mailbox.add,\"'=HYPERLINK(\"\"http://evil.test\"\")\",", text);
        Assert.Contains(",\"two\nlines, \"\"quoted\"\"\",", text);
        Assert.Equal(4, text.Split("\r\n").Length);       // heading, entry, the export itself, end
        Assert.Contains(",audit.export,", text);
    }

    [Fact]
    public async Task Export_JsonLines_VerifiesWithoutTheDatabase()
    {
        await using var database = await FilledAsync();
        using var file = new MemoryStream();
        await database.Get<AuditService>().ExportAsync(new AuditQuery(), AuditFormat.JsonLines, () => file, Olga, Ct);
        var entries = Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<AuditEntry>(l, JsonSerializerOptions.Web)!).ToList();
        Assert.Equal(5, entries.Count);
        Assert.All(entries, e => Assert.Equal(e.Hash, AuditChain.HashOf(e)));
    }

    [Fact]
    public async Task EveryAct_OfADomainAdministrator_IsNotPermittedAndWritesNothing()
    {
        await using var database = await FilledAsync();
        await using (var db = await database.OpenAsync())
        {
            db.Users.Add(new Administrator { UserName = "dora", Role = Role.DomainAdministrator });
            await db.SaveChangesAsync(Ct);
        }
        var dora = new Actor(ActorKind.Administrator, 1, "dora", "web");
        var audit = database.Get<AuditService>();
        Assert.IsType<Outcome<Page<AuditEntry>>.Refused>(await audit.ListAsync(new AuditQuery(), dora, Ct));
        Assert.IsType<Outcome<AuditEntry>.Refused>(await audit.GetAsync(1, dora, Ct));
        Assert.IsType<Outcome<AuditVerdict>.Refused>(await audit.VerifyAsync(dora, Ct));
        Assert.IsType<Outcome<int>.Refused>(await audit.ExportAsync(new AuditQuery(), AuditFormat.Csv, () => throw new InvalidOperationException("nothing is to be written"), dora, Ct));
    }

    private static async Task<SqliteDatabase> FilledAsync()
    {
        var database = await SqliteDatabase.CreateAsync();
        var log = database.Get<AuditLog>();
        await log.AppendAsync("mailbox.add", "alice@example.test", "saved", Olga, Ct);
        await log.AppendAsync("mailbox.change", "alice@example.test", "saved", Olga, Ct, new { note = "the needle" });
        await log.AppendAsync("alias.add", "sales@example.test", "saved", Olga, Ct);
        await log.AppendAsync("mailboxes.purge", "", "saved", Actor.Portal, Ct);
        return database;
    }
}
