using System.Globalization;
using System.Text;

namespace MailAdmin.Web.Controls;

/// <summary>Text from outside as a person must see it: characters that hide, reorder or act are shown as escapes.</summary>
public static class VisibleText
{
    /// <summary>The text with control, bidirectional and zero-width characters as <c>\u{202E}</c>; a tab becomes four blanks.</summary>
    public static string Of(string text)
    {
        StringBuilder? shown = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Hides(rune))
            {
                shown ??= new StringBuilder(text, 0, at, text.Length + 16);
                shown.Append(rune.Value == '\t' ? "    " : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"));
            }
            else shown?.Append(rune.ToString());
            at += rune.Utf16SequenceLength;
        }
        return shown?.ToString() ?? text;
    }

    private static bool Hides(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;
}
