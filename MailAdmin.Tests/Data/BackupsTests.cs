using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Data;

public sealed class BackupsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly BackupKey Key = BackupKey.OfPassphrase(new Secret("four words not together"));
    private static readonly Actor Root = Actor.CommandLine("root");

    [Fact]
    public async Task Restore_BringsBackWhatWasBackedUp_KeepsTheFormerAside_AndRaisesRevisions()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await AddHostAsync(database, "mail.example.test", desired: 7);
        var file = Path.Combine(database.Directory, "one.backup");
        Assert.IsType<Outcome<long>.Accepted>(await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await using (var db = await database.OpenAsync())
        {
            await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(h => h.DesiredRevision, 40).SetProperty(h => h.PostmasterAddress, "later@example.test"), Ct);
        }
        var kept = Assert.IsType<Outcome<string?>.Accepted>(await database.Get<Backups>().RestoreAsync(file, Key, Root, Ct)).Value;

        await using var restored = await database.OpenAsync();
        var host = await restored.Hosts.SingleAsync(Ct);
        Assert.Null(host.PostmasterAddress);
        Assert.True(host.DesiredRevision > 40, "what was served since must not count as newer than the restored state");
        Assert.True(File.Exists(kept));
        Assert.Contains(await restored.AuditEntries.Select(e => e.Action).ToListAsync(Ct), action => action == "database.restore");
    }

    [Fact]
    public async Task Backup_HoldsNothingInTheClear()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await AddHostAsync(database, "mail.secret-name.test", desired: 1);
        var file = Path.Combine(database.Directory, "one.backup");
        await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct);
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Ct));
        Assert.DoesNotContain("secret-name", text);
        Assert.DoesNotContain("four words", text);
        Assert.DoesNotContain(Directory.GetFiles(database.Directory), path => Path.GetFileName(path).StartsWith("scratch-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    [InlineData(60)]
    [InlineData(-1)]
    public async Task Restore_AlteredByOneBit_IsRefusedAndChangesNothing(int place)
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await AddHostAsync(database, "mail.example.test", desired: 1);
        var file = Path.Combine(database.Directory, "one.backup");
        await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct);
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        bytes[place < 0 ? bytes.Length + place : place] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Ct);
        await using (var db = await database.OpenAsync()) await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(h => h.DesiredRevision, 9), Ct);
        await Assert.ThrowsAsync<BackupException>(() => database.Get<Backups>().RestoreAsync(file, Key, Root, Ct));
        await using var same = await database.OpenAsync();
        Assert.Equal(9, (await same.Hosts.SingleAsync(Ct)).DesiredRevision);
    }

    [Fact]
    public async Task Restore_CutOffOrWithAnotherKey_IsRefused()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var file = Path.Combine(database.Directory, "one.backup");
        await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct);
        var other = await Assert.ThrowsAsync<BackupException>(() => database.Get<Backups>().RestoreAsync(file, BackupKey.OfPassphrase(new Secret("another passphrase")), Root, Ct));
        Assert.Contains("not the one", other.Message);
        var kind = await Assert.ThrowsAsync<BackupException>(() => database.Get<Backups>().RestoreAsync(file, BackupKey.OfFile(new byte[32]), Root, Ct));
        Assert.Contains("--passphrase-stdin", kind.Message);
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        await File.WriteAllBytesAsync(file, bytes[..^100], Ct);
        await Assert.ThrowsAsync<BackupException>(() => database.Get<Backups>().RestoreAsync(file, Key, Root, Ct));
    }

    [Fact]
    public async Task Restore_BackupFromBeforeTheFirstOwner_IsRefused()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var file = Path.Combine(database.Directory, "early.backup");
        await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct);
        var added = await database.Get<AdministratorService>().AddAsync(new NewAdministrator("carol", new Secret("correct-horse-battery"), Role.Owner), Root, ChangeOptions.Default, Ct);
        Assert.IsType<Outcome<AdministratorView>.Accepted>(added);
        var refused = await Assert.ThrowsAsync<BackupException>(() => database.Get<Backups>().RestoreAsync(file, Key, Root, Ct));
        Assert.Contains("before the first owner", refused.Message);
    }

    [Fact]
    public async Task Restore_OverADamagedDatabase_WorksAndKeepsTheDamagedOne()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        await AddHostAsync(database, "mail.example.test", desired: 3);
        var file = Path.Combine(database.Directory, "one.backup");
        await database.Get<Backups>().BackUpAsync(file, Key, Root, Ct);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var path = Path.Combine(database.Directory, "mailadmin.db");
        foreach (var end in new[] { "-wal", "-shm" }) File.Delete(path + end);
        await File.WriteAllTextAsync(path, "this is no database at all, and never was one", Ct);
        var kept = Assert.IsType<Outcome<string?>.Accepted>(await database.Get<Backups>().RestoreAsync(file, Key, Root, Ct)).Value;
        Assert.Equal("this is no database at all, and never was one", await File.ReadAllTextAsync(kept!, Ct));
        await using var db = await database.OpenAsync();
        Assert.Equal("mail.example.test", (await db.Hosts.SingleAsync(Ct)).Name);
    }

    [Fact]
    public async Task Backup_ByAnAuditor_IsNotPermitted()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var nobody = new Actor(ActorKind.Administrator, 4711, "nobody", "web");
        var outcome = await database.Get<Backups>().BackUpAsync(Path.Combine(database.Directory, "x"), Key, nobody, Ct);
        Assert.IsType<NotPermitted>(Assert.Single(Assert.IsType<Outcome<long>.Refused>(outcome).Reasons));
        Assert.False(File.Exists(Path.Combine(database.Directory, "x")));
    }

    private static async Task AddHostAsync(SqliteDatabase database, string name, long desired)
    {
        await using var db = await database.OpenAsync();
        db.Hosts.Add(new Host { Name = name, DesiredRevision = desired, AppliedRevision = desired, Revision = 1 });
        await db.SaveChangesAsync(Ct);
    }
}
