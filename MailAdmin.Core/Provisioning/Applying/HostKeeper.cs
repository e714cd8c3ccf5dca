using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Looks after hosts while the portal runs: recovers, serves what nobody waits for any more, ends what is due (aliases that expire, trash that is old enough), looks for hand edits.</summary>
public sealed partial class HostKeeper(
    IDbContextFactory<MailAdminContext> factory, AddressKeeper addresses, ApplyService apply, PlanService plans, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<HostKeeper> log)
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, (long Revision, DateTimeOffset At)> _tried = [];
    private DateTimeOffset _lookedForDrift;
    private bool _recovered;

    /// <summary>One round: what expired, what is outstanding, and from time to time hand edits. Not in the first one: at a start whoever asks comes first.</summary>
    public async Task OnceAsync(CancellationToken ct)
    {
        var isFirst = !_recovered;
        if (isFirst) await apply.RecoverAsync(ct);
        _recovered = true;
        var now = time.GetUtcNow();
        // What is due by time alone makes new revisions, which are outstanding below.
        await addresses.TidyAsync(ct);
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var host in await db.Hosts.Where(h => h.AppliedRevision < h.DesiredRevision).Select(h => new { h.Id, h.DesiredRevision }).ToListAsync(ct))
        {
            // What failed is tried again, but not every few seconds: somebody has to look.
            if (_tried.TryGetValue(host.Id, out var tried) && tried.Revision == host.DesiredRevision && now - tried.At < TryAgainAfter) continue;
            _tried[host.Id] = (host.DesiredRevision, now);
            await apply.ServeAsync(new HostRevision(host.Id, host.DesiredRevision), Actor.Portal, ct);
        }
        if (isFirst || options.Value.LookForDriftMinutes == 0 || now - _lookedForDrift < TimeSpan.FromMinutes(options.Value.LookForDriftMinutes)) return;
        _lookedForDrift = now;
        foreach (var host in await db.Hosts.AsNoTracking().ToListAsync(ct))
        {
            try
            {
                await plans.LookForHandEditsAsync(host, ct);
            }
            catch (Exception e) when (e is HostException or UnrepresentableException)
            {
                CompareFailed(log, e, host.Name);
            }
        }
        // Whole maps were in memory just now, where a hand was every account too, and nothing like it comes for minutes: the mail server beside us can use that memory.
        // On a stack of its own: the frames of what has just ended would keep it all alive.
        await Task.Yield();
        SqliteConnection.ClearAllPools();   // each connection keeps two megabytes of pages
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Posix.GiveFreedMemoryBack();
    }

    [LoggerMessage(LogLevel.Warning, "Host {Host} could not be compared with the database")]
    private static partial void CompareFailed(ILogger log, Exception e, string host);
}
