namespace MailAdmin.Core.Transfer;

/// <summary>What a file from elsewhere may be at most.</summary>
internal static class ImportLimits
{
    public const long Bytes = 256L << 20;
    public const int Rows = 1_000_000;
    public const int LineCharacters = 1 << 20;

    /// <summary>UTF-8 lines with their numbers; bounded in length, and refused when they are not UTF-8.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(Stream stream)
    {
        using var reader = Text(stream);
        var number = 0;
        while (ReadLine(reader, number) is { } line)
        {
            if (++number > Rows * 2) throw new ImportFormatException($"The file has more than {Rows * 2:n0} lines. Split it.");
            yield return (number, line);
        }
    }

    /// <summary>Text of a stream that is refused when it is too large or not UTF-8.</summary>
    public static StreamReader Text(Stream stream) => new(new Bounded(stream), new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);

    private static string? ReadLine(StreamReader reader, int number)
    {
        try
        {
            var line = reader.ReadLine();
            return line?.Length > LineCharacters ? throw new ImportFormatException($"Line {number + 1} is longer than {LineCharacters:n0} characters.") : line;
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new ImportFormatException($"The file is not UTF-8 (after line {number}). Convert it first, such as with iconv.", e);
        }
    }

    private sealed class Bounded(Stream inner) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var got = inner.Read(buffer, offset, count);
            if ((_read += got) > Bytes) throw new ImportFormatException($"The file is larger than {Bytes >> 20} MiB. Split it.");
            return got;
        }

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
