using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>What turns one content into another and back: the lines that go and the lines that come, each with its place.</summary>
/// <remarks>
/// Our files are sorted, so one pass over both finds the smallest difference in linear time. For content that is not sorted the result is still exact, only longer.
/// The text form is a unified difference without context; where a content ends without a line end, the usual remark says so.
/// </remarks>
public sealed class LineDifference
{
    private const string NoLineEnd = "\\ No newline at end of file\n";

    private readonly List<Hunk> _hunks;

    private LineDifference(List<Hunk> hunks) => _hunks = hunks;

    /// <summary>Lines that go, with their line ends.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Removed => _hunks.SelectMany(h => h.Removed);

    /// <summary>Lines that come, with their line ends.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Added => _hunks.SelectMany(h => h.Added);

    /// <summary>True when the contents are the same.</summary>
    public bool IsEmpty => _hunks.Count == 0;

    /// <summary>Compares two contents.</summary>
    public static LineDifference Between(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        if (before.IsEmpty && !after.IsEmpty) return new LineDifference([new Hunk(0, 0) { Added = Split(after) }]);
        var hunks = new List<Hunk>();
        Hunk? open = null;
        int i = 0, j = 0, oldLine = 0, newLine = 0;
        while (i < before.Length || j < after.Length)
        {
            // Whole lines that are the same on both sides, at the speed of a memory comparison.
            var same = before.Span[i..].CommonPrefixLength(after.Span[j..]);
            same = before.Span.Slice(i, same).LastIndexOf((byte)'\n') + 1;
            if (same > 0)
            {
                var lines = before.Span.Slice(i, same).Count((byte)'\n');
                (i, j, oldLine, newLine, open) = (i + same, j + same, oldLine + lines, newLine + lines, null);
                continue;
            }
            var old = LineAt(before, i);
            var now = LineAt(after, j);
            var order = old.Length == 0 ? 1 : now.Length == 0 ? -1 : old.Span.SequenceCompareTo(now.Span);
            if (order == 0)
            {
                open = null;
                (i, j, oldLine, newLine) = (i + old.Length, j + now.Length, oldLine + 1, newLine + 1);
                continue;
            }
            if (open is null) hunks.Add(open = new Hunk(oldLine, newLine));
            // The header is not in the order of the rest.
            if (order < 0 || oldLine == 0 && newLine == 0 && old.Length > 0)
            {
                open.Removed.Add(old);
                (i, oldLine) = (i + old.Length, oldLine + 1);
            }
            else
            {
                open.Added.Add(now);
                (j, newLine) = (j + now.Length, newLine + 1);
            }
        }
        return new LineDifference(hunks);
    }

    /// <summary>What puts sorted lines in place of those of a sorted content that <paramref name="goes"/> names. The header stays.</summary>
    /// <returns>The difference, and by how many lines the content grows.</returns>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]   // one call reads millions of bytes: it is never warm
    internal static (LineDifference Difference, int Growth) Replacing(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> comes, LineTest goes)
    {
        var hunks = new List<Hunk>();
        Hunk? open = null;
        var text = content.Span;
        var (at, j, oldLine, newLine) = (LineAt(content, 0).Length, LineAt(comes, 0).Length, 1, 1);
        var next = LineAt(comes, j);
        var wanted = next.Span;
        while (at < text.Length)
        {
            var length = text[at..].IndexOf((byte)'\n') + 1;
            if (length == 0) length = text.Length - at;
            var line = text.Slice(at, length);
            var order = wanted.Length == 0 ? 1 : wanted.SequenceCompareTo(line);
            if (order < 0)
            {
                Add();
                wanted = next.Span;
                continue;
            }
            if (order > 0 && goes(line))
            {
                Open().Removed.Add(content.Slice(at, length));
            }
            else
            {
                if (order == 0) Next();
                open = null;
                newLine++;
            }
            at += length;
            oldLine++;
            wanted = next.Span;
        }
        while (next.Length > 0) Add();
        return (new LineDifference(hunks), newLine - oldLine);

        void Add()
        {
            Open().Added.Add(next);
            newLine++;
            Next();
        }

        void Next() => next = LineAt(comes, j += next.Length);

        Hunk Open()
        {
            if (open is null) hunks.Add(open = new Hunk(oldLine, newLine));
            return open;
        }
    }

    /// <summary>The new content from the former one.</summary>
    /// <exception cref="InvalidDataException">The difference belongs to another content.</exception>
    public byte[] Forward(ReadOnlyMemory<byte> before) => Turn(before, h => h.OldLine, h => h.Removed, h => h.Added);

    /// <summary>The former content from the new one.</summary>
    /// <exception cref="InvalidDataException">The difference belongs to another content.</exception>
    public byte[] Backward(ReadOnlyMemory<byte> after) => Turn(after, h => h.NewLine, h => h.Added, h => h.Removed);

