namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Counts of texts, as many as fit: when there are too many different ones, the rare half is dropped, so that frequent ones stay right and memory stays bounded.</summary>
/// <param name="most">Most texts kept at once.</param>
public sealed class TopCounts(int most = 20_000)
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>True when rare texts were dropped: the counts of those left may then be a little low.</summary>
    public bool IsApproximate { get; private set; }

    /// <summary>All counted.</summary>
    public long Total { get; private set; }

    /// <summary>How many different texts are kept.</summary>
    public int Distinct => _counts.Count;

    /// <summary>The most frequent, largest first; the same count by name.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Top(int count) =>
        [.. _counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(count)];

    internal void Add(string text, long amount = 1)
    {
        Total += amount;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, text, out _) += amount;
        if (_counts.Count <= most) return;
        IsApproximate = true;
        foreach (var rare in _counts.OrderBy(pair => pair.Value).Take(most / 2).ToArray()) _counts.Remove(rare.Key);
    }
}
