using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class ByteQuotaTests
{
    [Theory]
    [InlineData("5G", 5L << 30, "5G", "5 GiB", "5,368,709,120 bytes")]
    [InlineData("5 GB", 5L << 30, "5G", "5 GiB", "5,368,709,120 bytes")]
    [InlineData("5gib", 5L << 30, "5G", "5 GiB", "5,368,709,120 bytes")]
    [InlineData("500M", 500L << 20, "500M", "500 MiB", "524,288,000 bytes")]
    [InlineData("1.5G", 1536L << 20, "1536M", "1.5 GiB", "1,610,612,736 bytes")]
    [InlineData("1000", 1000, "1000", "1000 bytes", "1,000 bytes")]
    [InlineData("1 b", 1, "1", "1 bytes", "1 bytes")]
    [InlineData("1500000000", 1_500_000_000, "1500000000", "1.4 GiB", "1,500,000,000 bytes")]
    [InlineData("1024T", 1L << 50, "1P", "1 PiB", "1,125,899,906,842,624 bytes")]
    [InlineData("0", 0, "unlimited", "unlimited", "unlimited")]
    [InlineData("Unlimited", 0, "unlimited", "unlimited", "unlimited")]
    public void TryParse_Good_PrintsHumanAndExact(string text, long bytes, string printed, string human, string exact)
    {
        Assert.True(ByteQuota.TryParse(text, out var quota, out var why), why);
        Assert.Equal(bytes, quota.Bytes);
        Assert.Equal(printed, quota.ToString());
        Assert.Equal(human, quota.Human);
        Assert.Equal(exact, quota.Exact);
    }

    [Theory]
    [InlineData(null, "not a size")]
    [InlineData("", "not a size")]
    [InlineData("-5G", "not a size")]
    [InlineData("+5G", "not a size")]
    [InlineData("5,5G", "not a size")]
    [InlineData("5X", "not a size")]
    [InlineData("5 G B", "not a size")]
    [InlineData("5G ", "not a size")]
    [InlineData("G", "not a size")]
    [InlineData(".", "not a size")]
    [InlineData("1.2.3G", "not a size")]
    [InlineData("1e9", "not a size")]
    [InlineData("٥G", "not a size")]
    [InlineData("5G\n", "not a size")]
    [InlineData("0.4", "less than a byte")]
    [InlineData("1025T", "too large")]
    [InlineData("1125899906842625", "too large")]
    [InlineData("9999999999999999999999G", "too large")]
    public void TryParse_Bad_SaysWhy(string? text, string word)
    {
        Assert.False(ByteQuota.TryParse(text, out _, out var why));
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        Assert.False(ShownText.HasHidden(why));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(ByteQuota.Most, true)]
    [InlineData(ByteQuota.Most + 1, false)]
    [InlineData(long.MaxValue, false)]
    public void TryFrom_Bounds_AreZeroToOnePebibyte(long bytes, bool accepted) =>
        Assert.Equal(accepted, ByteQuota.TryFrom(bytes, out _, out _));

    [Fact]
    public void Print_AnyQuota_IsReadBack() =>
        Gen.Long[0, ByteQuota.Most].Sample(bytes => ByteQuota.TryFrom(bytes, out var quota, out _) && ByteQuota.Parse(quota.ToString()) == quota);

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Gen.OneOf(Texts.Any, Gen.Char["0123456789.GMKTP bBi"].Array[0, 40].Select(chars => new string(chars))).Sample(text =>
            !ByteQuota.TryParse(text, out var quota, out var why) ? why.Sentence.Length > 0 : ByteQuota.Parse(quota.ToString()) == quota, iter: 5000);
}
