using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace MailAdmin.Tests.Data;

public sealed class MigrationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Schemas => Path.Combine(AppContext.BaseDirectory, "Data", "Schemas");

    [Fact]
    public async Task Model_AndNewestMigration_Agree()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await using var db = await database.OpenAsync();
        Assert.False(db.Database.HasPendingModelChanges(), "Add a migration, or before a release make Initial anew; docs/database.md says how.");
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Ct));
    }

    [Fact]
    public async Task CompiledModel_AndMappings_Agree()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await using var db = await database.OpenAsync();
        var (compiled, mapped) = (db.Model, db.GetService<IDesignTimeModel>().Model);
        Assert.IsType<MailAdmin.Core.Data.Compiled.MailAdminContextModel>(compiled);
        // "Compile the model anew; docs/database.md says how."
        Assert.Equal(mapped.ToDebugString(MetadataDebugStringOptions.ShortDefault), compiled.ToDebugString(MetadataDebugStringOptions.ShortDefault));
        Assert.Equal(mapped.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.ShortDefault), compiled.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.ShortDefault));
        Assert.Equal(Conversions(mapped), Conversions(compiled));

        static IEnumerable<string> Conversions(IModel model) => model.GetEntityTypes().SelectMany(type => type.GetFlattenedProperties())
            .Select(property => $"{property.DeclaringType.DisplayName()}.{property.Name}: {property.GetTypeMapping().Converter?.GetType()} {property.IsConcurrencyToken} {property.ValueGenerated}");
    }

    [Fact]
    public async Task Connection_OfTheContext_IsDurable()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await using var db = await database.OpenAsync();
        Assert.Equal("wal", await Pragma(db, "journal_mode"));
        Assert.Equal("2", await Pragma(db, "synchronous"));     // FULL
        Assert.Equal("1", await Pragma(db, "foreign_keys"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(database.Directory, "mailadmin.db")));
    }

    public static TheoryData<string> Released() => [.. Directory.GetFiles(Schemas, "*.sql").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Released))]
    public async Task Prepare_DatabaseOfAReleasedSchema_IsBroughtUpToDateWithWhatIsInIt(string schema)
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var path = await EmptyAsync(database);
        await ExecuteAsync(path, await File.ReadAllTextAsync(Path.Combine(Schemas, schema), Ct));
        await ExecuteAsync(path, """
            INSERT INTO Hosts (Id, Name, Kind, Address, PostfixDirectory, DovecotConfiguration, ManagedDirectory, MailRoot, MailUser, LogSources, RequiresApproval, DesiredRevision, AppliedRevision, CreatedAt, Revision, Ports_Imaps, Ports_Smtp, Ports_Submission, Ports_Submissions)
              VALUES (1, 'mail.example.test', 1, '127.0.0.1', '/p', '/d', '/m', '/v', 'vmail', '[]', 1, 7, 7, 1, 2, 993, 25, 587, 465);
            INSERT INTO Domains (Id, HostId, Name, Note, CreatedAt, UpdatedAt, Revision) VALUES (1, 1, 'example.test', 'first', 1, 1, 3);
            INSERT INTO Mailboxes (Id, DomainId, Address, DisplayName, Note, State, PasswordHash, QuotaBytes, CreatedAt, UpdatedAt, Revision) VALUES (1, 1, 'alice@example.test', 'Alice', '', 1, '{CRYPT}x', 5, 1, 1, 4);
            """);
        await database.Get<DatabaseFile>().PrepareAsync(Ct);
        await using var db = await database.OpenAsync();
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Ct));
        Assert.Equal("ok", await Pragma(db, "integrity_check"));
        var mailbox = await db.Mailboxes.SingleAsync(Ct);
        Assert.Equal(("alice@example.test", "Alice", "{CRYPT}x", 5L, 4), (mailbox.Address, mailbox.DisplayName, mailbox.PasswordHash!, mailbox.QuotaBytes!.Value, mailbox.Revision));
        Assert.Equal(("mail.example.test", true, 7L), await db.Hosts.Select(h => ValueTuple.Create(h.Name, h.RequiresApproval, h.DesiredRevision)).SingleAsync(Ct));
        Assert.Equal("first", await db.Domains.Select(d => d.Note).SingleAsync(Ct));
        // What was there before is kept as it was.
        Assert.Single(Directory.GetFiles(Path.Combine(database.Directory, "backups"), "before-*.db"));
    }

    [Fact]
    public async Task Prepare_NewerSchema_IsRefusedAndSaysSo()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await ExecuteAsync(Path.Combine(database.Directory, "mailadmin.db"), "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_FromTheFuture', '99.0')");
        var refused = await Assert.ThrowsAsync<DatabaseFileException>(() => database.Get<DatabaseFile>().PrepareAsync(Ct));
        Assert.Contains("newer MailAdmin", refused.Message);
        Assert.Contains("29990101000000_FromTheFuture", refused.Message);
    }

    [Fact]
    public async Task Prepare_DatabaseGoneWhereThereWasOne_IsRefused()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await EmptyAsync(database);
        var refused = await Assert.ThrowsAsync<DatabaseFileException>(() => database.Get<DatabaseFile>().PrepareAsync(Ct));
        Assert.Contains("is empty, though there was one before", refused.Message);
    }

    [Fact]
    public async Task Prepare_DamagedDatabase_IsRefused()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        SqliteConnection.ClearAllPools();
        var path = Path.Combine(database.Directory, "mailadmin.db");
        await ExecuteAsync(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = await File.ReadAllBytesAsync(path, Ct);
        Array.Fill(bytes, (byte)0x5a, 4096, bytes.Length - 4096);
        await File.WriteAllBytesAsync(path, bytes, Ct);
        var refused = await Assert.ThrowsAsync<DatabaseFileException>(() => database.Get<DatabaseFile>().PrepareAsync(Ct));
        Assert.Contains("is damaged", refused.Message);
    }

    [Fact]
    public async Task Prepare_ForeignDatabase_IsRefusedAndLeftAlone()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var path = await EmptyAsync(database);
        await ExecuteAsync(path, "CREATE TABLE Recipes (Name TEXT)");
        var refused = await Assert.ThrowsAsync<DatabaseFileException>(() => database.Get<DatabaseFile>().PrepareAsync(Ct));
        Assert.Contains("not MailAdmin's", refused.Message);
    }

    private static async Task<string> EmptyAsync(SqliteDatabase database)
    {
        SqliteConnection.ClearAllPools();
        var path = Path.Combine(database.Directory, "mailadmin.db");
        foreach (var end in new[] { "", "-wal", "-shm" }) File.Delete(path + end);
        return await Task.FromResult(path);
    }

    private static async Task ExecuteAsync(string path, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<string?> Pragma(MailAdminContext db, string name)
    {
        await db.Database.OpenConnectionAsync(Ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }
}
