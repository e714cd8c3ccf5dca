using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Data;

public sealed class StorageFailureTests
{
    [Fact]
    public void Reason_SaveThatFailed_SaysWhatTheDatabaseSaid() =>
        Assert.Equal("The database could not be written: SQLite Error 13: 'database or disk is full'.", new DbUpdateException("See the inner exception.", new SqliteException("SQLite Error 13: 'database or disk is full'.", 13)).Reason());

    [Fact]
    public void Reason_AnyOther_IsItsOwnMessage() => Assert.Equal("No space left on device", new IOException("No space left on device").Reason());
}
