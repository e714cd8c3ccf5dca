using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Proves that a compiled cdb table holds exactly the rows of its source: all of them, each where a reader looks for it, and nothing else.</summary>
/// <remarks>
/// Source: cdb.5 by D. J. Bernstein. 256 pairs (place, slots) of 32 bits, little-endian; records (key length, value length, key, value); then the hash tables,
/// pairs (hash, place of the record). Postfix stores keys and values without a trailing NUL.
/// </remarks>
internal static class CdbTable
{
    private const int Head = 2048;

    /// <summary>What is wrong; null when nothing is.</summary>
    /// <param name="table">The compiled file.</param>
    /// <param name="rows">Lines <c>key, tab, value, line end</c> in the order in which they were compiled; no key twice.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // one call reads millions of bytes: it is never warm
    public static string? Fault(ReadOnlySpan<byte> table, ReadOnlySpan<byte> rows)
    {
        if (table.Length < Head) return "the file is cut off";
        var end = (uint)table.Length;
        var used = 0;
        for (var t = 0; t < 256; t++)
        {
            var (place, slots) = Pair(table, 8 * t);
            if (place < Head || place + 8UL * slots > (ulong)table.Length) return "a hash table lies outside the file";
            end = Math.Min(end, place);
            for (var s = 0; s < slots; s++)
                if (Pair(table, (int)place + 8 * s).Second != 0) used++;
        }

        var at = Head;
        var count = 0;
        while (rows.Length > 0)
        {
            var line = rows.IndexOf((byte)'\n');
            var tab = rows[..Math.Max(line, 0)].IndexOf((byte)'\t');
            if (tab < 0) return "a row of the source is not whole";
            var key = rows[..tab];
            var value = rows[(tab + 1)..line];
            if ((ulong)at + 8 + (ulong)key.Length + (ulong)value.Length > end) return $"it has {count} rows and then ends";
            if (Pair(table, at) != ((uint)key.Length, (uint)value.Length) || !table.Slice(at + 8, key.Length).SequenceEqual(key) || !table.Slice(at + 8 + key.Length, value.Length).SequenceEqual(value))
                return $"row {count + 1} is another";
            if (!IsFound(table, key, (uint)at)) return $"row {count + 1} is not found by its key";
            at += 8 + key.Length + value.Length;
            rows = rows[(line + 1)..];
            count++;
        }
        return at != end ? "it has more rows" : used != count ? "its hash tables name more rows" : null;
    }

    /// <summary>cdb's hash of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint HashOf(ReadOnlySpan<byte> key)
    {
        var hash = 5381u;
        foreach (var b in key) hash = ((hash << 5) + hash) ^ b;
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFound(ReadOnlySpan<byte> table, ReadOnlySpan<byte> key, uint record)
    {
        var hash = HashOf(key);
        var (place, slots) = Pair(table, (int)(hash & 255) * 8);
        for (uint i = 0, slot = slots == 0 ? 0 : (hash >> 8) % slots; i < slots; i++, slot = slot + 1 == slots ? 0 : slot + 1)
        {
            var (found, at) = Pair(table, (int)(place + 8 * slot));
            if (at == 0) return false;
            if (found == hash && at == record) return true;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (uint First, uint Second) Pair(ReadOnlySpan<byte> table, int at) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(table[at..]), BinaryPrimitives.ReadUInt32LittleEndian(table[(at + 4)..]));
}
