using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Gives numbers to new entries, each once.</summary>
internal sealed class EntryIds : IDisposable
{
    private const int MostPerSecond = 1 << EntryId.CountBits;
    private const int MostKept = 200_000;

    private readonly Dictionary<long, int> _next = [];
    private readonly Statement _last;
    private long _storedUpTo;

    public EntryIds(SqliteConnection connection, long largest)
    {
        _last = new Statement(connection, "SELECT max(id) FROM entry WHERE id >= ? AND id < ?");
        _storedUpTo = largest >> EntryId.CountBits;
    }

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
        _last.With(second << EntryId.CountBits).With((second + 1) << EntryId.CountBits);
        var count = _last.Next() && !_last.IsNull(0) ? (int)(_last.Long(0) & (MostPerSecond - 1)) + 1 : 0;
        _last.Reset();
        return count;
    }

    public void Dispose() => _last.Dispose();
}
