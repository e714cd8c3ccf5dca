namespace MailAdmin.Core.Delivery.Following;

/// <summary>Hands lines to whoever watches, within this process. The newest are kept, so that a view has something to show when it opens.</summary>
/// <remarks>Publishing never waits for a reader. Lines come in batches, at most ten a second.</remarks>
public sealed class LogFeed
{
    /// <summary>How many of the newest lines are kept.</summary>
    public const int Kept = 5_000;

    private readonly Lock _gate = new();
    private readonly LogLine?[] _recent = new LogLine?[Kept];
    private LogSubscription[] _readers = [];
    private long _published;

    /// <summary>Begins to hand over lines.</summary>
    /// <param name="filter">Which lines; it must be free of objections (<see cref="LogFilter.Check"/>).</param>
    /// <param name="capacity">How many lines may wait for this reader, at least 1.</param>
    /// <param name="wake">Called when lines wait, from another thread, and again only after they were read. It must not wait for anything.</param>
    /// <returns>The reader's ring; dispose it to end.</returns>
    public LogSubscription Subscribe(LogFilter filter, int capacity, Action wake)
    {
        var reader = new LogSubscription(filter, capacity, wake, End);
        lock (_gate) _readers = [.. _readers, reader];
        return reader;
    }

    /// <summary>The newest lines that pass, the oldest first.</summary>
    /// <param name="most">Most lines to return.</param>
    public IReadOnlyList<LogLine> Recent(LogFilter filter, int most)
    {
        LogLine?[] kept;
        long published;
        lock (_gate) (kept, published) = ([.. _recent], _published);
        var found = new List<LogLine>(Math.Min(most, Kept));
        for (var at = published - 1; at >= Math.Max(0, published - Kept) && found.Count < most; at--)
            if (kept[at % Kept] is { } line && filter.Matches(line)) found.Add(line);
        found.Reverse();
        return found;
    }

    /// <summary>How many lines were published since the process began.</summary>
    public long Published => Volatile.Read(ref _published);

    internal void Publish(ReadOnlySpan<LogLine> lines)
    {
        LogSubscription[] readers;
        lock (_gate)
        {
            foreach (var line in lines.Length > Kept ? lines[^Kept..] : lines) _recent[_published++ % Kept] = line;
            readers = _readers;
        }
        foreach (var reader in readers) reader.Offer(lines);
    }

    private void End(LogSubscription reader)
    {
        lock (_gate) _readers = [.. _readers.Where(other => other != reader)];
    }
}
