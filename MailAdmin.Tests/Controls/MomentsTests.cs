using MailAdmin.Web.Controls;

namespace MailAdmin.Tests.Controls;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-10, "just now")]
    [InlineData(-300, "5 min ago")]
    [InlineData(-3595, "1 h ago")]
    [InlineData(-7200, "2 h ago")]
    [InlineData(-86400, "1 day ago")]
    [InlineData(-3 * 86400, "3 days ago")]
    [InlineData(-40 * 86400, "13 Oct")]
    [InlineData(-400 * 86400, "18 Oct 2025")]
    [InlineData(20, "in a moment")]
    [InlineData(30 * 86400, "in 30 days")]
    public void Relative_SecondsFromNow_ReadsAsPeopleSayIt(int seconds, string words) => Assert.Equal(words, Moments.Relative(Now.AddSeconds(seconds), Now));

    [Fact]
    public void Exact_AnotherZone_IsShownInUtcWithItsName() => Assert.Equal("22 Nov 2026, 09:30:00 UTC", Moments.Exact(new DateTimeOffset(2026, 11, 22, 11, 30, 0, TimeSpan.FromHours(2))));
}
