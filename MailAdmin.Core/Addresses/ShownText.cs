using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Addresses;

/// <summary>Makes text from outside safe to look at: what hides, reorders or breaks lines becomes visible, and the length is bounded.</summary>
/// <remarks>For people only; the result is not meant to be read back. It does not escape HTML: pages show text as text.</remarks>
public static class ShownText
{
    /// <summary>The text with control, bidirectional, zero-width and other invisible characters written as escapes (<c>\n</c>, <c>\u{202E}</c>).</summary>
    /// <param name="text">Any text, also malformed UTF-16; null gives an empty text.</param>
    /// <param name="limit">Most characters of <paramref name="text"/> to show, at least 1; a longer text ends in "…".</param>
    public static string Of(string? text, int limit = 200)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (string.IsNullOrEmpty(text)) return "";

        var shown = new StringBuilder(Math.Min(text.Length, limit) + 8);
        var count = 0;
        for (var i = 0; i < text.Length;)
        {
            if (count++ == limit) return shown.Append('…').ToString();
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                if (IsHidden(rune)) shown.Append(Escape(rune.Value));
                else shown.Append(rune.ToString());
                i += rune.Utf16SequenceLength;
            }
            else
            {
                shown.Append(Escape(text[i++]));   // half a surrogate pair
            }
        }
        return shown.ToString();
    }

    /// <summary>True when any character of the text hides, reorders, breaks lines or is not a character at all.</summary>
    public static bool HasHidden(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || IsHidden(rune)) return true;
            i += rune.Utf16SequenceLength;
        }
        return false;
    }

    /// <summary>True for a character that a reader cannot see as what it is: controls, bidirectional and zero-width marks, blanks other than the space, unassigned and private ones.</summary>
    public static bool IsHidden(Rune rune)
    {
        if (rune.Value is >= 0x20 and < 0x7F) return false;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
            _ => rune.Value
                is 0x034F                                      // combining grapheme joiner
                or 0x115F or 0x1160 or 0x3164 or 0xFFA0        // Hangul fillers: letters that show nothing
                or 0x2800                                      // blank Braille pattern
                or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF),   // variation selectors
        };
    }

    /// <summary>Names one character in a sentence: "a space", "a line break", "the invisible character \u{200B}", "the character ':'".</summary>
    internal static string Name(Rune rune) => rune.Value switch
    {
        ' ' => "a space",
        '\t' => "a tab",
        '\n' or '\r' or 0x85 or 0x2028 or 0x2029 => "a line break",
        0 => "a NUL character",
        '\'' => "an apostrophe",
        '"' => "a quotation mark",
        _ when IsHidden(rune) => $"the invisible character {Escape(rune.Value)}",
        _ => $"the character '{rune}'",
    };

    private static string Escape(int value) => value switch
    {
        0 => @"\0",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{{{value:X4}}}"),
    };
}
