using System.Text;
using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class FreeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("  Alice Example ", "Alice Example")]
    [InlineData("Jo\u0308rg", "Jörg")]
    [InlineData("O'Neil; \"R&D\" <b>: 100 % #1", "O'Neil; \"R&D\" <b>: 100 % #1")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("👩\u200D🚀", "👩\u200D🚀")]
    public void TryParseName_Good_IsCanonical(string? text, string expected)
    {
        Assert.True(FreeText.TryParseName(text, out var name, out var why), why);
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\rb")]
    public void TryParseName_SeveralLines_IsRefused(string text)
    {
        Assert.False(FreeText.TryParseName(text, out var name, out var why));
        Assert.Empty(name);
        Assert.Contains("one line", why.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb", "a\nb")]
    [InlineData("a\r\n\r\nb", "a\n\nb")]
    [InlineData("\r\n a\n", "a")]
    [InlineData("\n", "")]
    public void TryParseNote_SeveralLines_AreKeptWithLineFeeds(string text, string expected)
    {
        Assert.True(FreeText.TryParseNote(text, out var note, out var why), why);
        Assert.Equal(expected, note);
    }

    [Theory]
    [InlineData("a\rb", "line break")]
    [InlineData("a\r\r\nb", "line break")]
    [InlineData("a\u2028b", "a line break")]
    [InlineData("a\tb", "a tab")]
    [InlineData("a\0b", "NUL")]
    [InlineData("a\u001Bb", @"\u{001B}")]
    [InlineData("a\u202Eb", @"\u{202E}")]
    [InlineData("a\u2066b", @"\u{2066}")]
    [InlineData("a\u200Bb", @"\u{200B}")]
    [InlineData("a\uFEFFb", @"\u{FEFF}")]
    public void TryParseNote_Bad_SaysWhy(string text, string word)
    {
        Assert.False(FreeText.TryParseNote(text, out var note, out var why));
        Assert.Empty(note);
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        Assert.False(ShownText.HasHidden(why));
    }

    // Not in the table: an attribute cannot hold half a surrogate pair.
    [Fact]
    public void TryParseNote_HalfASurrogatePair_IsRefused()
    {
        Assert.False(FreeText.TryParseNote("a\uDC00b", out _, out var why));
        Assert.Contains("half a character", why, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_Lengths_AreBounded()
    {
        Assert.True(FreeText.TryParseName(new string('é', 200), out _, out _));
        Assert.True(FreeText.TryParseName(string.Concat(Enumerable.Repeat("😀", 200)), out _, out _));
        Assert.False(FreeText.TryParseName(new string('é', 201), out _, out var why));
        Assert.Contains("Shorten it to 200.", why, StringComparison.Ordinal);
        Assert.True(FreeText.TryParseNote(new string('x', 2000), out _, out _));
        Assert.False(FreeText.TryParseNote(new string('x', 2001), out _, out _));
        Assert.False(FreeText.TryParseNote(new string('x', 5_000_000), out _, out var longer));
        Assert.True(longer.ToString().Length < 200);
    }

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndIsCanonical() =>
        Texts.Any.Sample(text => !FreeText.TryParseNote(text, out var note, out var why)
            ? why.Sentence.Length > 0 && why.NextStep.Length > 0
            : note.IsNormalized(NormalizationForm.FormC) && FreeText.TryParseNote(note, out var again, out _) && again == note && !note.Any(c => char.IsControl(c) && c != '\n'), iter: 5000);
}
