using MailAdmin.Core.Certificates.Acme.Orders;

namespace MailAdmin.Web.Certificates;

/// <summary>Carries orders on while the portal runs, those that a restart interrupted too.</summary>
public sealed partial class OrderLoop(AcmeOrderService orders, OrderFeed feed, TimeProvider time, ILogger<OrderLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Dictionary<int, Task> _running = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(_ => Wake());
        try
        {
            await FirstSeconds.PassAsync(time, stoppingToken);
            while (true)
            {
                await LookAsync(stoppingToken);
                using var pause = new CancellationTokenSource(Pace, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, pause.Token);
                try
                {
                    await _wake.WaitAsync(either.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // Time for the next look.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal ends; orders go on at the next start from where they are.
        }
        await Task.WhenAll(_running.Values);
    }

    private async Task LookAsync(CancellationToken ct)
    {
        foreach (var id in _running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToList()) _running.Remove(id);
        try
        {
            foreach (var id in await orders.DueAsync(ct))
                if (!_running.ContainsKey(id)) _running[id] = AdvanceAsync(id, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LookFailed(log, e);
        }
    }

    private async Task AdvanceAsync(int id, CancellationToken ct)
    {
        try
        {
            await orders.AdvanceAsync(id, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // See above.
        }
        catch (Exception e)
        {
            OrderFailed(log, id, e);
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Error, "Looking for orders failed; it goes on")]
    private static partial void LookFailed(ILogger log, Exception e);

    [LoggerMessage(LogLevel.Error, "Order {Order} could not be carried on; it is tried again")]
    private static partial void OrderFailed(ILogger log, int order, Exception e);
}

/// <summary>What the portal runs for certificates.</summary>
public static class AcmeRunning
{
    /// <summary>Adds the listener for challenges and the loop over orders.</summary>
    public static IServiceCollection AddOrderLoop(this IServiceCollection services) =>
        services.AddSingleton<ChallengeListener>().AddHostedService(provider => provider.GetRequiredService<ChallengeListener>()).AddHostedService<OrderLoop>();
}
