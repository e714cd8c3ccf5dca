using System.Runtime.InteropServices;
using System.Text;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Turns bytes into strings, giving the same string again for texts that keep coming back, such as codes, relays and services. Of fixed size: a new text takes the place of an old one.</summary>
/// <remarks>Bytes that are no UTF-8 become the replacement character.</remarks>
internal sealed class TextCache(int places = 1 << 13)
{
    private const int LongestKept = 160;

    private readonly (uint Hash, byte[] Bytes, string Text)[] _places = new (uint, byte[], string)[places];

    /// <summary>The text of bytes that hardly come twice, such as a Message-ID: looking for it would cost more than making it.</summary>
    public static string Once(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The text of bytes that come again and again.</summary>
    public string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "";
        if (bytes.Length > LongestKept) return Encoding.UTF8.GetString(bytes);
        var hash = Hash(bytes);
        ref var place = ref _places[hash & (uint)(_places.Length - 1)];
        if (place.Bytes is not null && place.Hash == hash && bytes.SequenceEqual(place.Bytes)) return place.Text;
        place = (hash, bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        return place.Text;
    }

    // Another one in each process, so that nobody can prepare texts that fall on one place.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    /// <summary>A quick number for bytes, without meaning outside this process.</summary>
    public static uint Hash(ReadOnlySpan<byte> bytes) => (uint)(LongHash(bytes) >> 32);

    /// <summary>The same with all its bits.</summary>
    public static ulong LongHash(ReadOnlySpan<byte> bytes)
    {
        var hash = Seed + (ulong)bytes.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        foreach (var rest in bytes[(words.Length * 8)..]) hash = (hash ^ rest) * 0x100000001B3;
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9;
        return hash ^ (hash >> 31);
    }
}
