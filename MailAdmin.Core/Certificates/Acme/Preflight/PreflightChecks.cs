using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>Everything that is looked at before an authority is bothered: all checks at once, in the order of their registration.</summary>
internal sealed class PreflightChecks(IEnumerable<IPreflightCheck> checks, IDbContextFactory<MailAdminContext> factory, AcmeHandlers handlers, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var found = await Task.WhenAll(checks.Select(async check =>
        {
            try
            {
                return await check.RunAsync(subject, patience.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return [new PreflightVerdict(check.GetType().Name.Replace("Check", "").ToLowerInvariant(), VerdictLevel.Warning, "", $"This check did not end within {Patience.TotalSeconds:0} seconds.", "Look at the resolver and the network.")];
            }
        }));
        return [.. found.SelectMany(f => f)];
    }

    /// <summary>Reads what the checks need for an order.</summary>
    public async Task<PreflightSubject> SubjectAsync(AcmeOrder order, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var account = await db.Set<AcmeAccount>().AsNoTracking().SingleAsync(a => a.Id == order.AccountId, ct);
        return await SubjectAsync(db, order, account, account.Directory, account.RootPem, ct);
    }

    /// <summary>Reads what the checks need, for an account that may not be there yet.</summary>
    public async Task<PreflightSubject> SubjectAsync(MailAdminContext db, AcmeOrder order, AcmeAccount? account, string directoryUrl, string? rootPem, CancellationToken ct)
    {
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == order.HostId, ct);
        var updater = order.DnsUpdaterId is { } id ? await db.Set<DnsUpdater>().AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, ct) : null;
        var budget = await OrderBudget.ReadAsync(db, directoryUrl, account?.Id, order.Names, time.GetUtcNow(), ct);
        AcmeDirectory? directory = null;
        AcmeException? problem = null;
        try
        {
            using var client = new AcmeClient(handlers, new Uri(directoryUrl), rootPem, time);
            directory = await client.DirectoryAsync(ct);
        }
        catch (AcmeException e)
        {
            problem = e;
        }
        return new PreflightSubject(order, host, account, directoryUrl, directory, problem, updater, budget, time.GetUtcNow());
    }
}
