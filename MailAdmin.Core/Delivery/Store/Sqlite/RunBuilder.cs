using System.IO.Compression;
using System.Text;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Writes runs, one after the other, each within a transaction of the caller.</summary>
internal sealed class RunBuilder(SqliteConnection connection) : IDisposable
{
    // Measured: higher qualities take three times as long for a tenth less.
    private const int Quality = 1;
    private const int Window = 18;
    private const int PageBytes = 4_000;
    private const int ListBytes = 64_000;

    private readonly Statement _putRun = new(connection, "INSERT INTO run (first, last, entries, directory) VALUES (0, 0, 0, x'') RETURNING number");
    private readonly Statement _fillRun = new(connection, "UPDATE run SET first = ?, last = ?, entries = ?, directory = ? WHERE number = ?");
    private readonly Statement _putPart = new(connection, "INSERT INTO part (id, data) VALUES (?, ?)");
    private readonly EntryWriter _heads = new(new Words()), _data = new(new Words()), _directory = new(new Words());
    private readonly List<long> _blocks = [];
    private readonly List<int> _pages = [];
    private byte[] _packed = [];
    private ulong[] _postings = new ulong[1 << 12];
    private int _number, _parts, _entries, _inBlock, _lists, _count;
    private long _last;

    public void Begin()
    {
        _putRun.Next();
        _number = _putRun.Int(0);
        _putRun.Reset();
        _blocks.Clear();
        _pages.Clear();
        (_parts, _entries, _inBlock, _lists, _count, _last) = (0, 0, 0, 0, 0, 0);
        _heads.Clear();
        _data.Clear();
    }

    /// <summary>Adds an entry. They come in the order of their numbers, each once.</summary>
    public void Add(long id, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> terms)
    {
        if (_inBlock == 0) _blocks.Add(id);
        _heads.Number((ulong)(_inBlock == 0 ? id : id - _last));
        _heads.Number((ulong)bytes.Length);
        _data.Bytes(bytes);
        _last = id;
        if (_count + terms.Length > _postings.Length) Array.Resize(ref _postings, Math.Max(_postings.Length * 2, _count + terms.Length));
        foreach (var term in terms) _postings[_count++] = (ulong)(term - Terms.Least) << 32 | (uint)_entries;
        _entries++;
        if (++_inBlock == Run.EntriesPerBlock) EndBlock();
    }

    /// <summary>Writes what is left.</summary>
    /// <param name="addresses">All addresses of the entries, in lower case (ASCII), each once. There may be others.</param>
    public Run End(IEnumerable<string> addresses)
    {
        if (_inBlock > 0) EndBlock();
        WritePages();
        WriteAddresses(addresses);
        _directory.Clear();
        _directory.Number((ulong)_blocks.Count);
        var before = 0L;
        foreach (var first in _blocks)
        {
            _directory.Number((ulong)(first - before));
            before = first;
        }
        _directory.Number((ulong)_pages.Count);
        before = Terms.Least;
        foreach (var first in _pages)
        {
            _directory.Number((ulong)(first - before));
            before = first;
        }
        _directory.Number((ulong)_lists);
        _fillRun.With(_blocks[0]).With(_last).With(_entries).With(_directory.Written).With(_number).Run();
        return new Run(_number, _blocks[0], _last, _entries, _directory.Written);
    }

    // The length unpacked, and then packed: how many entries, the number and length of each, and their bytes.
    private void EndBlock()
    {
        var count = _inBlock;
        _inBlock = 0;
        _directory.Clear();
        _directory.Number((ulong)count);
        _directory.Bytes(_heads.Written);
        _directory.Bytes(_data.Written);
        _heads.Clear();
        _data.Clear();
        var room = BrotliEncoder.GetMaxCompressedLength(_directory.Written.Length) + 16;
        if (_packed.Length < room) _packed = new byte[room];
        _heads.Number((ulong)_directory.Written.Length);
        var head = _heads.Written.Length;
        _heads.Written.CopyTo(_packed);
        _heads.Clear();
        if (!BrotliEncoder.TryCompress(_directory.Written, _packed.AsSpan(head), out var length, Quality, Window)) throw new InvalidOperationException("A block of entries could not be packed.");
        Put(_packed.AsSpan(0, head + length));
    }

    // Per term: the distance from the term before; then twice the place and 1 for one entry alone, or twice the number of entries, and the distances of their places.
    private void WritePages()
    {
        var all = _postings.AsSpan(0, _count);
        all.Sort();
        var before = 0;
        for (var from = 0; from < all.Length;)
        {
            var term = (int)(all[from] >> 32);
            var to = from + 1;
            while (to < all.Length && (int)(all[to] >> 32) == term) to++;
            if (_data.Written.Length > PageBytes || _data.Written.Length > 0 && to - from > PageBytes) EndPage();
            if (_data.Written.Length == 0)
            {
                _pages.Add(term + Terms.Least);
                before = term;
            }
            _data.Number((ulong)(term - before));
            before = term;
            if (to - from == 1) _data.Number((ulong)(uint)all[from] << 1 | 1);
            else
            {
                _data.Number((ulong)(to - from) << 1);
                var place = 0u;
                for (; from < to; from++)
                {
                    _data.Number((uint)all[from] - place);
                    place = (uint)all[from];
                }
            }
            from = to;
        }
        EndPage();
    }

    private void EndPage()
    {
        if (_data.Written.Length == 0) return;
        Put(_data.Written);
        _data.Clear();
    }

    // In order, each as how many bytes it shares with the one before, how many follow, and these.
    private void WriteAddresses(IEnumerable<string> addresses)
    {
        // By their first letters: what is alike there need not be in order.
        var sorted = addresses.ToArray();
        Array.Sort(Array.ConvertAll(sorted, Beginning), sorted);
        Span<byte> one = stackalloc byte[AddressList.Longest * 3], before = stackalloc byte[AddressList.Longest * 3];
        var known = 0;
        foreach (var address in sorted)
        {
            var length = Encoding.UTF8.GetBytes(address, one);
            var shared = one[..length].CommonPrefixLength(before[..known]);
            _data.Number((ulong)shared);
            _data.Number((ulong)(length - shared));
            _data.Bytes(one[shared..length]);
            one[..length].CopyTo(before);
            known = length;
            if (_data.Written.Length < ListBytes) continue;
            EndList();
            known = 0;
        }
        EndList();
    }

    private static UInt128 Beginning(string address)
    {
        UInt128 key = 0;
        for (var i = 0; i < 16; i++) key = key << 8 | (i < address.Length ? (byte)address[i] : (byte)0);
        return key;
    }

    private void EndList()
    {
        if (_data.Written.Length == 0) return;
        _lists++;
        EndPage();
    }

    private void Put(ReadOnlySpan<byte> bytes) => _putPart.With(Run.FirstPart(_number) + _parts++).With(bytes).Run();

    public void Dispose()
    {
        _putRun.Dispose();
        _fillRun.Dispose();
        _putPart.Dispose();
    }
}