    /// <summary>The text form, compressed.</summary>
    public byte[] Pack()
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var hunk in _hunks)
        {
            Write(text, string.Create(CultureInfo.InvariantCulture, $"@@ -{hunk.OldLine},{hunk.Removed.Count} +{hunk.NewLine},{hunk.Added.Count} @@\n"));
            foreach (var line in hunk.Removed) Write(text, (byte)'-', line.Span);
            foreach (var line in hunk.Added) Write(text, (byte)'+', line.Span);
        }
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(text.WrittenSpan);
        return packed.ToArray();
    }

    /// <summary>Reads the packed form.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static LineDifference Unpack(ReadOnlyMemory<byte> packed)
    {
        using var zip = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        zip.CopyTo(whole);
        ReadOnlyMemory<byte> text = whole.ToArray();
        var hunks = new List<Hunk>();
        for (var at = 0; at < text.Length;)
        {
            var head = LineAt(text, at);
            at += head.Length;
            var numbers = Encoding.ASCII.GetString(head.Span).Split(['@', ' ', '-', '+', ',', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (numbers.Length != 4) throw new InvalidDataException("A stored difference is damaged.");
            var number = numbers.Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
            var hunk = new Hunk(number[0], number[2]);
            for (var n = 0; n < number[1] + number[3]; n++)
            {
                var line = LineAt(text, at);
                at += line.Length;
                if (line.Length == 0) throw new InvalidDataException("A stored difference is damaged.");
                var end = LineAt(text, at);
                var content = line[1..];
                if (end.Span.SequenceEqual(Encoding.ASCII.GetBytes(NoLineEnd)))
                {
                    content = content[..^1];
                    at += end.Length;
                }
                (n < number[1] ? hunk.Removed : hunk.Added).Add(content);
            }
            hunks.Add(hunk);
        }
        return new LineDifference(hunks);
    }

    /// <summary>The difference as people read it, with context where the former content is at hand.</summary>
    /// <param name="before">The former content, for context lines; null when it is not at hand.</param>
    /// <param name="show">How a line is shown: shortens hashes.</param>
    /// <param name="mostLines">Then it stops with a remark.</param>
    public string ToText(ReadOnlyMemory<byte>? before, Func<string, string> show, int mostLines = 2000)
    {
        var text = new StringBuilder();
        var context = before is { } content && content.Length < 4 << 20 ? Split(content) : null;
        var lines = 0;
        var shownTo = 0;
        foreach (var hunk in _hunks)
        {
            if (lines >= mostLines)
            {
                text.Append(CultureInfo.InvariantCulture, $"… and more: {Removed.Count()} lines go and {Added.Count()} come in all.\n");
                break;
            }
            var end = hunk.OldLine + hunk.Removed.Count;
            var next = _hunks.IndexOf(hunk) is var at && at + 1 < _hunks.Count && at < 100 ? _hunks[at + 1].OldLine : int.MaxValue;
            var (above, below) = context is null ? (0, 0) : (hunk.OldLine - Math.Max(shownTo, hunk.OldLine - 3), Math.Max(0, Math.Min(3, Math.Min(context.Count, next) - end)));
            text.Append(CultureInfo.InvariantCulture, $"@@ -{Lines(hunk.OldLine - above, hunk.Removed.Count + above + below)} +{Lines(hunk.NewLine - above, hunk.Added.Count + above + below)} @@\n");
            for (var n = hunk.OldLine - above; n < hunk.OldLine; n++) Append(' ', context![n]);
            foreach (var line in hunk.Removed.Take(mostLines)) Append('-', line);
            foreach (var line in hunk.Added.Take(mostLines)) Append('+', line);
            for (var n = end; n < end + below; n++) Append(' ', context![n]);
            shownTo = end + below;
        }
        return text.ToString();

        // As diff -u: of no lines at all, the one before is named.
        static string Lines(int first, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? first : first + 1)},{count}");

        void Append(char sign, ReadOnlyMemory<byte> line)
        {
            lines++;
            text.Append(sign).Append(show(Encoding.UTF8.GetString(line.Span).TrimEnd('\n'))).Append('\n');
        }
    }

    /// <summary>The lines of a content, with their line ends.</summary>
    public static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        var lines = new List<ReadOnlyMemory<byte>>(content.Span.Count((byte)'\n') + 1);
        for (var at = 0; at < content.Length; at += lines[^1].Length) lines.Add(LineAt(content, at));
        return lines;
    }

    /// <summary>SHA-256, hexadecimal.</summary>
    public static string HashOf(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    private static ReadOnlyMemory<byte> LineAt(ReadOnlyMemory<byte> content, int at)
    {
        var rest = content[at..];
        var end = rest.Span.IndexOf((byte)'\n');
        return end < 0 ? rest : rest[..(end + 1)];
    }

    private byte[] Turn(ReadOnlyMemory<byte> content, Func<Hunk, int> place, Func<Hunk, List<ReadOnlyMemory<byte>>> goes, Func<Hunk, List<ReadOnlyMemory<byte>>> comes)
    {
        var result = new ArrayBufferWriter<byte>(content.Length + 256);
        int at = 0, line = 0;
        foreach (var hunk in _hunks)
        {
            var from = at;
            for (; line < place(hunk); line++) at += LengthAt(at);
            result.Write(content.Span[from..at]);
            foreach (var expected in goes(hunk))
            {
                var found = at < content.Length ? LineAt(content, at) : default;
                if (!found.Span.SequenceEqual(expected.Span)) throw new InvalidDataException("The difference does not belong to this content.");
                (at, line) = (at + found.Length, line + 1);
            }
            foreach (var added in comes(hunk)) result.Write(added.Span);
        }
        result.Write(content.Span[at..]);
        return result.WrittenSpan.ToArray();

        int LengthAt(int start) => start < content.Length ? LineAt(content, start).Length : throw new InvalidDataException("The difference does not belong to this content.");
    }

    private static void Write(ArrayBufferWriter<byte> text, string ascii) => text.Write(Encoding.ASCII.GetBytes(ascii));

    private static void Write(ArrayBufferWriter<byte> text, byte sign, ReadOnlySpan<byte> line)
    {
        text.Write([sign]);
        text.Write(line);
        if (line[^1] != '\n') Write(text, "\n" + NoLineEnd);
    }

    private sealed record Hunk(int OldLine, int NewLine)
    {
        public List<ReadOnlyMemory<byte>> Removed { get; } = [];

        public List<ReadOnlyMemory<byte>> Added { get; init; } = [];
    }
}

/// <summary>Says something about a line.</summary>
internal delegate bool LineTest(ReadOnlySpan<byte> line);
