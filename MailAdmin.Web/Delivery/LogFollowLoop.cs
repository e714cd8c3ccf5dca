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
        await Task.Yield();   // the portal answers before the first line is read
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await following.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;   // what was not stored is read again at the next start
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Nobody waits for this: it is told in the log, and begins again where the store ends.
                FollowingFailed(log, e);
            }
            try
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
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
