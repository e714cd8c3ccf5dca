using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>A part of a line by its place, so that it can be kept where bytes may not be pointed at. The default value is a part that the line does not have, which is not the same as an empty one.</summary>
internal readonly struct Part
{
    // One more than where it begins; zero for none.
    private readonly int _start;
    private readonly int _length;

    private Part(int start, int length) => (_start, _length) = (start + 1, length);

    /// <summary>Where a part of the line lies in it.</summary>
    /// <exception cref="ArgumentException">It does not lie there.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part Of(ReadOnlySpan<byte> part, ReadOnlySpan<byte> line)
    {
        ref var first = ref MemoryMarshal.GetReference(part);
        if (Unsafe.IsNullRef(ref first)) return default;
        var start = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(line), ref first);
        if (start < 0 || start + part.Length > line.Length) throw new ArgumentException("The bytes are no part of the line.", nameof(part));
        return new Part((int)start, part.Length);
    }

    /// <summary>Its bytes; nothing for a part that the line does not have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> line) => _start == 0 ? default : line.Slice(_start - 1, _length);
}
