using MailAdmin.Core.Provisioning;
using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Web.Provisioning;

/// <summary>Lets the keeper of hosts work while the portal runs.</summary>
public sealed partial class ApplyLoop(HostKeeper keeper, TimeProvider time, ILogger<ApplyLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FirstSeconds.PassAsync(time, stoppingToken);
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal ends, and a run that was under way is finished or undone at the next start.
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        using var pace = new PeriodicTimer(Pace, time);
        do
        {
            try
            {
                await keeper.OnceAsync(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // Nobody waits for this: it is told in the log, and the next round comes.
                LookFailed(log, e);
            }
        }
        while (await pace.WaitForNextTickAsync(ct));
    }

    [LoggerMessage(LogLevel.Error, "Looking after the hosts failed; it goes on")]
    private static partial void LookFailed(ILogger log, Exception e);
}

/// <summary>The loop's registration.</summary>
public static class ApplyLoopSetup
{
    /// <summary>Adds the loop and binds the section <c>Provisioning</c>.</summary>
    public static IServiceCollection AddApplyLoop(this IServiceCollection services)
    {
        services.AddOptions<ProvisioningOptions>().BindConfiguration("Provisioning").ValidateDataAnnotations().ValidateOnStart();
        return services.AddHostedService<ApplyLoop>();
    }
}
