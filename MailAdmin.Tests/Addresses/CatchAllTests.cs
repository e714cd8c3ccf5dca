using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class CatchAllTests
{
    [Fact]
    public void TryParse_Good_IsCanonical()
    {
        Assert.True(CatchAll.TryParse("@BÜCHER.test", out var catchAll, out var why), why);
        Assert.Equal("@xn--bcher-kva.test", catchAll.ToString());
        Assert.Equal("@bücher.test", catchAll.Unicode);
        Assert.True(CatchAll.IsMeantBy("@"));
        Assert.False(CatchAll.IsMeantBy("a@example.test"));
    }

    [Theory]
    [InlineData(null, "@domain")]
    [InlineData("*@example.test", "@domain")]
    [InlineData("example.test", "@domain")]
    [InlineData("@", "empty")]
    [InlineData("@@example.test", "@")]
    [InlineData("@example.test\n", "a line break")]
    public void TryParse_Bad_SaysWhy(string? text, string word)
    {
        Assert.False(CatchAll.TryParse(text, out _, out var why));
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_AnyText_PrintsWhatItReads() =>
        Gen.OneOf(Texts.Any, Texts.Domain).Sample(text =>
            !CatchAll.TryParse("@" + text, out var catchAll, out _) || CatchAll.Parse(catchAll.ToString()) == catchAll, iter: 2000);
}
