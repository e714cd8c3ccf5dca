using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Lines of a log with what they say, some tens of kilobytes at a time, so that one thread can understand lines while another joins those before.</summary>
internal sealed class LineBatch
{
    private const int Room = 64 * 1024;   // bytes; the last line may reach beyond

    private readonly record struct Line(int Start, int Length, LinePlace Place, bool IsCut, bool IsOld, Reading Reading, LogFields Fields);

    private byte[] _bytes = new byte[Room + 1024];
    private Line[] _lines = new Line[Room / 128];
    private int _used;

    /// <summary>Lines that it holds.</summary>
    public int Count { get; private set; }

    /// <summary>True while another line can be added.</summary>
    public bool HasRoom => _used < Room;

    /// <summary>How far the log was read when it was filled, in bytes as they lie on the disk.</summary>
    public long BytesRead { get; set; }

    /// <summary>A line; valid until the batch is cleared.</summary>
    public UnderstoodLine this[int index]
    {
        get
        {
            ref readonly var line = ref _lines[index];
            var bytes = _bytes.AsSpan(line.Start, line.Length);
            return new UnderstoodLine { Bytes = bytes, Event = new LogEvent(bytes, line.Fields), Reading = line.Reading, Place = line.Place, IsCut = line.IsCut, IsOld = line.IsOld };
        }
    }

    /// <summary>When a line was written; null when it does not say.</summary>
    public DateTime? TimeOf(int index) => _lines[index].Reading == Reading.Damaged ? null : _lines[index].Fields.Stamp.Utc;

    /// <summary>Copies a line and understands it.</summary>
    public void Add(ReadOnlySpan<byte> line, LogParser parser, LinePlace place, bool isCut, bool isOld = false)
    {
        if (_bytes.Length < _used + line.Length) Array.Resize(ref _bytes, _used + line.Length);
        if (_lines.Length == Count) Array.Resize(ref _lines, Count * 2);
        var kept = _bytes.AsSpan(_used, line.Length);
        line.CopyTo(kept);
        LogEvent e = default;
        var reading = parser.Read(kept, ref e);
        _lines[Count++] = new Line(_used, line.Length, place, isCut, isOld, reading, e.Fields);
        _used += line.Length;
    }

    /// <summary>Takes the room back.</summary>
    public void Clear() => Count = _used = 0;
}

/// <summary>One line of a log, understood.</summary>
internal ref struct UnderstoodLine
{
    public ReadOnlySpan<byte> Bytes;
    public LogEvent Event;
    public Reading Reading;
    public LinePlace Place;
    /// <summary>True when it is only the line's beginning.</summary>
    public bool IsCut;
    /// <summary>It was read before a restart already.</summary>
    public bool IsOld;
}
