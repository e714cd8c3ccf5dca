using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("alice", "alice")]
    [InlineData("Jörg 日本 😀", "Jörg 日本 😀")]
    [InlineData("a\r\n\tb\0", @"a\r\n\tb\0")]
    [InlineData("\u202Egnp.exe", @"\u{202E}gnp.exe")]
    [InlineData("a\u200Bb\u00A0c\u3164d", @"a\u{200B}b\u{00A0}c\u{3164}d")]
    [InlineData("\u001B[31m", @"\u{001B}[31m")]
    [InlineData("\U000E0041", @"\u{E0041}")]
    public void Of_Hidden_IsMadeVisible(string? text, string shown) => Assert.Equal(shown, ShownText.Of(text));

    [Fact]
    public void Of_Long_IsCut()
    {
        Assert.Equal("abc…", ShownText.Of("abcd", 3));
        Assert.Equal("abc", ShownText.Of("abc", 3));
        Assert.Equal("😀…", ShownText.Of("😀😀", 1));
        Assert.Equal(@"\u{D83D}!", ShownText.Of("\uD83D!"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShownText.Of("a", 0));
    }

    [Fact]
    public void Of_AnyText_ShowsNothingHiddenAndIsBounded() =>
        Texts.Any.Sample(text => ShownText.Of(text, 50) is var shown && !ShownText.HasHidden(shown) && shown.Length <= 50 * 9 + 1, iter: 5000);
}
