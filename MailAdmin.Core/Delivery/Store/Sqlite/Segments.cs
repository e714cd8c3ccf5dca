using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The stretches of time by which postings are kept apart.</summary>
/// <remarks>A segment reaches from its first number to the next segment's. A new one begins behind all numbers given so far, so that each entry lies in exactly one.</remarks>
internal sealed class Segments
{
    private const int MostEntries = 80_000;
    private const long LongestSpan = 86_400L << EntryId.CountBits;

    private readonly List<Segment> _all = [];
    private long _largest;

    internal sealed class Segment(int number, long first, long entries)
    {
        public int Number => number;
        public long First => first;
        public long Entries { get; set; } = entries;
        public bool IsNew { get; set; }
        public bool IsChanged { get; set; }
    }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<Segment> All => _all;

    public static Segments Load(SqliteConnection connection, long largest)
    {
        var segments = new Segments { _largest = largest };
        using var read = new Statement(connection, "SELECT number, first, entries FROM segment ORDER BY first");
        while (read.Next()) segments._all.Add(new Segment(read.Int(0), read.Long(1), read.Long(2)));
        return segments;
    }

    /// <summary>The segment of a number; counts it when it is new.</summary>
    /// <param name="began">True when a segment began with it.</param>
    public Segment Of(long id, bool isNew, out bool began)
    {
        began = false;
        if (_all.Count == 0 || isNew && id > _largest && IsFull(_all[^1], id))
        {
            began = true;
            _all.Add(new Segment(_all.Count == 0 ? 1 : _all.Max(segment => segment.Number) + 1, _all.Count == 0 ? id : _largest + 1, 0) { IsNew = true });
        }
        if (id > _largest) _largest = id;
        var segment = Find(id);
        if (isNew)
        {
            segment.Entries++;
            segment.IsChanged = true;
        }
        return segment;
    }

    /// <summary>The segment that holds a number. Numbers before all segments belong to the first.</summary>
    public Segment Find(long id)
    {
        var at = _all.Count - 1;
        while (at > 0 && _all[at].First > id) at--;
        return _all[at];
    }

    public void Remove(Segment segment) => _all.Remove(segment);

    private static bool IsFull(Segment segment, long id) => segment.Entries >= MostEntries || id - segment.First >= LongestSpan && segment.Entries > 0;
}
