using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class LogFeedTests
{
    private static LogLine Line(long number, string text = "text", string service = "smtpd", LogLevel level = LogLevel.Information) =>
        new(number, DateTimeOffset.UnixEpoch, false, "mx1", "/var/log/mail.log", service, level, EventKind.Note, Reading.Understood, null, null, text, 0);

    [Fact]
    public void Subscribe_ReaderTooSlow_LosesTheOldestAndIsTold()
    {
        var (feed, wakes) = (new LogFeed(), 0);
        using var reader = feed.Subscribe(LogFilter.All, 3, () => wakes++);
        feed.Publish([Line(1), Line(2)]);
        feed.Publish([Line(3), Line(4), Line(5)]);
        var lines = new List<LogLine>();
        Assert.Equal((3, 2L), (reader.Waiting, reader.Dropped));
        Assert.Equal(3, reader.Read(lines));
        Assert.Equal([3, 4, 5], lines.Select(line => line.Sequence));
        Assert.Equal(1, wakes);
        feed.Publish([Line(6)]);
        Assert.Equal(2, wakes);
    }

    [Fact]
    public void Subscribe_Disposed_GetsNothingMore()
    {
        var (feed, wakes) = (new LogFeed(), 0);
        feed.Subscribe(LogFilter.All, 3, () => wakes++).Dispose();
        feed.Publish([Line(1)]);
        Assert.Equal(0, wakes);
        Assert.Single(feed.Recent(LogFilter.All, 10));
    }

    [Theory]
    [InlineData("smtpd", true)]
    [InlineData("submission/smtpd", true)]
    [InlineData("mtpd", false)]
    [InlineData("smtp", false)]
    public void Filter_Service_MeansItsLastParts(string service, bool passes) => Assert.Equal(passes, new LogFilter { Service = service }.Matches(Line(1, service: "submission/smtpd")));

    [Theory]
    [InlineData("(a+)+$", true)]
    [InlineData("(?<=x)y", false)]
    [InlineData("(a)\\1", false)]
    [InlineData("[", false)]
    public void Filter_Pattern_IsCheckedBeforeItIsUsed(string pattern, bool isGood) => Assert.Equal(isGood, new LogFilter { Pattern = pattern }.Check() is null);

    [Fact]
    public void Filter_PatternThatBacktrackingWouldNotSurvive_EndsAtOnce() =>
        Assert.False(new LogFilter { Pattern = "^(a+)+$" }.Matches(Line(1, new string('a', 50_000) + "b")));
}
