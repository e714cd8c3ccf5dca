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
        await Task.Yield();   // the portal answers before the first look has ended
        using var pace = new PeriodicTimer(Pace, time);
        try
        {
            do await LookAsync(stoppingToken);
            while (await pace.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops: the end of the loop, and no fault.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await keeper.OnceAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody waits for this: it is told in the log, and the next round comes.
            LookFailed(log, e);
        }
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
