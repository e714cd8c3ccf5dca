namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>What waits to be written together. When it is complete, another thread may write it while the next is filled.</summary>
internal sealed class Batch
{
    /// <summary>One entry: where its bytes are, what it is found by, what it was found by as a row, and whether it is an open one.</summary>
    internal readonly record struct Waiter(long Id, int Start, int Length, int[] Terms, int[] Before, bool WasOpen);

    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    /// <summary>Entries that are done with.</summary>
    public List<Waiter> Done { get; } = [];

    /// <summary>Messages that are under way.</summary>
    public List<Waiter> Open { get; } = [];

    /// <summary>Messages that were stored as done with and changed all the same.</summary>
    public List<Waiter> Again { get; } = [];

    public AddressList AddressesOfDone { get; } = new();

    /// <summary>Those of all others.</summary>
    public AddressList AddressesOfRows { get; } = new();

    /// <summary>How far files were read.</summary>
    public List<StoredFile> Files { get; } = [];

    public List<StoredSource> Sources { get; } = [];

    public Tally Tally { get; } = new();

    public List<(int Number, string Text)> Words { get; } = [];

    public void Add(List<Waiter> to, long id, ReadOnlySpan<byte> packed, int[] terms, int[] before, bool wasOpen)
    {
        if (_length + packed.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + packed.Length));
        packed.CopyTo(_bytes.AsSpan(_length));
        to.Add(new Waiter(id, _length, packed.Length, terms, before, wasOpen));
        _length += packed.Length;
    }

    public ReadOnlySpan<byte> BytesOf(Waiter waiter) => _bytes.AsSpan(waiter.Start, waiter.Length);

    /// <summary>In the order of their numbers; of one that waits twice the latter, with what is stored of it known by the former.</summary>
    public static List<Waiter> Once(List<Waiter> waiting)
    {
        var once = new List<Waiter>(waiting.Count);
        foreach (var waiter in waiting.OrderBy(waiter => waiter.Id))
        {
            if (once.Count > 0 && once[^1].Id == waiter.Id) once[^1] = waiter with { Before = once[^1].Before, WasOpen = once[^1].WasOpen };
            else once.Add(waiter);
        }
        return once;
    }

    /// <summary>For the next.</summary>
    public void Clear()
    {
        Done.Clear();
        Open.Clear();
        Again.Clear();
        AddressesOfDone.Clear();
        AddressesOfRows.Clear();
        Files.Clear();
        Sources.Clear();
        Words.Clear();
        _length = 0;
    }
}
