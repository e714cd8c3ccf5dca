using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("a\n\nb", new[] { "a", "", "b" })]
    [InlineData("\n", new[] { "" })]
    [InlineData("a\0b\n", new[] { "a\0b" })]
    public void TryRead_Lines_AreGivenWithoutTheirEnds(string text, string[] expected) =>
        Assert.Equal(expected, Read(new MemoryStream(Encoding.UTF8.GetBytes(text))).Select(line => Encoding.UTF8.GetString(line.Bytes)));

    [Fact]
    public void TryRead_LastLineWithoutEnd_IsMarkedUnfinished() =>
        Assert.Equal([false, true], Read(new MemoryStream("whole\nhalf"u8.ToArray())).Select(line => line.IsUnfinished));

    [Theory]
    [InlineData(LineReader.LongestLine)]
    [InlineData(LineReader.LongestLine + 1)]
    [InlineData(LineReader.LongestLine + 2)]
    [InlineData(5_000_000)]
    public void TryRead_LongLine_IsKeptToTheLimitAndTheNextIsWhole(int length)
    {
        var lines = Read(new MemoryStream([.. Enumerable.Repeat((byte)'x', length), (byte)'\n', .. "next\n"u8]));
        Assert.Equal(2, lines.Count);
        Assert.Equal(Math.Min(length, LineReader.LongestLine), lines[0].Bytes.Length);
        Assert.Equal(length > LineReader.LongestLine, lines[0].IsCut);
        Assert.Equal(length + 1, lines[0].Length);
        Assert.Equal("next"u8.ToArray(), lines[1].Bytes);
        Assert.False(lines[1].IsCut);
        Assert.Equal(length + 1, lines[1].Offset);
    }

    [Fact]
    public void TryRead_AnyBytesInAnyPieces_GivesTheSameLinesAndCoversEveryByte() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Const((byte)'\n'), Gen.Const((byte)'\r')).Array[0, 3000], Gen.Int[1, 4000], Gen.Int[0, 1000], Gen.Int[0, 200_000]).Sample((bytes, piece, seed, longLine) =>
        {
            byte[] all = [.. bytes, .. Enumerable.Repeat((byte)'y', longLine), .. bytes];
            var random = new Random(seed);
            var whole = Read(new MemoryStream(all));
            var pieces = Read(new PiecesStream(all, () => random.Next(1, piece + 1)), 1);
            Assert.Equal(whole.Select(Print), pieces.Select(Print));
            Assert.Equal(all.Length, whole.Sum(line => line.Length));
        }, iter: 300);

    private static string Print((byte[] Bytes, long Offset, long Length, bool IsCut, bool IsUnfinished) line) => $"{Convert.ToHexString(line.Bytes)} {line.Offset} {line.Length} {line.IsCut} {line.IsUnfinished}";

    private static List<(byte[] Bytes, long Offset, long Length, bool IsCut, bool IsUnfinished)> Read(Stream stream, int bufferBytes = 1 << 20)
    {
        var reader = new LineReader(stream, bufferBytes);
        var lines = new List<(byte[], long, long, bool, bool)>();
        while (reader.TryRead(out var line)) lines.Add((line.ToArray(), reader.Offset, reader.Length, reader.IsCut, reader.IsUnfinished));
        return lines;
    }
}
