using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>The lines of a file under way, as bytes: written in any order, sorted by byte value at the end, no key twice.</summary>
/// <param name="separator">What ends a key.</param>
/// <param name="about">About how many lines there will be: growing costs more than filling.</param>
/// <param name="width">About how many bytes a line takes.</param>
internal sealed class Lines(byte separator, int about = 32, int width = 64)
{
    /// <summary>First line of every file that is written whole.</summary>
    public const string Header = BaselineLayout.EmptyFile;

    private readonly ArrayBufferWriter<byte> _text = new(Math.Max(256, about * width));
    private readonly List<(int Start, int Length)> _lines = new(about);
    private int _start;

    /// <summary>How many lines there are.</summary>
    public int Count => _lines.Count;

    /// <summary>What the line under way holds so far.</summary>
    public ReadOnlySpan<byte> UnderWay => _text.WrittenSpan[_start..];

    /// <summary>Appends ASCII text to the line under way.</summary>
    public Lines Add(ReadOnlySpan<char> text)
    {
        var room = _text.GetSpan(text.Length);
        // The grammar has let only ASCII through; should it ever not, the file is not written.
        if (Ascii.FromUtf16(text, room, out var written) != OperationStatus.Done) throw new InvalidOperationException("A field that is not ASCII came to a server file.");
        _text.Advance(written);
        return this;
    }

    /// <summary>Ends the key of the line under way.</summary>
    public Lines Separate()
    {
        _text.GetSpan(1)[0] = separator;
        _text.Advance(1);
        return this;
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        _lines.Add((_start, _text.WrittenCount - _start));
        _start = _text.WrittenCount;
    }

    /// <summary>The header and all lines, sorted.</summary>
    /// <exception cref="UnrepresentableException">A key stands twice.</exception>
    public byte[] ToFile(string what)
    {
        var text = _text.WrittenSpan;
        // The writer's own array: a copy would be as large as the map.
        var order = Sort(MemoryMarshal.TryGetArray(_text.WrittenMemory, out var own) ? own.Array! : text.ToArray(), [.. _lines]);
        var file = new byte[Header.Length + text.Length + order.Length];
        var at = Encoding.ASCII.GetBytes(Header, file);
        ReadOnlySpan<byte> former = [];
        foreach (var (start, length) in order)
        {
            var line = text.Slice(start, length);
            var key = line[..(line.IndexOf(separator) + 1)];
            if (former.Length > 0 && former.SequenceEqual(key)) throw new UnrepresentableException($"entry {Encoding.ASCII.GetString(key[..^1])}", $"it stands twice in {what}");
            former = key;
            line.CopyTo(file.AsSpan(at));
            at += length;
            file[at++] = (byte)'\n';
        }
        return file;
    }

    // Rows come from the database in order, kind after kind: merging the runs that are there is far cheaper than sorting anew.
    private static (int Start, int Length)[] Sort(byte[] text, (int Start, int Length)[] lines)
    {
        int Compare((int Start, int Length) a, (int Start, int Length) b) => text.AsSpan(a.Start, a.Length).SequenceCompareTo(text.AsSpan(b.Start, b.Length));
        var runs = new List<int> { 0 };
        for (var i = 1; i < lines.Length; i++)
            if (Compare(lines[i - 1], lines[i]) > 0) runs.Add(i);
        if (runs.Count > lines.Length / 8)
        {
            Array.Sort(lines, Compare);
            return lines;
        }
        var other = new (int Start, int Length)[lines.Length];
        while (runs.Count > 1)
        {
            var merged = new List<int>(runs.Count / 2 + 1);
            for (var r = 0; r < runs.Count; r += 2)
            {
                var (left, middle, right) = (runs[r], r + 1 < runs.Count ? runs[r + 1] : lines.Length, r + 2 < runs.Count ? runs[r + 2] : lines.Length);
                merged.Add(left);
                for (int i = left, j = middle, to = left; to < right; to++)
                    other[to] = i < middle && (j >= right || Compare(lines[i], lines[j]) <= 0) ? lines[i++] : lines[j++];
            }
            (lines, other, runs) = (other, lines, merged);
        }
        return lines;
    }
}
