using MailAdmin.Core.Delivery;
using MailAdmin.Core.Delivery.Following;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Delivery;

/// <summary>Follows the mail logs while the portal runs.</summary>
public sealed partial class LogFollowLoop(LogFollowing following, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<LogFollowLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsFollowing) return;
        try
        {
            await FirstSeconds.PassAsync(time, stoppingToken);
            while (true)
            {
                await FollowAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not stored is read again at the next start.
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        try
        {
            await following.RunAsync(ct);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !ct.IsCancellationRequested)
        {
            // Nobody waits for this: it is told in the log, and begins again where the store ends.
            FollowingFailed(log, e);
        }
    }

    [LoggerMessage(Microsoft.Extensions.Logging.LogLevel.Error, "Following the mail logs failed; it begins again where the store of messages ends")]
    private static partial void FollowingFailed(ILogger log, Exception e);
}

/// <summary>The loop's registration.</summary>
public static class LogFollowSetup
{
    /// <summary>Adds the loop.</summary>
    public static IServiceCollection AddLogFollowing(this IServiceCollection services) => services.AddHostedService<LogFollowLoop>();
}
