using System.IO.Compression;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>One log to analyse: a file, a packed file, or a stream. Opened when its time has come.</summary>
internal sealed class LogSource : IDisposable
{
    private const int LinesLookedAt = 1000;
    private const int TextPlaces = 1 << 10;   // hosts and programs

    private readonly LogAnalysisOptions _options;
    private readonly DateTime _nowUtc;
    private readonly Func<Stream> _open;
    private Stream? _raw;
    private ReadAhead? _lines;
    private long _done;

    /// <param name="open">Opens the bytes, from their start each time; a stream that cannot be opened twice is given with <paramref name="isOnce"/>.</param>
    public LogSource(Func<Stream> open, DateTime? writtenUtc, bool isOnce, LogAnalysisOptions options, DateTime nowUtc)
    {
        (_open, _options, _nowUtc) = (open, options, nowUtc);
        WrittenUtc = writtenUtc ?? nowUtc;
        First = isOnce ? DateTime.MinValue : FindFirst();
    }

    /// <summary>Time of its first line, in UTC; the least for a stream, which has to be read first; the greatest when it has none.</summary>
    public DateTime First { get; }

    /// <summary>When it was last written.</summary>
    public DateTime WrittenUtc { get; private set; }

    /// <summary>True from the start on.</summary>
    public bool IsStarted => _lines is not null;

    /// <summary>The line where it is, valid until the next move.</summary>
    public UnderstoodLine Line => _lines!.Line;

    /// <summary>Where that line stands in time, never before the one ahead of it.</summary>
    public DateTime Key { get; private set; }

    /// <summary>Bytes of the file read so far.</summary>
    public long BytesRead => _lines?.BytesRead ?? _done;

    /// <summary>Begins to read, ahead of whoever takes the lines.</summary>
    public void Start()
    {
        var (lines, stamps) = Open();
        var raw = _raw!;
        _lines = new ReadAhead(lines, new LogParser(stamps, new TextCache(TextPlaces)), () => raw.CanSeek ? raw.Position : 0);
    }

    /// <summary>Moves to the next line. False at the end.</summary>
    /// <exception cref="IOException">The log cannot be read further.</exception>
    public bool MoveNext(CancellationToken ct)
    {
        if (!_lines!.MoveNext(ct)) return false;
        if (_lines.Time is { } time && time > Key) Key = time;
        return true;
    }

    private (LineReader Lines, StampReader Stamps) Open()
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
        return (new LineReader(stream, _options.BufferBytes), new StampReader(_options.Zone, WrittenUtc, first));
    }

    public void Dispose()
    {
        if (_lines is null) return;
        _done = BytesRead;
        _lines.Dispose();
        _lines = null;
        _raw?.Dispose();
        _raw = null;
    }

    private DateTime FindFirst()
    {
        var (lines, stamps) = Open();
        using var _ = _raw;
        for (var i = 0; i < LinesLookedAt && lines.TryRead(out var line); i++)
            if (stamps.TryRead(line.TrimStart((byte)0), out var stamp, out var _)) return stamp.Utc;
        return DateTime.MaxValue;
    }
}
