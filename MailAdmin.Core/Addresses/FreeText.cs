using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Addresses;

/// <summary>Text that people write for people: display names, notes, comments. One line, NFC, trimmed, nothing invisible.</summary>
/// <remarks>Refused: control characters and line breaks, bidirectional controls, zero-width characters except the joiners U+200C and U+200D, which Persian, Indic scripts and emoji need.</remarks>
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
    public static bool TryParseName(string? text, out string name, out Objection why) => TryParse(text, LongestName, out name, out why);

    /// <summary>Reads a note or comment of up to <see cref="LongestNote"/> characters.</summary>
    /// <param name="text">What was given; null counts as empty, and empty is allowed.</param>
    /// <param name="note">The canonical text, empty when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParseNote(string? text, out string note, out Objection why) => TryParse(text, LongestNote, out note, out why);

    private static bool TryParse(string? text, int limit, out string canonical, out Objection why)
    {
        canonical = "";
        text ??= "";
        // Normalising makes a text at most three times longer or shorter; so this bounds the work on hostile input.
        if (text.Length > 4 * limit) return TooLong(text, text.Length, limit, out why);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || !IsAllowed(rune))
            {
                why = new Objection($"'{ShownText.Of(text, 60)}' has {(rune == default && text[i] != 0 ? "half a character" : ShownText.Name(rune))} in it.", "Remove it; one line of plain text is allowed.");
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
