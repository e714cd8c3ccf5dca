using System.Buffers.Text;
using System.Globalization;

namespace MailAdmin.Web.Bench;

/// <summary>A client's name that says when the line was written: <c>t1764158400123.bench.test</c>, in milliseconds since 1970.</summary>
internal static class LiveMark
{
    private const int Digits = 13;

    private static ReadOnlySpan<byte> Begin => "connect from t"u8;

    public static string Of(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"t{now.ToUnixTimeMilliseconds()}.bench.test");

    /// <summary>The seconds since the first, or last, mark in the bytes was written; null when there is no whole one.</summary>
    public static double? Age(ReadOnlySpan<byte> bytes, bool isLast, DateTimeOffset now)
    {
        var at = isLast ? bytes.LastIndexOf(Begin) : bytes.IndexOf(Begin);
        if (at < 0 || bytes.Length < at + Begin.Length + Digits) return null;
        return Utf8Parser.TryParse(bytes.Slice(at + Begin.Length, Digits), out long then, out var length) && length == Digits ? (now.ToUnixTimeMilliseconds() - then) / 1000d : null;
    }
}
