namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Remembers what reasons mean while one queue is read: thousands of messages wait for the same one.</summary>
internal sealed class ReasonCache
{
    private const int Most = 10_000;

    private readonly Dictionary<string, DelayReason> _known = new(StringComparer.Ordinal);

    public DelayReason Of(string? reason)
    {
        if (reason is null) return DelayReason.None;
        if (_known.TryGetValue(reason, out var known)) return known;
        if (_known.Count >= Most) _known.Clear();
        return _known[reason] = DelayReason.Of(reason);
    }
}
