using System.IO.Compression;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>An entry as it is stored.</summary>
internal readonly record struct Packed(long Id, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads one run. Keeps the block it read last. Parts that are damaged, or gone, hold nothing.</summary>
/// <param name="part">Gives the bytes of a part.</param>
internal sealed class RunReader(Run run, Statement part)
{
    private const int LargestBlock = 1 << 28;

    private int _block = -1;
    private byte[] _bytes = [];
    private long[] _ids = [];
    private int[] _ends = [];
    private int _begin;

    public Run Run => run;

    /// <summary>The entry at a place in the run; null when its block is damaged.</summary>
    public Packed? At(int place)
    {
        var within = place % Run.EntriesPerBlock;
        if (!Load(place / Run.EntriesPerBlock) || within >= _ids.Length) return null;
        var begin = within == 0 ? _begin : _ends[within - 1];
        return new Packed(_ids[within], _bytes.AsMemory(begin, _ends[within] - begin));
    }

    /// <summary>The place of the last entry with a number below this; -1 when there is none.</summary>
    public int LastBelow(long id)
    {
        for (var block = run.BlockOf(id - 1); block >= 0; block--)
        {
            if (!Load(block)) continue;
            var at = Array.BinarySearch(_ids, id);
            if ((at < 0 ? ~at : at) is > 0 and var below) return block * Run.EntriesPerBlock + below - 1;
        }
        return -1;
    }

    /// <summary>The entry with this number; null when it is not here.</summary>
    public Packed? Find(long id) => id >= run.First && id <= run.Last && LastBelow(id + 1) is >= 0 and var place && At(place) is { } entry && entry.Id == id ? entry : null;

    /// <summary>Adds the places of the entries that have a term.</summary>
    public void Places(int term, List<int> to)
    {
        if (run.PartOfTerm(term) is not { } page || Read(page) is not { } bytes) return;
        try
        {
            var from = new EntryReader(bytes, Run.NoWords);
            // The first distance of a page is 0: it begins with its own first term.
            for (var known = run.FirstTermOf(page); !from.IsAtEnd;)
            {
                known += from.Count();
                var head = from.Number();
                var isIt = known == term;
                if ((head & 1) == 1)
                {
                    if (isIt) to.Add((int)(head >> 1));
                }
                else
                {
                    var place = 0;
                    for (var left = head >> 1; left > 0; left--)
                    {
                        place += from.Count();
                        if (isIt) to.Add(place);
                    }
                }
                if (known >= term) return;
            }
        }
        catch (InvalidDataException)
        {
            // A damaged page hides its entries from this search, not the others.
        }
    }

    /// <summary>The terms of its addresses that have a part.</summary>
    public List<int> TermsOfPart(string text)
    {
        var terms = new List<int>();
        foreach (var list in run.PartsOfAddresses)
        {
            try
            {
                if (Read(list) is { } bytes) AddressList.Find(bytes, text, terms);
            }
            catch (InvalidDataException)
            {
                // As above.
            }
        }
        return terms;
    }

    private byte[]? Read(long id)
    {
        part.With(id);
        var bytes = part.Next() ? part.Blob(0).ToArray() : null;
        part.Reset();
        return bytes;
    }

    private bool Load(int block)
    {
        if (block == _block) return _ids.Length > 0;
        (_block, _ids) = (block, []);
        if (block < 0 || block >= run.Blocks || Read(run.PartOfBlock(block)) is not { } packed) return false;
        try
        {
            Unpack(packed);
            return true;
        }
        catch (InvalidDataException)
        {
            _ids = [];
            return false;
        }
    }

    private void Unpack(byte[] packed)
    {
        var head = new EntryReader(packed, Run.NoWords);
        var length = head.Count();
        if (length > LargestBlock) throw new InvalidDataException("A block of entries is damaged.");
        _bytes = new byte[length];
        if (!BrotliDecoder.TryDecompress(head.Rest, _bytes, out var written) || written != length) throw new InvalidDataException("A block of entries is damaged.");
        var from = new EntryReader(_bytes, Run.NoWords);
        var count = from.Count();
        if (count > Run.EntriesPerBlock) throw new InvalidDataException("A block of entries is damaged.");
        var (ids, ends, id, end) = (new long[count], new int[count], 0L, 0);
        for (var i = 0; i < count; i++)
        {
            ids[i] = id += (long)from.Number();
            ends[i] = end += from.Count();
        }
        _begin = length - from.Rest.Length;
        for (var i = 0; i < count; i++) ends[i] += _begin;
        if (end != from.Rest.Length) throw new InvalidDataException("A block of entries is damaged.");
        (_ids, _ends) = (ids, ends);
    }
}
