using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Stores how orders move: each move in a transaction of its own, told to who watches.</summary>
internal sealed class OrderLedger(IDbContextFactory<MailAdminContext> factory, OrderFeed feed, TimeProvider time)
{
    public async Task<AcmeOrder?> ReadAsync(int orderId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Set<AcmeOrder>().AsNoTracking().Include(o => o.Parts.OrderBy(p => p.Number)).Include(o => o.Answers).AsSplitQuery().SingleOrDefaultAsync(o => o.Id == orderId, ct);
    }

    public async Task<AcmeAccount> AccountAsync(int accountId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Set<AcmeAccount>().AsNoTracking().SingleAsync(a => a.Id == accountId, ct);
    }

    /// <summary>One move: the order and what hangs on it are changed and a step may be added. Nothing happens when somebody cancelled it meanwhile.</summary>
    /// <returns>False when it was cancelled.</returns>
    public async Task<bool> MoveAsync(int orderId, Action<AcmeOrder> change, StepKind? kind, string sentence, string name = "", CancellationToken ct = default)
    {
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var order = await db.Set<AcmeOrder>().Include(o => o.Parts).Include(o => o.Answers).AsSplitQuery().SingleAsync(o => o.Id == orderId, ct);
            if (order.Standing == OrderStanding.Cancelled) return false;
            change(order);
            order.Revision++;
            if (kind is { } k)
            {
                // The same wait again and again is one line, not a page.
                var last = await db.Set<AcmeOrderStep>().Where(s => s.OrderId == orderId).OrderByDescending(s => s.Id).FirstOrDefaultAsync(ct);
                if (last is null || k != StepKind.Waits || last.Kind != StepKind.Waits || last.Sentence != sentence)
                    db.Set<AcmeOrderStep>().Add(new AcmeOrderStep { OrderId = orderId, At = time.GetUtcNow(), State = order.State, Kind = k, Name = name, Sentence = sentence });
            }
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        feed.Publish(orderId);
        return true;
    }

    public async Task ChangeAccountAsync(int accountId, Action<AcmeAccount> change, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        change(await db.Set<AcmeAccount>().SingleAsync(a => a.Id == accountId, ct));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
