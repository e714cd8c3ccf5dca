using System.Collections.Concurrent;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Overview;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>Looks at the queue of every host now and then, so that the overview knows without asking.</summary>
public sealed class QueueWatch(QueueService queue, IDbContextFactory<MailAdminContext> factory, TimeProvider time, ILogger<QueueWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, QueueView> _seen = new(StringComparer.Ordinal);

    /// <summary>What was seen last, by host; hosts whose queue could not be read are not among them.</summary>
    public IReadOnlyCollection<QueueView> Seen => [.. _seen.Values];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FirstSeconds.PassAsync(time, stoppingToken);
            while (true)
            {
                var began = time.GetTimestamp();
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogWarning(e, "The queues could not be looked at.");
                }
                // A large queue is work for the host's disk: it is read a tenth of the time at most.
                var took = time.GetElapsedTime(began);
                await Task.Delay(took * 10 > Every ? took * 10 : Every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var names = await db.Hosts.AsNoTracking().Select(h => h.Name).ToListAsync(ct);
        foreach (var gone in _seen.Keys.Except(names)) _seen.TryRemove(gone, out _);
        foreach (var name in names)
        {
            try
            {
                if (await queue.ReadAsync(name, new QueueQuery(QueueFilter.Everything, Limit: 0), Actor.Portal, ct) is Outcome<QueueView>.Accepted(var view, _)) _seen[name] = view;
                else _seen.TryRemove(name, out _);
            }
            catch (HostException)
            {
                _seen.TryRemove(name, out _);   // not known is not "empty"
            }
        }
    }
}

/// <summary>The queue's word in the overview's first sentence.</summary>
public sealed class QueueOverview(QueueWatch watch, IDbContextFactory<MailAdminContext> factory, TimeProvider time) : IOverviewPart
{
    /// <inheritdoc />
    public string Subject => "queue";

    /// <inheritdoc />
    public async Task<OverviewPartState?> ReadAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        if (!(await Access.ReadAsync(db, actor, now, ct)).Permits(Right.ReadMail)) return null;
        var seen = watch.Seen;
        return seen.Count == 0 || seen.Count < await db.Hosts.CountAsync(ct) ? null : Of(seen, now);
    }

    /// <summary>Judges what was seen.</summary>
    public static OverviewPartState Of(IReadOnlyCollection<QueueView> seen, DateTimeOffset now)
    {
        var worst = seen.Select(view => (View: view, Group: QueueWords.Worst(view))).Where(w => w.Group is not null && QueueWords.IsDelayed(w.Group, now)).OrderByDescending(w => w.Group!.Messages).FirstOrDefault();
        if (worst.Group is { } group)
            return new(Controls.Tone.Warn, "Mail is delayed.", $"{QueueWords.Waiting(group, now)}.", "Show them", $"/queue?host={Uri.EscapeDataString(worst.View.Host)}&to={Uri.EscapeDataString(group.Destination)}");
        var (all, held) = (seen.Sum(v => v.All), seen.Sum(v => v.ByQueue.GetValueOrDefault(QueueName.Hold)));
        if (all == 0) return new(Controls.Tone.Good, "The queue is empty.", "Queue empty.", "See the queue", "/queue");
        if (held == all) return new(Controls.Tone.Quiet, "Messages are held.", $"{QueueWords.Messages(held)} {(held == 1 ? "is" : "are")} held in the queue.", "See the queue", "/queue?in=hold");
        return new(Controls.Tone.Good, "Mail is on its way.", $"{QueueWords.Messages(all)} in the queue{(held > 0 ? $", {QueueWords.Number(held)} held" : "")}.", "See the queue", "/queue");
    }
}

/// <summary>Registers what looks at queues by itself.</summary>
public static class QueueWatchSetup
{
    public static IServiceCollection AddQueueWatch(this IServiceCollection services)
    {
        services.AddSingleton<QueueWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueWatch>());
        services.AddSingleton<IOverviewPart, QueueOverview>();
        return services;
    }
}
