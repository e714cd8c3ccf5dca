using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The letters of addresses, three by three, for the search by a part: each address once for each segment, its row numbered by segment and term. The texts themselves are in the entries.</summary>
/// <remarks>Sixteen segments share a table, so that what is old leaves as a whole.</remarks>
internal sealed class AddressBookOfSegment(SqliteConnection connection, int segment) : IDisposable
{
    private const int SegmentsPerTable = 16;
    private const int TermBits = 24;
    private const int Longest = 320;

    private readonly HashSet<int> _known = [];
    private readonly SortedDictionary<long, string> _new = [];
    private Statement? _insert;
    private int _segment = segment;
    private int _table = -1;

    /// <summary>A new segment begins.</summary>
    public void Begin(int number)
    {
        _known.Clear();
        _segment = number;
    }

    public void Add(string? address)
    {
        if (string.IsNullOrEmpty(address) || address.Length > Longest) return;
        var term = Terms.Address(address);
        if (_known.Add(term)) _new[(long)_segment << TermBits | (uint)(term - Terms.Least)] = address;
    }

    /// <summary>Writes what is new. After a restart an address of the current segment may come a second time, which does no harm.</summary>
    public void Write()
    {
        foreach (var (row, address) in _new)
        {
            var table = TableOf((int)(row >> TermBits));
            if (table != _table)
            {
                StoreSchema.Run(connection, $"CREATE VIRTUAL TABLE IF NOT EXISTS {Name(table)} USING fts5(text, tokenize = 'trigram', content = '', columnsize = 0, detail = none)");
                _insert?.Dispose();
                _insert = new Statement(connection, $"INSERT INTO {Name(table)} (rowid, text) VALUES (?, ?)");
                _table = table;
            }
            _insert!.With(row).With(address).Run();
        }
        _new.Clear();
    }

    /// <summary>The table of a segment.</summary>
    public static int TableOf(int segment) => segment / SegmentsPerTable;

    /// <summary>A table's name.</summary>
    public static string Name(int table) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"address_{table}");

    /// <summary>The term that a row stands for.</summary>
    public static int TermOf(long row) => (int)(row & ((1 << TermBits) - 1)) + Terms.Least;

    public void Dispose() => _insert?.Dispose();
}
