using System.IO.Compression;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>One log to analyse: a file, a packed file, or a stream. Opened when its time has come.</summary>
internal sealed class LogSource : IDisposable
{
    private const int LinesLookedAt = 1000;

    private readonly LogAnalysisOptions _options;
    private readonly DateTime _nowUtc;
    private readonly TextCache _texts;
    private readonly Func<Stream> _open;
    private Stream? _raw;
    private LineReader? _reader;
    private StampReader? _ahead;
    private long _done;

    /// <param name="open">Opens the bytes, from their start each time; a stream that cannot be opened twice is given with <paramref name="isOnce"/>.</param>
    public LogSource(Func<Stream> open, DateTime? writtenUtc, bool isOnce, LogAnalysisOptions options, DateTime nowUtc, TextCache texts)
    {
        (_open, _options, _nowUtc, _texts) = (open, options, nowUtc, texts);
        WrittenUtc = writtenUtc ?? nowUtc;
        Parser = null!;
        if (isOnce)
        {
            First = DateTime.MinValue;
            return;
        }
        Open();
        First = DateTime.MaxValue;
        for (var i = 0; i < LinesLookedAt && _reader!.TryRead(out var line); i++)
        {
            if (!_ahead!.TryRead(line.TrimStart((byte)0), out var stamp, out _)) continue;
            First = stamp.Utc;
            break;
        }
        Close();
    }

    /// <summary>Time of its first line, in UTC; the least for a stream, which has to be read first; the greatest when it has none.</summary>
    public DateTime First { get; }

    /// <summary>When it was last written.</summary>
    public DateTime WrittenUtc { get; private set; }

    /// <summary>Reads its lines. There is one for each source, because years and summer time follow from the line before.</summary>
    public LogParser Parser { get; private set; }

    /// <summary>Where the current line stands in time, never before the one ahead of it.</summary>
    public DateTime Key { get; private set; }

    /// <summary>True when the line given last was only its beginning.</summary>
    public bool IsCut => _reader!.IsCut;

    /// <summary>Bytes of the current line, with its end.</summary>
    public long LineBytes => _reader!.Length;

    /// <summary>Bytes of the file read so far.</summary>
    public long BytesRead => _raw is { CanSeek: true } ? _raw.Position : _done;

    public void Open()
    {
        _raw = _open();
        var stream = _raw;
        var first = (int?)null;
        var head = new byte[10];
        if (_raw.CanSeek)
        {
            var read = _raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            _raw.Position = 0;
            if (read == head.Length && head[0] == 0x1F && head[1] == 0x8B)
            {
                stream = new GZipStream(_raw, CompressionMode.Decompress);
                // RFC 1952: the time of the file that was packed, if the packer told it.
                var packed = BitConverter.ToUInt32(head, 4);
                if (packed != 0) WrittenUtc = DateTimeOffset.FromUnixTimeSeconds(packed).UtcDateTime;
            }
            else first = LogYears.FirstYear(_raw, TimeZoneInfo.ConvertTimeFromUtc(WrittenUtc, _options.Zone));
        }
        if (WrittenUtc > _nowUtc) WrittenUtc = _nowUtc;
        _reader = new LineReader(stream, _options.BufferBytes);
        _ahead = new StampReader(_options.Zone, WrittenUtc, first);
        Parser = new LogParser(new StampReader(_options.Zone, WrittenUtc, first), _texts);
    }

    /// <summary>The next line.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line) => _reader!.TryRead(out line);

    /// <summary>Finds where the line stands in time, for sources that are read side by side.</summary>
    public void LookAt(ReadOnlySpan<byte> line)
    {
        if (_ahead!.TryRead(line, out var stamp, out _) && stamp.Utc > Key) Key = stamp.Utc;
    }

    public void Dispose()
    {
        _done = BytesRead;
        Close();
    }

    private void Close()
    {
        _raw?.Dispose();
        _raw = null;
        _reader = null;
        _ahead = null;
    }
}
