namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Messages that wait for the same destination for the same reason.</summary>
/// <param name="Destination">The recipients' domain.</param>
/// <param name="Reason">Why they wait, normalised.</param>
/// <param name="Sample">One of the reasons exactly as Postfix says it; null when it says none.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="Recipients">How many recipients.</param>
/// <param name="Bytes">Bytes of the messages.</param>
/// <param name="Since">When the first of them came (UTC).</param>
public sealed record QueueGroup(string Destination, DelayReason Reason, string? Sample, int Messages, int Recipients, long Bytes, DateTimeOffset Since);

/// <summary>Groups messages while they pass by. Memory grows with the number of groups, not of messages.</summary>
internal sealed class QueueGroups
{
    private const int MostGroups = 20_000;

    private readonly Dictionary<(string Destination, string Reason), Group> _groups = [];
    private readonly HashSet<Group> _ofThis = [];

    /// <summary>True when there were more groups than are kept.</summary>
    public bool IsCut { get; private set; }

    public void Add(QueuedMessage message, QueueFilter filter, ReasonCache reasons)
    {
        _ofThis.Clear();
        foreach (var recipient in message.Recipients)
        {
            var reason = reasons.Of(recipient.Reason);
            // Filtered by destination or reason, a message's other recipients are none of the matter.
            if (filter.Destination is { Length: > 0 } only && !string.Equals(only, recipient.Domain, StringComparison.OrdinalIgnoreCase)) continue;
            if (filter.Reason is { Length: > 0 } because && because != reason.Name) continue;
            var key = (recipient.Domain, reason.Name);
            if (!_groups.TryGetValue(key, out var group))
            {
                if (_groups.Count >= MostGroups)
                {
                    IsCut = true;
                    continue;
                }
                _groups[key] = group = new Group(recipient.Domain, reason, recipient.Reason, message.ArrivedAt);
            }
            group.Recipients++;
            if (message.ArrivedAt < group.Since) group.Since = message.ArrivedAt;
            if (!_ofThis.Add(group)) continue;
            group.Messages++;
            group.Bytes += message.SizeBytes;
        }
    }

    /// <summary>The largest groups.</summary>
    public IReadOnlyList<QueueGroup> Largest(int count) =>
        [.. _groups.Values.OrderByDescending(g => g.Messages).ThenBy(g => g.Since).ThenBy(g => g.Destination, StringComparer.Ordinal).Take(count)
            .Select(g => new QueueGroup(g.Destination, g.Reason, g.Sample, g.Messages, g.Recipients, g.Bytes, g.Since))];

    public int Count => _groups.Count;

    private sealed class Group(string destination, DelayReason reason, string? sample, DateTimeOffset since)
    {
        public string Destination => destination;
        public DelayReason Reason => reason;
        public string? Sample => sample;
        public DateTimeOffset Since { get; set; } = since;
        public int Messages { get; set; }
        public int Recipients { get; set; }
        public long Bytes { get; set; }
    }
}
