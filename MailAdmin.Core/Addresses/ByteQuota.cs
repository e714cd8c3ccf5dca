using System.Globalization;

namespace MailAdmin.Core.Addresses;

/// <summary>How much mail a mailbox may hold, in bytes, from 0 (no limit) to 2^50 (one pebibyte).</summary>
/// <remarks>Units are powers of 1024, as in Dovecot's quota rules: 5G, 5 GB and 5 GiB are the same.</remarks>
public readonly record struct ByteQuota
{
    /// <summary>The largest quota, in bytes.</summary>
    public const long Most = 1L << 50;

    private static readonly (char Letter, long Bytes)[] Units = [('P', 1L << 50), ('T', 1L << 40), ('G', 1L << 30), ('M', 1L << 20), ('K', 1L << 10)];

    private ByteQuota(long bytes) => Bytes = bytes;

    /// <summary>The size in bytes; 0 means unlimited.</summary>
    public long Bytes { get; }

    /// <summary>True when there is no limit.</summary>
    public bool IsUnlimited => Bytes == 0;

    /// <summary>For people, rounded to two decimals: <c>5 GiB</c>, <c>1.46 GiB</c>, <c>unlimited</c>.</summary>
    public string Human
    {
        get
        {
            if (IsUnlimited) return "unlimited";
            foreach (var (letter, size) in Units)
            {
                if (Bytes >= size) return string.Create(CultureInfo.InvariantCulture, $"{(decimal)Bytes / size:0.##} {letter}iB");
            }
            return string.Create(CultureInfo.InvariantCulture, $"{Bytes} bytes");
        }
    }

    /// <summary>For people who want it exactly: <c>5,368,709,120 bytes</c>, <c>unlimited</c>.</summary>
    public string Exact => IsUnlimited ? "unlimited" : string.Create(CultureInfo.InvariantCulture, $"{Bytes:#,0} bytes");

    /// <summary>Short, exact and readable back: the largest unit without a rest (<c>5G</c>, <c>1536M</c>), else bytes (<c>1000</c>); <c>unlimited</c>.</summary>
    public override string ToString()
    {
        if (IsUnlimited) return "unlimited";
        foreach (var (letter, size) in Units)
        {
            if (Bytes % size == 0) return string.Create(CultureInfo.InvariantCulture, $"{Bytes / size}{letter}");
        }
        return Bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A quota of that many bytes.</summary>
    /// <param name="bytes">0 (no limit) to <see cref="Most"/>.</param>
    /// <param name="quota">The quota.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryFrom(long bytes, out ByteQuota quota, out Objection why)
    {
        quota = default;
        if (bytes is < 0 or > Most)
        {
            why = new Objection(string.Create(CultureInfo.InvariantCulture, $"A quota of {bytes} bytes is out of range."), "Give 0 (no limit) to 1024T.");
            return false;
        }
        quota = new ByteQuota(bytes);
        why = default;
        return true;
    }

    /// <summary>Reads <c>5G</c>, <c>5 GB</c>, <c>1.5 GiB</c>, <c>500m</c>, <c>1073741824</c> (bytes), <c>0</c> or <c>unlimited</c>. A fraction of a byte is cut off.</summary>
    /// <param name="text">What was given; null counts as empty. Decimal point, never comma.</param>
    /// <param name="quota">The quota.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParse(string? text, out ByteQuota quota, out Objection why)
    {
        quota = default;
        text ??= "";
        if (string.Equals(text, "unlimited", StringComparison.OrdinalIgnoreCase))
        {
            why = default;
            return true;
        }
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        var unit = SizeOf(text[end..]);
        if (end is 0 or > 30 || unit is null || !decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            why = new Objection($"'{ShownText.Of(text, 40)}' is not a size.", "Write a number and a unit, such as 5G, 500M or 1.5 GB; 0 means unlimited.");
            return false;
        }
        if (number > Most || number * unit.Value > Most)
        {
            why = new Objection($"'{ShownText.Of(text, 40)}' is too large for a quota.", "Give at most 1024T, or 0 for no limit.");
            return false;
        }
        var bytes = (long)(number * unit.Value);
        // 0.1 bytes must not turn into "no limit".
        if (bytes == 0 && number != 0)
        {
            why = new Objection($"'{ShownText.Of(text, 40)}' is less than a byte.", "Give a larger size, or 0 for no limit.");
            return false;
        }
        return TryFrom(bytes, out quota, out why);
    }

    /// <summary>Reads a quota that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message says why and what to do.</exception>
    public static ByteQuota Parse(string? text) => TryParse(text, out var quota, out var why) ? quota : throw new FormatException(why);

    private static long? SizeOf(string unit)
    {
        unit = unit.StartsWith(' ') ? unit[1..] : unit;
        if (unit.Length == 0 || unit.Equals("b", StringComparison.OrdinalIgnoreCase) || unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)) return 1;
        if (unit[1..].ToUpperInvariant() is not ("" or "B" or "IB")) return null;
        foreach (var (letter, size) in Units)
        {
            if (char.ToUpperInvariant(unit[0]) == letter) return size;
        }
        return null;
    }
}
