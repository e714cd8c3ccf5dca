using System.Text;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The logical lines of main.cf and master.cf: how Postfix folds text lines into entries.</summary>
/// <remarks>
/// A line that begins with white space continues the entry before it; empty lines and comments between the two are ignored.
/// Bytes are read as Latin-1, so that every file, in whatever encoding, is printed back byte for byte. Source: postconf(5), master(5).
/// </remarks>
internal static class PostfixLines
{
    /// <summary>Each piece is one entry with its continuation lines, or one comment or empty line, line end included. Joined they are the text.</summary>
    public static List<(string Raw, bool IsEntry)> Split(string text)
    {
        var pieces = new List<(string Raw, bool IsEntry)>();
        var open = -1; // The entry that a continuation line would belong to.
        foreach (var line in PhysicalLines(text))
        {
            if (line.Trim().Length == 0 || line.TrimStart(' ', '\t')[0] == '#')
            {
                pieces.Add((line, false));
            }
            else if (line[0] is ' ' or '\t' && open >= 0)
            {
                // Comments in between become part of the entry: they stand inside it.
                pieces[open] = (string.Concat(pieces[open..].Select(piece => piece.Raw)) + line, true);
                pieces.RemoveRange(open + 1, pieces.Count - open - 1);
            }
            else
            {
                open = pieces.Count;
                pieces.Add((line, true));
            }
        }
        return pieces;
    }

    /// <summary>The entry as one line, comments inside it left out, white space at line ends as Postfix sees it.</summary>
    public static string Unfold(string raw)
    {
        var value = new StringBuilder();
        foreach (var line in PhysicalLines(raw))
            if (line.TrimStart(' ', '\t') is { Length: > 0 } content && content[0] != '#') value.Append(line.TrimEnd('\r', '\n'));
        return value.ToString().Trim();
    }

    public static string Decode(ReadOnlySpan<byte> content) => Encoding.Latin1.GetString(content);

    public static byte[] Encode(string text) => Encoding.Latin1.GetBytes(text);

    private static IEnumerable<string> PhysicalLines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            yield return text[start..end];
            start = end;
        }
    }
}
