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
        var number = text.Length <= 200 ? words.NumberOf(text) : 0;
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

    private string Take(int length)
    {
        if (length < 0 || length > _rest.Length) throw Damaged();
        var text = Encoding.UTF8.GetString(_rest[..length]);
        _rest = _rest[length..];
        return text;
    }

    private static InvalidDataException Damaged() => new("An entry of the store of messages is damaged.");
}
