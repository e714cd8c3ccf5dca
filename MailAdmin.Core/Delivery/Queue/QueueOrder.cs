namespace MailAdmin.Core.Delivery.Queue;

/// <summary>The first rows of a queue in some order, found in one pass and in memory for those rows alone.</summary>
internal sealed class QueueOrder
{
    private readonly Comparison<QueuedMessage> _compare;
    private readonly PriorityQueue<QueuedMessage, QueuedMessage> _kept;
    private readonly int _most;

    public QueueOrder(ListSort by, int most)
    {
        var sign = by.Descending ? -1 : 1;
        _compare = (a, b) =>
        {
            var order = by.Field switch
            {
                "sizeBytes" => a.SizeBytes.CompareTo(b.SizeBytes),
                "sender" => string.CompareOrdinal(a.Sender, b.Sender),
                "recipients" => a.RecipientCount.CompareTo(b.RecipientCount),
                _ => a.ArrivedAt.CompareTo(b.ArrivedAt),
            };
            if (order == 0) order = a.ArrivedAt.CompareTo(b.ArrivedAt);
            return sign * (order == 0 ? string.CompareOrdinal(a.Id, b.Id) : order);
        };
        // The last of those kept stands on top, ready to be thrown out.
        _kept = new(Comparer<QueuedMessage>.Create((a, b) => _compare(b, a)));
        _most = most;
    }

    public static string[] Sorts { get; } = ["arrivedAt", "sizeBytes", "sender", "recipients"];

    public void Add(QueuedMessage message)
    {
        if (_most == 0) return;
        if (_kept.Count < _most) _kept.Enqueue(message, message);
        else if (_compare(message, _kept.Peek()) < 0) _kept.EnqueueDequeue(message, message);
    }

    /// <summary>Those from <paramref name="offset"/> on.</summary>
    public IReadOnlyList<QueuedMessage> From(int offset)
    {
        var all = _kept.UnorderedItems.Select(item => item.Element).ToList();
        all.Sort(_compare);
        return offset >= all.Count ? [] : all[offset..];
    }
}
