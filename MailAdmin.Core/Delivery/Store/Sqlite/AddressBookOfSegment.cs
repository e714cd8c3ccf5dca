using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Addresses for the search by a part: each once for each segment, so that they leave with it. Their row numbers begin with the segment's.</summary>
internal sealed class AddressBookOfSegment
{
    private const int NumberBits = 32;
    private const int Longest = 320;

    private readonly HashSet<ulong> _known = [];
    private readonly List<(long Row, string Address)> _new = [];
    private long _next;

    public AddressBookOfSegment(SqliteConnection connection)
    {
        var segment = StoreSchema.Number(connection, "SELECT number FROM segment ORDER BY first DESC LIMIT 1");
        _next = segment << NumberBits;
        using var read = new Statement(connection, "SELECT rowid, text FROM address WHERE rowid >= ?");
        read.With(_next);
        while (read.Next())
        {
            _known.Add(HashOf(read.Text(1)));
            _next = read.Long(0) + 1;
        }
    }

    /// <summary>A new segment begins.</summary>
    /// <param name="number">Its number.</param>
    public void Begin(int number)
    {
        _known.Clear();
        _next = (long)number << NumberBits;
    }

    public void Add(string? address)
    {
        if (string.IsNullOrEmpty(address) || address.Length > Longest || !_known.Add(HashOf(address))) return;
        _new.Add((_next++, address.ToLowerInvariant()));
    }

    public void Write(Statement insert)
    {
        foreach (var (row, address) in _new) insert.With(row).With(address).Run();
        _new.Clear();
    }

    /// <summary>The row numbers of a segment: from the first up to, and without, the last.</summary>
    public static (long From, long To) RowsOf(int segment) => ((long)segment << NumberBits, (long)(segment + 1) << NumberBits);

    private static ulong HashOf(string address) => (ulong)(uint)Terms.Address(address) << 32 | (uint)Terms.Of('b', address);
}
