using System.Buffers.Text;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Numbers as logs print them.</summary>
internal static class Numbers
{
    /// <summary>A whole number that fills the text; null when it is none.</summary>
    public static long? Whole(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : null;

    /// <summary>Seconds such as <c>12</c> or <c>0.31</c>; null when it is none.</summary>
    public static double? Seconds(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 15) return null;
        long digits = 0;
        var scale = 0;
        foreach (var b in text)
        {
            if (b == '.' && scale == 0) scale = 1;
            else if (b is >= (byte)'0' and <= (byte)'9')
            {
                digits = digits * 10 + (b - '0');
                scale *= 10;
            }
            else return null;
        }
        return scale == 0 ? digits : digits / (double)scale;
    }
}
