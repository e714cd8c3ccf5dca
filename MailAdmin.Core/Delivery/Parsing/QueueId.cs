using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>A Postfix queue id, short (hexadecimal, used again after a while) or long (unique), held in place so that looking it up allocates nothing.</summary>
/// <remarks>
/// Source: mail_queue.h of Postfix. Short: five hexadecimal digits of microseconds, then the inode. Long: six digits of seconds and four of
/// microseconds in base 52 (digits and consonants), <c>z</c>, then the inode in base 51.
/// </remarks>
public readonly struct QueueId : IEquatable<QueueId>
{
    /// <summary>Most characters of an id.</summary>
    public const int Longest = 24;

    private const int Shortest = 6;
    private const int SeparatorPlace = 10;

    private readonly ulong _a, _b, _c;

    private QueueId(ReadOnlySpan<byte> text)
    {
        Span<byte> padded = stackalloc byte[Longest];
        padded.Clear();
        text.CopyTo(padded);
        var words = MemoryMarshal.Cast<byte, ulong>(padded);
        (_a, _b, _c) = (words[0], words[1], words[2]);
    }

    /// <summary>True for the value that names no message.</summary>
    public bool IsNone => _a == 0;

    /// <summary>Reads an id. Words of the log such as <c>NOQUEUE</c> or <c>warning</c> are none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out QueueId id)
    {
        id = default;
        if (text.Length is < Shortest or > Longest) return false;
        byte all = Hexadecimal | Base52;
        foreach (var b in text) all &= Kinds[b];
        if ((all & Hexadecimal) == 0 && ((all & Base52) == 0 || text.Length < SeparatorPlace + 2 || text[SeparatorPlace] != 'z')) return false;
        id = new QueueId(text);
        return true;
    }

    /// <summary>Reads an id; none when it is no id.</summary>
    internal static QueueId Parse(ReadOnlySpan<byte> text) => TryParse(text, out var id) ? id : default;

    /// <summary>Reads an id.</summary>
    public static bool TryParse(string text, out QueueId id)
    {
        id = default;
        return text.Length <= Longest && TryParse(Encoding.UTF8.GetBytes(text), out id);
    }

    /// <inheritdoc/>
    public bool Equals(QueueId other) => _a == other._a && _b == other._b && _c == other._c;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is QueueId id && Equals(id);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override int GetHashCode()
    {
        var mixed = (_a * 0x9E3779B97F4A7C15) ^ (_b * 0xC2B2AE3D27D4EB4F) ^ (_c * 0x165667B19E3779F9);
        return (int)(mixed ^ (mixed >> 32));
    }

    /// <summary>True when both are the same id.</summary>
    public static bool operator ==(QueueId left, QueueId right) => left.Equals(right);

    /// <summary>True when they differ.</summary>
    public static bool operator !=(QueueId left, QueueId right) => !left.Equals(right);

    /// <summary>The id as Postfix prints it; empty for none.</summary>
    public override string ToString()
    {
        Span<ulong> words = [_a, _b, _c];
        var bytes = MemoryMarshal.AsBytes(words);
        var end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private const byte Hexadecimal = 1;
    private const byte Base52 = 2;
    private static readonly byte[] Kinds = MakeKinds();

    private static byte[] MakeKinds()
    {
        var kinds = new byte[256];
        foreach (var b in "0123456789ABCDEF"u8) kinds[b] |= Hexadecimal;
        foreach (var b in "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"u8) kinds[b] |= Base52;
        return kinds;
    }
}
