using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Addresses;

/// <summary>Text that people write for people: display names of one line, notes and comments of several. NFC, trimmed, nothing invisible.</summary>
/// <remarks>Refused: control characters, line breaks in names, bidirectional controls, zero-width characters except the joiners U+200C and U+200D, which Persian, Indic scripts and emoji need.</remarks>
public static class FreeText
{
    /// <summary>Most characters of a display name.</summary>
    public const int LongestName = 200;

    /// <summary>Most characters of a note or comment.</summary>
    public const int LongestNote = 2000;

    /// <summary>Reads a display name of up to <see cref="LongestName"/> characters.</summary>
    /// <param name="text">What was given; null counts as empty, and empty is allowed.</param>
    /// <param name="name">The canonical text, empty when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParseName(string? text, out string name, out Objection why) => TryParse(text, LongestName, hasLines: false, out name, out why);

    /// <summary>Reads a note or comment of up to <see cref="LongestNote"/> characters; it may have several lines.</summary>
    /// <param name="text">What was given; null counts as empty, and empty is allowed.</param>
    /// <param name="note">The canonical text with lines that end in LF (CRLF becomes LF), empty when refused.</param>
    /// <param name="why">The reason when refused.</param>
    /// <remarks>Lines are safe here because notes stay in the database: no rendered file holds them.</remarks>
    public static bool TryParseNote(string? text, out string note, out Objection why) => TryParse(text, LongestNote, hasLines: true, out note, out why);

    private static bool TryParse(string? text, int limit, bool hasLines, out string canonical, out Objection why)
    {
        canonical = "";
        text ??= "";
        // Normalising makes a text at most three times longer or shorter; so this bounds the work on hostile input.
        if (text.Length > 4 * limit) return TooLong(text, text.Length, limit, out why);
        if (hasLines) text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || !(IsAllowed(rune) || hasLines && rune.Value == '\n'))
            {
                why = new Objection($"'{ShownText.Of(text, 60)}' has {(rune == default && text[i] != 0 ? "half a character" : ShownText.Name(rune))} in it.", hasLines ? "Remove it; plain text is allowed." : "Remove it; one line of plain text is allowed.");
                return false;
            }
            i += rune.Utf16SequenceLength;
        }
        var result = text.Normalize(NormalizationForm.FormC).Trim();
        var length = result.EnumerateRunes().Count();
        if (length > limit) return TooLong(result, length, limit, out why);
        canonical = result;
        why = default;
        return true;
    }

    private static bool TooLong(string text, int length, int limit, out Objection why)
    {
        why = new Objection(string.Create(CultureInfo.InvariantCulture, $"'{ShownText.Of(text, 60)}' has {length} characters."), $"Shorten it to {limit}.");
        return false;
    }

    // The no-break space and the emoji variation selectors show nothing by themselves yet are common in pasted names; they mislead nobody.
    private static bool IsAllowed(Rune rune) => !ShownText.IsHidden(rune) || rune.Value is 0x200C or 0x200D or 0xA0 or 0xFE0E or 0xFE0F;
}
