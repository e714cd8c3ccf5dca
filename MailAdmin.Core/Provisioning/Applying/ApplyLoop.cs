using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Looks after hosts while the portal runs: recovers, serves what nobody waits for any more, lets aliases expire, looks for hand edits.</summary>
public sealed partial class ApplyLoop(
    IDbContextFactory<MailAdminContext> factory, Changes changes, ApplyService apply, PlanService plans, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<ApplyLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, (long Revision, DateTimeOffset At)> _tried = [];
    private DateTimeOffset _lookedForDrift;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();   // the portal answers before the first look has ended
        using var pace = new PeriodicTimer(Pace, time);
        var recovered = false;
        do
        {
            try
            {
                if (!recovered) await apply.RecoverAsync(stoppingToken);
                recovered = true;
                await OnceAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LookFailed(log, e);
            }
        }
        while (await NextAsync(pace, stoppingToken));
    }

    /// <summary>One round: what expired, what is outstanding, and from time to time hand edits.</summary>
    public async Task OnceAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await ExpireAsync(now, ct);
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var host in await db.Hosts.Where(h => h.AppliedRevision < h.DesiredRevision).Select(h => new { h.Id, h.DesiredRevision }).ToListAsync(ct))
        {
            // What failed is tried again, but not every few seconds: somebody has to look.
            if (_tried.TryGetValue(host.Id, out var tried) && tried.Revision == host.DesiredRevision && now - tried.At < TimeSpan.FromMinutes(5)) continue;
            _tried[host.Id] = (host.DesiredRevision, now);
            await apply.ServeAsync(new HostRevision(host.Id, host.DesiredRevision), Actor.Portal, ct);
        }
        if (options.Value.LookForDriftMinutes == 0 || now - _lookedForDrift < TimeSpan.FromMinutes(options.Value.LookForDriftMinutes)) return;
        _lookedForDrift = now;
        foreach (var host in await db.Hosts.Select(h => h.Name).ToListAsync(ct))
        {
            try
            {
                await plans.PlanAsync(host, Actor.Portal, ct);
            }
            catch (Exception e) when (e is HostException or UnrepresentableException)
            {
                CompareFailed(log, e, host);
            }
        }
    }

    // Nobody changes anything when an alias expires; yet what should be on the host is another from that moment.
    private async Task ExpireAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var host in await db.Hosts.Select(h => h.Id).ToListAsync(ct))
        {
            var since = await db.Generations.Where(g => g.HostId == host && g.State == History.GenerationState.Served).MaxAsync(g => (DateTimeOffset?)g.StartedAt, ct) ?? DateTimeOffset.MinValue;
            var expired = await (from a in db.Aliases join d in db.Domains on a.DomainId equals d.Id where d.HostId == host && a.ExpiresAt > since && a.ExpiresAt <= now orderby a.Address select a.Address).Take(1000).ToListAsync(ct);
            if (expired.Count == 0) continue;
            await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
            await change.NextRevisionAsync(host, ct);
            change.Audit("alias.expire", expired.Count == 1 ? expired[0] : "", null, new { addresses = expired });
            await change.CommitAsync(ct);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer pace, CancellationToken ct)
    {
        try
        {
            return await pace.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Looking after the hosts failed; it goes on")]
    private static partial void LookFailed(ILogger log, Exception e);

    [LoggerMessage(LogLevel.Warning, "Host {Host} could not be compared with the database")]
    private static partial void CompareFailed(ILogger log, Exception e, string host);
}
