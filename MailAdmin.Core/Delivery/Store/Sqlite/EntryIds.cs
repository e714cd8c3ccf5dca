using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Gives numbers to new entries, each once.</summary>
/// <param name="connection">Where the entries lie.</param>
/// <param name="runs">All runs; others may come to it.</param>
/// <param name="settle">Waits until nobody else uses the connection.</param>
internal sealed class EntryIds(SqliteConnection connection, IReadOnlyCollection<RunReader> runs, Action settle) : IDisposable
{
    private const int MostPerSecond = 1 << EntryId.CountBits;
    private const int MostKept = 200_000;

    private readonly Dictionary<long, int> _next = [];
    private readonly Statement _last = new(connection, "SELECT max(id) FROM entry WHERE id < ?");
    private long _storedUpTo = Math.Max(StoreSchema.Number(connection, "SELECT max(id) FROM entry"), StoreSchema.Number(connection, "SELECT max(last) FROM run")) >> EntryId.CountBits;

    public long Next(DateTime firstSeenUtc)
    {
        var second = EntryId.Least(firstSeenUtc) >> EntryId.CountBits;
        while (true)
        {
            if (!_next.TryGetValue(second, out var count)) count = second <= _storedUpTo ? Stored(second) : 0;
            if (count < MostPerSecond)
            {
                _next[second] = count + 1;
                return second << EntryId.CountBits | (uint)count;
            }
            second++;
        }
    }

    /// <summary>After all numbers given so far are written: what is remembered about them may be forgotten.</summary>
    public void Written()
    {
        if (_next.Count < MostKept) return;
        _storedUpTo = Math.Max(_storedUpTo, _next.Keys.Max());
        _next.Clear();
    }

    private int Stored(long second)
    {
        settle();
        var (begin, end) = (second << EntryId.CountBits, (second + 1) << EntryId.CountBits);
        _last.With(end);
        var last = _last.Next() && !_last.IsNull(0) ? _last.Long(0) : -1;
        _last.Reset();
        foreach (var run in runs)
            if (run.Run.First < end && run.Run.Last >= begin && run.LastBelow(end) is >= 0 and var place && run.At(place) is { } entry) last = Math.Max(last, entry.Id);
        return last < begin ? 0 : (int)(last & (MostPerSecond - 1)) + 1;
    }

    public void Dispose() => _last.Dispose();
}
