using MailAdmin.Core.Addresses;

namespace MailAdmin.Web.Controls;

/// <summary>Sentences and lines from outside, safe to look at: whatever hides or reorders text is shown as an escape.</summary>
public static class VisibleText
{
    private const int Longest = 4_000;   // characters; a sentence or line beyond it ends in "…"

    /// <summary>The text as it may be drawn; empty for null. Tabs stay: in maps they part the columns.</summary>
    public static string Of(string? text) =>
        text is null || !text.Contains('\t') ? ShownText.Of(text, Longest) : string.Join('\t', text.Split('\t').Select(part => ShownText.Of(part, Longest)));
}
