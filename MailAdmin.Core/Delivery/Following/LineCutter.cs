using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Cuts bytes that come piece by piece into lines. What has no line feed yet is kept back; of a line that is too long only the first bytes are kept.</summary>
internal sealed class LineCutter(long offset)
{
    private const int Buffer = 256 * 1024;

    private readonly byte[] _bytes = new byte[Buffer + LineReader.LongestLine];
    private int _start, _end, _searched;
    // Of a line that is too long: how many of its bytes were read and not kept.
    private long _skipped;

    /// <summary>Where the first byte lies that was not given as a line yet.</summary>
    public long Position { get; private set; } = offset;

    /// <summary>Where the next byte to be read lies.</summary>
    public long ReadPosition => Position + (_end - _start) + _skipped;

    /// <summary>Bytes of a line that is not finished yet.</summary>
    public long Unfinished => _end - _start + _skipped;

    /// <summary>Room for bytes, never empty. Only when <see cref="TryCut"/> gives no more lines.</summary>
    public Memory<byte> Room()
    {
        if (_end - _start > LineReader.LongestLine) SkipKept();
        if (_start > 0)
        {
            _bytes.AsSpan(_start.._end).CopyTo(_bytes);
            (_start, _end, _searched) = (0, _end - _start, _searched - _start);
        }
        return _bytes.AsMemory(_end);
    }

    /// <summary>So many bytes were put into the room.</summary>
    public void Filled(int count) => _end += count;

    /// <summary>The next whole line, without its end.</summary>
    /// <param name="at">Where it begins.</param>
    /// <param name="length">How long it is in the file, with its end.</param>
    public bool TryCut(out ReadOnlySpan<byte> line, out long at, out long length, out bool isCut)
    {
        var from = Math.Max(_start, _searched);
        var feed = _bytes.AsSpan(from.._end).IndexOf((byte)'\n');
        if (feed < 0)
        {
            _searched = _end;
            line = default;
            (at, length, isCut) = (0, 0, false);
            return false;
        }
        return Give(from + feed, 1, out line, out at, out length, out isCut);
    }

    /// <summary>What is left of a file that ended: a line that nobody finished. False when there is none.</summary>
    public bool TryRest(out ReadOnlySpan<byte> line, out long at, out long length, out bool isCut)
    {
        if (_end > _start) return Give(_end, 0, out line, out at, out length, out isCut);
        line = default;
        (at, length, isCut) = (0, 0, false);
        return false;
    }

    private bool Give(int end, int feed, out ReadOnlySpan<byte> line, out long at, out long length, out bool isCut)
    {
        line = _bytes.AsSpan(_start..end);
        (at, length) = (Position, end - _start + feed + _skipped);
        isCut = _skipped > 0 || line.Length > LineReader.LongestLine;
        if (isCut) line = line[..Math.Min(line.Length, LineReader.LongestLine)];
        else if (line.Length > 0 && line[^1] == '\r') line = line[..^1];
        Position += length;
        _start = _searched = end + feed;
        _skipped = 0;
        return true;
    }

    // The kept part stays; what came behind it is forgotten but for its length.
    private void SkipKept()
    {
        var more = _end - _start - LineReader.LongestLine;
        _skipped += more;
        _end -= more;
        _searched = _end;
    }
}
