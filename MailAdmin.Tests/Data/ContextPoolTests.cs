using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Data;

/// <summary>Contexts are used again: nothing of what one did may reach the next.</summary>
public sealed class ContextPoolTests
{
    [Fact]
    public async Task CreateDbContext_AfterOneThatWasLeftInTheMiddle_IsEmptyAndClosed()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        MailAdminContext first;
        await using (first = await database.OpenAsync())
        {
            await DesiredStates.BeginReadAsync(first, TestContext.Current.CancellationToken);    // neither ended nor closed
            first.Domains.Add(new Domain { Name = "left.test" });
        }

        await using var next = await database.OpenAsync();

        Assert.Same(first, next);                                   // used again indeed
        Assert.Empty(next.ChangeTracker.Entries());
        Assert.Null(next.Database.CurrentTransaction);
        Assert.Equal(System.Data.ConnectionState.Closed, next.Database.GetDbConnection().State);
        await using var change = await next.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);    // nobody holds the lock
    }

    [Fact]
    public async Task CreateDbContext_WhileOthersAreInUse_GivesOneOfItsOwn()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => database.OpenAsync()));

        Assert.Equal(40, all.Distinct().Count());

        foreach (var one in all) await one.DisposeAsync();
    }
}
