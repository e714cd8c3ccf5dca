namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Tells pages in this process that an order moved. What another process does is seen by reading again.</summary>
public sealed class OrderFeed
{
    private readonly Lock _lock = new();
    private readonly List<Action<int>> _wakes = [];

    /// <summary>Calls with the order's id at each move, until disposed.</summary>
    public IDisposable Subscribe(Action<int> wake)
    {
        lock (_lock) _wakes.Add(wake);
        return new Subscription(this, wake);
    }

    internal void Publish(int orderId)
    {
        Action<int>[] wakes;
        lock (_lock) wakes = [.. _wakes];
        foreach (var wake in wakes) wake(orderId);
    }

    private sealed class Subscription(OrderFeed feed, Action<int> wake) : IDisposable
    {
        public void Dispose()
        {
            lock (feed._lock) feed._wakes.Remove(wake);
        }
    }
}
