using MailAdmin.Core.Probes;
using MailAdmin.Web.Overview;

namespace MailAdmin.Web.Probes;

/// <summary>Lets probes, round trips and alerts run while the portal runs.</summary>
public sealed partial class ProbeLoop(ProbeKeeper keeper, TimeProvider time, ILogger<ProbeLoop> log) : BackgroundService
{
    // The first look comes late: what the portal does at its start, it does first.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10), Pace = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(Before, time, stoppingToken);
            using var pace = new PeriodicTimer(Pace, time);
            do await OnceAsync(stoppingToken);
            while (await pace.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal ends; probes come again at the next start.
        }
    }

    private async Task OnceAsync(CancellationToken ct)
    {
        try
        {
            await keeper.LookAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LookFailed(log, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Probing failed; it goes on")]
    private static partial void LookFailed(ILogger log, Exception e);
}

/// <summary>The registrations of probes in the portal.</summary>
public static class ProbeLoopSetup
{
    /// <summary>Adds the loop and the overview's part.</summary>
    public static IServiceCollection AddProbeLoop(this IServiceCollection services)
    {
        services.AddSingleton<IOverviewPart, DeliveryPart>();
        return services.AddHostedService<ProbeLoop>();
    }
}
