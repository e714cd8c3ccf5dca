using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Data;

/// <summary>Begins changes: the only way in which services write desired state.</summary>
public sealed class Changes(IDbContextFactory<MailAdminContext> factory, TimeProvider time)
{
    /// <summary>Begins a change: a fresh context inside a transaction that already holds the database's write lock, so what is read in it is what is changed.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database stayed locked for longer than its busy time-out.</exception>
    public async Task<Change> BeginAsync(Actor actor, ChangeOptions options, CancellationToken ct)
    {
        var db = await factory.CreateDbContextAsync(ct);
        try
        {
            // Microsoft.Data.Sqlite begins with BEGIN IMMEDIATE: two writers queue here instead of failing at commit.
            var transaction = await db.Database.BeginTransactionAsync(ct);
            return new Change(db, transaction, actor, options, time.GetUtcNow());
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }
}
