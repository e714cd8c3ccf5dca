using System.Text;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Writes the packed form of an entry: numbers in as few bytes as they need, texts by number where they are frequent.</summary>
internal sealed class EntryWriter(Words words)
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Byte(byte value)
    {
        Room(1);
        _bytes[_length++] = value;
    }

    public void Number(ulong value)
    {
        Room(10);
        while (value >= 0x80)
        {
            _bytes[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _bytes[_length++] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A number that may be less than 0.</summary>
    public void Signed(long value) => Number((ulong)(value << 1) ^ (ulong)(value >> 63));

    /// <summary>A text that hardly comes twice: 0 for null, else its length and 1, and its bytes.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Byte(0);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length + 1);
        Room(length);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>A text that comes again and again: 0 for null, its number twice and 1, or twice its length and 2, and its bytes.</summary>
    public void Word(string? text)
    {
        if (text is null)
        {
            Byte(0);
            return;
        }
        var number = text.Length <= 200 ? words.NumberOfFrequent(text) : 0;
        if (number > 0)
        {
            Number((ulong)number << 1 | 1);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        Number(((ulong)length + 1) << 1);
        Room(length);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>Four times with slashes between, as Postfix prints them: each as its digits and where its point is; otherwise as a text.</summary>
    public void Delays(string? text)
    {
        Span<uint> parts = stackalloc uint[4];
        if (text is null || !TryTimes(text, parts))
        {
            Byte(0);
            Text(text);
            return;
        }
        Byte(1);
        foreach (var part in parts) Number(part);
    }

    private static bool TryTimes(string text, Span<uint> parts)
    {
        var (at, digits, decimals, count) = (0, 0u, -1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '/';
            if (c == '/')
            {
                // Only what is printed back the same: digits, without a needless 0 ahead.
                if (count == 0 || at == 4 || count > 8 || decimals == 0 || decimals > 7) return false;
                var length = count - Math.Max(decimals, 0);
                if (length < 1 || length > 1 && text[i - count - (decimals >= 0 ? 1 : 0)] == '0') return false;
                parts[at++] = digits << 3 | (uint)Math.Max(decimals, 0);
                (digits, decimals, count) = (0, -1, 0);
            }
            else if (c == '.' && decimals < 0) decimals = 0;
            else if (char.IsAsciiDigit(c))
            {
                digits = digits * 10 + (uint)(c - '0');
                count++;
                if (decimals >= 0) decimals++;
            }
            else return false;
        }
        return at == 4;
    }

    private void Room(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }
}

/// <summary>Reads what <see cref="EntryWriter"/> wrote.</summary>
/// <exception cref="InvalidDataException">The bytes are not of that form.</exception>
internal ref struct EntryReader(ReadOnlySpan<byte> bytes, Func<int, string> words)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte()
    {
        if (_rest.IsEmpty) throw Damaged();
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw Damaged();
    }

    public bool IsAtEnd => _rest.IsEmpty;

    public ReadOnlySpan<byte> Rest => _rest;

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length) throw Damaged();
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public int Count()
    {
        var count = Number();
        return count <= int.MaxValue ? (int)count : throw Damaged();
    }

    public long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public string? Text()
    {
        var length = Count();
        return length == 0 ? null : Take(length - 1);
    }

    public string? Word()
    {
        var head = Count();
        return head == 0 ? null : (head & 1) == 1 ? words(head >> 1) : Take((head >> 1) - 1);
    }

    public string? Delays()
    {
        if (Byte() == 0) return Text();
        Span<char> text = stackalloc char[64];
        Span<char> printed = stackalloc char[12];
        var at = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0) text[at++] = '/';
            var part = Number();
            var (digits, decimals) = ((uint)(part >> 3), (int)(part & 7));
            // Padded so that one digit stands before the point.
            digits.TryFormat(printed, out var length, decimals switch { 0 => "D1", 1 => "D2", 2 => "D3", 3 => "D4", 4 => "D5", 5 => "D6", 6 => "D7", _ => "D8" }, System.Globalization.CultureInfo.InvariantCulture);
            printed[..(length - decimals)].CopyTo(text[at..]);
            at += length - decimals;
            if (decimals == 0) continue;
            text[at++] = '.';
            printed[(length - decimals)..length].CopyTo(text[at..]);
            at += decimals;
        }
        return new string(text[..at]);
    }

    private string Take(int length) => Encoding.UTF8.GetString(Bytes(length));

    private static InvalidDataException Damaged() => new("An entry of the store of messages is damaged.");
}
