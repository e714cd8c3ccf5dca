using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Orders of certificates: what the doors call.</summary>
public sealed class AcmeOrderService
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly Changes _changes;
    private readonly AcmeAccountService _accounts;
    private readonly PreflightChecks _preflight;
    private readonly KeptKeys _keys;
    private readonly OrderRunner _runner;
    private readonly OrderFeed _feed;
    private readonly TimeProvider _time;

    internal AcmeOrderService(IDbContextFactory<MailAdminContext> factory, Changes changes, AcmeAccountService accounts, PreflightChecks preflight, KeptKeys keys, OrderRunner runner, OrderFeed feed, TimeProvider time) =>
        (_factory, _changes, _accounts, _preflight, _keys, _runner, _feed, _time) = (factory, changes, accounts, preflight, keys, runner, feed, time);

    /// <summary>One page of the orders, newest first.</summary>
    public async Task<Outcome<Page<AcmeOrderView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        ListRules.Check(query, ["-createdAt", "createdAt"], reasons);
        if (reasons.Any) return reasons.Refuse<Page<AcmeOrderView>>();
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        var orders = db.Set<AcmeOrder>().AsNoTracking();
        if (ListRules.Containing(query.Search) is { } pattern) orders = orders.Where(o => EF.Functions.Like((string)(object)o.Names, pattern, ListRules.Escape));
        var total = await orders.CountAsync(ct);
        orders = query.Sort == "createdAt" ? orders.OrderBy(o => o.Id) : orders.OrderByDescending(o => o.Id);
        var rows = await OrderViews.ReadAsync(db, orders.Skip(query.Offset).Take(query.Limit), withSteps: false, ct);
        return new Outcome<Page<AcmeOrderView>>.Accepted(new Page<AcmeOrderView>(rows, total, query.Offset), null);
    }

    /// <summary>One order with its steps.</summary>
    public async Task<Outcome<AcmeOrderView>> GetAsync(int id, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        return (await OrderViews.ReadAsync(db, db.Set<AcmeOrder>().Where(o => o.Id == id), withSteps: true, ct)).SingleOrDefault() is { } view ? new Outcome<AcmeOrderView>.Accepted(view, null) : Unknown(id);
    }

    /// <summary>What the checks before such an order find now. Nothing is ordered, no account is made.</summary>
    public async Task<Outcome<PreflightReport>> PreflightAsync(NewAcmeOrder wanted, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        var reasons = new Reasons();
        var order = await OrderForm.ReadAsync(db, wanted, reasons, ct);
        var directory = Authority.Find(wanted.Authority, "authority", out var why);
        reasons.Add(why);
        if (reasons.Any) return reasons.Refuse<PreflightReport>();
        var account = await db.Set<AcmeAccount>().AsNoTracking().Where(a => a.Directory == directory!.AbsoluteUri && a.State != AcmeAccountState.Deactivated).FirstOrDefaultAsync(ct);
        var subject = await _preflight.SubjectAsync(db, order!, account, directory!.AbsoluteUri, wanted.RootPem ?? account?.RootPem, ct);
        var verdicts = await _preflight.RunAsync(subject, ct);
        return new Outcome<PreflightReport>.Accepted(new PreflightReport(verdicts.All(v => v.Level != VerdictLevel.Blocks), await OrderForm.NeedsTrialAsync(db, order!, directory, wanted, ct), verdicts, subject.Budget), null);
    }

    /// <summary>Orders a certificate. The order is stored; the portal's loop carries it on, or whoever calls <see cref="AdvanceAsync"/>.</summary>
    public async Task<Outcome<AcmeOrderView>> CreateAsync(NewAcmeOrder wanted, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        AcmeOrder? order;
        Uri? directory;
        IReadOnlyList<string> keys;
        await using (var db = await _factory.CreateDbContextAsync(ct))
        {
            if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
            var reasons = new Reasons();
            order = await OrderForm.ReadAsync(db, wanted, reasons, ct);
            directory = Authority.Find(wanted.Authority, "authority", out var why);
            reasons.Add(why);
            if (reasons.Any) return reasons.Refuse<AcmeOrderView>();
            var open = await db.Set<AcmeOrder>().Where(o => o.Standing <= OrderStanding.WaitingForRecord && !o.IsForKeeper).Select(o => new { o.Id, o.Names }).ToListAsync(ct);
            if (open.Find(o => o.Names.SequenceEqual(order!.Names)) is { } same) return new OrderTaken(same.Id, order!.Names[0]);
            keys = await _keys.ReadAsync(db, order!, wanted.KeepsKey, ct);
        }
        var account = await _accounts.EnsureAsync(new NewAcmeAccount { Authority = wanted.Authority, RootPem = wanted.RootPem, AgreesToTerms = wanted.AgreesToTerms, Contact = wanted.Contact }, actor, ct);
        if (account is Outcome<AcmeAccount>.Refused(var against)) return new Outcome<AcmeOrderView>.Refused(against);
        order!.AccountId = ((Outcome<AcmeAccount>.Accepted)account).Value.Id;
        order.OrderedBy = actor.Name;

        await using var change = await _changes.BeginAsync(actor, options, ct);
        await OrderForm.AddPartsAsync(change.Db, order, directory!, wanted, actor, change.Now, ct, keys);
        if (wanted.KeepsKey) await KeptKeys.NoteAsync(change.Db, order, change.Now, ct);
        order.CreatedAt = change.Now;
        change.Db.Add(order);
        await change.Db.SaveChangesAsync(ct);
        change.Audit("acmeOrder.add", order.Names[0], null, new { order.Id, names = string.Join(' ', order.Names), directory = directory!.AbsoluteUri, keys = order.Keys.ToString(), challenge = order.Challenge.ToString(), order.Profile, wanted.KeepsKey }, "ordered");
        var view = (await OrderViews.ReadAsync(change.Db, change.Db.Set<AcmeOrder>().Where(o => o.Id == order.Id), withSteps: true, ct)).Single();
        await change.CommitAsync(ct);
        _feed.Publish(order.Id);
        return new Outcome<AcmeOrderView>.Accepted(view, null);
    }

    /// <summary>Lets a waiting or failed order go on now, from where it was.</summary>
    public Task<Outcome<AcmeOrderView>> RetryAsync(int id, Actor actor, ChangeOptions options, CancellationToken ct) => ChangeAsync(id, "acmeOrder.retry", order =>
    {
        if (order.Standing is OrderStanding.Done or OrderStanding.Cancelled) return new OrderStands($"Order {order.Id} has ended and cannot go on.");
        (order.Standing, order.NextTryAt, order.EndedAt) = (OrderStanding.Running, null, null);
        return null;
    }, actor, options, ct);

    /// <summary>Stops an order for good. What it put into DNS or folders is taken away; what is live stays.</summary>
    public async Task<Outcome<AcmeOrderView>> CancelAsync(int id, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        var outcome = await ChangeAsync(id, "acmeOrder.cancel", order =>
        {
            if (order.Standing is OrderStanding.Done or OrderStanding.Cancelled) return new OrderStands($"Order {order.Id} has ended already.");
            (order.Standing, order.NextTryAt, order.EndedAt) = (OrderStanding.Cancelled, null, _time.GetUtcNow());
            return null;
        }, actor, options, ct);
        if (outcome is Outcome<AcmeOrderView>.Accepted) await _runner.CleanAsync(id, ct);
        return outcome;
    }

    /// <summary>Carries an order on until it rests; false when another process works on it.</summary>
    public Task<bool> AdvanceAsync(int id, CancellationToken ct) => _runner.AdvanceAsync(id, ct);

    /// <summary>Orders that somebody should carry on now.</summary>
    public async Task<IReadOnlyList<int>> DueAsync(CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        await using var db = await _factory.CreateDbContextAsync(ct);
        return await db.Set<AcmeOrder>().Where(o => !o.IsForKeeper && (o.Standing == OrderStanding.Running || ((o.Standing == OrderStanding.Waiting || o.Standing == OrderStanding.WaitingForRecord) && (o.NextTryAt == null || o.NextTryAt <= now))))
            .OrderBy(o => o.Id).Select(o => o.Id).ToListAsync(ct);
    }

    private async Task<Outcome<AcmeOrderView>> ChangeAsync(int id, string action, Func<AcmeOrder, Refusal?> edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await _changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (await change.Db.Set<AcmeOrder>().SingleOrDefaultAsync(o => o.Id == id, ct) is not { } order) return Unknown(id);
        var before = new { standing = order.Standing.ToString(), order.Failure };
        if (edit(order) is { } refusal) return refusal;
        order.Revision++;
        change.Audit(action, order.Names[0], before, new { standing = order.Standing.ToString(), order.Failure });
        await change.Db.SaveChangesAsync(ct);
        var view = (await OrderViews.ReadAsync(change.Db, change.Db.Set<AcmeOrder>().Where(o => o.Id == id), withSteps: true, ct)).Single();
        await change.CommitAsync(ct);
        _feed.Publish(id);
        return new Outcome<AcmeOrderView>.Accepted(view, null);
    }

    private static NotFound Unknown(int id) => new("order", $"{id}", $"There is no order {id}.", "See the list of orders.");
}
