
namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Cuts a stream of log bytes into lines, without a copy per line. Whatever the bytes are, it never throws for them.</summary>
/// <remarks>A line longer than <see cref="LongestLine"/> is given as its first bytes only; the rest is skipped and counted, so that no line can take the memory.</remarks>
internal sealed class LineReader(Stream source, int bufferBytes = 1 << 20)
{
    /// <summary>Most bytes of a line that are kept.</summary>
    public const int LongestLine = 64 * 1024;

    // Never smaller than a kept line, or its end could not be looked for.
    private readonly byte[] _buffer = new byte[Math.Max(bufferBytes, LongestLine + 2)];
    private int _start;
    private int _end;
    private bool _sourceEnded;

    /// <summary>Where the line given last begins in the source, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>How long the line given last is in the source, with its line feed, in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>True when the line given last was longer than is kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>True when the source ended before the line given last did: its writer may not have finished it.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>The next line without its end (LF or CR LF); valid until the next call. False at the end of the source.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        Offset += Length;
        Length = 0;
        IsCut = IsUnfinished = false;
        var searched = 0;
        while (true)
        {
            var held = _buffer.AsSpan(_start.._end);
            var feed = held[searched..].IndexOf((byte)'\n');
            if (feed >= 0)
            {
                feed += searched;
                _start += feed + 1;
                Length = feed + 1;
                line = Kept(held[..feed]);
                return true;
            }
            if (_sourceEnded)
            {
                _start = _end;
                Length = held.Length;
                IsUnfinished = true;
                line = Kept(held);
                return held.Length > 0;
            }
            if (held.Length > LongestLine + 1)
            {
                line = held[..LongestLine];
                SkipRest();
                return true;
            }
            searched = held.Length;
            Fill();
        }
    }

    private ReadOnlySpan<byte> Kept(ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[^1] == '\r') line = line[..^1];
        IsCut = line.Length > LongestLine;
        return IsCut ? line[..LongestLine] : line;
    }

    // The kept part stays at the front of the buffer; what follows is read over and over behind it until the line ends.
    private void SkipRest()
    {
        IsCut = true;
        Array.Copy(_buffer, _start, _buffer, 0, LongestLine);
        Length = LongestLine;
        _start += LongestLine;
        while (true)
        {
            var feed = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                Length += feed + 1;
                _start += feed + 1;
                return;
            }
            Length += _end - _start;
            _start = _end = LongestLine;
            var read = source.Read(_buffer.AsSpan(_end));
            _end += read;
            if (read > 0) continue;
            _sourceEnded = IsUnfinished = true;
            return;
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        var read = source.Read(_buffer.AsSpan(_end));
        _end += read;
        _sourceEnded = read == 0;
    }
}
