namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Many entries that were written together and never change: their bytes in packed blocks, what they are found by in pages, and their addresses in lists.</summary>
/// <remarks>
/// Entries are numbered within the run in the order of their numbers; <see cref="EntriesPerBlock"/> of them make a block. A page holds terms in their order, each with the
/// places of its entries. The parts of a run lie under its number: blocks first, then pages, then lists. Runs may overlap in time, but no entry lies in two.
/// </remarks>
internal sealed class Run
{
    /// <summary>Few enough that one entry is unpacked in a tenth of a millisecond, many enough that they resemble each other.</summary>
    public const int EntriesPerBlock = 64;

    /// <summary>Bits of a part's place within its run.</summary>
    public const int PartBits = 24;

    private readonly long[] _blocks;
    private readonly int[] _pages;
    private readonly int _lists;

    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public Run(int number, long first, long last, int entries, ReadOnlySpan<byte> directory)
    {
        (Number, First, Last, Entries) = (number, first, last, entries);
        var from = new EntryReader(directory, NoWords);
        _blocks = new long[Checked(from.Count())];
        var before = 0L;
        for (var i = 0; i < _blocks.Length; i++) _blocks[i] = before += (long)from.Number();
        _pages = new int[Checked(from.Count())];
        before = Terms.Least;
        for (var i = 0; i < _pages.Length; i++) _pages[i] = (int)(before += (long)from.Number());
        _lists = Checked(from.Count());
    }

    /// <summary>Larger means written later.</summary>
    public int Number { get; }

    /// <summary>Least number of an entry in it.</summary>
    public long First { get; }

    /// <summary>Largest number of an entry in it.</summary>
    public long Last { get; }

    /// <summary>How many entries.</summary>
    public int Entries { get; }

    public int Blocks => _blocks.Length;

    /// <summary>The number of the first entry of a block.</summary>
    public long FirstOf(int block) => _blocks[block];

    /// <summary>The last block that begins at or before this number; -1 when all begin behind it.</summary>
    public int BlockOf(long id)
    {
        var at = Array.BinarySearch(_blocks, id);
        return at >= 0 ? at : ~at - 1;
    }

    public long PartOfBlock(int block) => Part(block);

    /// <summary>The page that holds a term, if any does; null when it is below all.</summary>
    public long? PartOfTerm(int term)
    {
        var at = Array.BinarySearch(_pages, term);
        if (at < 0) at = ~at - 1;
        return at < 0 ? null : Part(_blocks.Length + at);
    }

    /// <summary>The term a page begins with.</summary>
    public int FirstTermOf(long part) => _pages[(int)(part - FirstPart(Number)) - _blocks.Length];

    /// <summary>The lists of addresses.</summary>
    public IEnumerable<long> PartsOfAddresses => Enumerable.Range(_blocks.Length + _pages.Length, _lists).Select(Part);

    /// <summary>The number of the first part of a run, whatever it is.</summary>
    public static long FirstPart(int run) => (long)run << PartBits;

    /// <summary>For parts, in which there are no words.</summary>
    public static string NoWords(int number) => throw new InvalidDataException($"There is no word {number} here.");

    private long Part(int at) => FirstPart(Number) + at;

    private static int Checked(int count) => count < 1 << PartBits ? count : throw new InvalidDataException("The directory of a run is damaged.");
}
