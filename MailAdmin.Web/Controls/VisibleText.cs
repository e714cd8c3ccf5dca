using MailAdmin.Core.Addresses;

namespace MailAdmin.Web.Controls;

/// <summary>Sentences and lines from outside, safe to look at: whatever hides or reorders text is shown as an escape.</summary>
public static class VisibleText
{
    private const int Longest = 4_000;   // characters; a sentence or line beyond it ends in "…"

    /// <summary>The text as it may be drawn; empty for null.</summary>
    public static string Of(string? text) => ShownText.Of(text, Longest);
}
