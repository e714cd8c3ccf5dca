using System.Text;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class StampReaderTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-22T11:20:01.123456+01:00 mx1 x: y", "2026-11-22T10:20:01.1234560Z")]
    [InlineData("2026-11-22T11:20:01Z mx1 x: y", "2026-11-22T11:20:01.0000000Z")]
    [InlineData("2026-11-22T11:20:01-0530 mx1 x: y", "2026-11-22T16:50:01.0000000Z")]
    [InlineData("2026-11-22 11:20:01 imap-login: y", "2026-11-22T10:20:01.0000000Z")]     // Dovecot's log_timestamp, in the log's zone
    [InlineData("Nov 22 11:20:01 mx1 x: y", "2026-11-22T10:20:01.0000000Z")]
    [InlineData("Jul  2 11:20:01 mx1 x: y", "2026-07-02T09:20:01.0000000Z")]
    [InlineData("Dec 24 11:20:01 mx1 x: y", "2025-12-24T10:20:01.0000000Z")]              // not after the log was written
    [InlineData("Feb 29 11:20:01 mx1 x: y", "2024-02-29T10:20:01.0000000Z")]              // a day that not every year has
    public void TryRead_Time_IsRight(string line, string utc)
    {
        Assert.True(Reader().TryRead(Encoding.ASCII.GetBytes(line), out var stamp, out var length));
        Assert.Equal(utc, stamp.Utc.ToString("O"));
        Assert.Equal(' ', line[length]);
        Assert.False(stamp.IsUncertain);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Nov 22 11:20:0")]
    [InlineData("Nov 32 11:20:01 mx1 x: y")]
    [InlineData("Nov 22 25:20:01 mx1 x: y")]
    [InlineData("Now 22 11:20:01 mx1 x: y")]
    [InlineData("2026-13-22T11:20:01Z mx1 x: y")]
    [InlineData("2026-11-22X11:20:01Z mx1 x: y")]
    [InlineData("hello, this is no log line")]
    public void TryRead_NoTime_IsRefused(string line) => Assert.False(Reader().TryRead(Encoding.ASCII.GetBytes(line), out _, out _));

    [Fact]
    public void TryRead_YearTurnsWithLateLine_FollowsTheLines()
    {
        var reader = Reader();
        Assert.Equal([2025, 2026, 2025, 2026], new[] { "Dec 31 23:59:59 x", "Jan  1 00:00:00 x", "Dec 31 23:59:59 x", "Jan  1 00:00:01 x" }.Select(line => Local(reader, line).Year));
    }

    [Fact]
    public void TryRead_HourThatComesTwice_IsMarkedAndGoesForward()
    {
        var reader = Reader();
        var lines = new[] { "Oct 25 01:59:00 x", "Oct 25 02:10:00 x", "Oct 25 02:50:00 x", "Oct 25 02:10:00 x", "Oct 25 02:50:00 x", "Oct 25 03:10:00 x" };
        var stamps = lines.Select(line => { Assert.True(reader.TryRead(Encoding.ASCII.GetBytes(line), out var stamp, out _)); return stamp; }).ToArray();
        Assert.Equal(["23:59", "00:10", "00:50", "01:10", "01:50", "02:10"], stamps.Select(stamp => stamp.Utc.ToString("HH:mm")));
        Assert.Equal([false, true, true, true, true, false], stamps.Select(stamp => stamp.IsUncertain));
    }

    [Fact]
    public void TryRead_HourThatNeverWas_IsMarked()
    {
        Assert.True(Reader().TryRead("Mar 29 02:30:00 mx1 x: y"u8, out var stamp, out _));
        Assert.True(stamp.IsUncertain);
    }

    [Fact]
    public void FirstYear_LogOfThreeYears_CountsItsTurns()
    {
        var log = new StringBuilder();
        for (var day = new DateTime(2023, 11, 1); day < new DateTime(2026, 2, 3); day = day.AddDays(1))
            for (var i = 0; i < 50; i++) log.Append($"{day:MMM} {day.Day,2} 10:00:{i:00} mx1 postfix/qmgr[1]: 4jXXK51NG3z1j3TN: removed\n");
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(log.ToString()));
        Assert.Equal(2023, LogYears.FirstYear(stream, new DateTime(2026, 2, 3)));
        Assert.Equal(0, stream.Position);
    }

    private static StampReader Reader() => new(Berlin, new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc));

    private static DateTime Local(StampReader reader, string line)
    {
        Assert.True(reader.TryRead(Encoding.ASCII.GetBytes(line), out var stamp, out _));
        return TimeZoneInfo.ConvertTimeFromUtc(stamp.Utc, Berlin);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(2_000)]
    [InlineData(40_000)]
    public void FirstYear_OneTurnOfTheYear_IsCountedOnceWhateverTheLength(int lines)
    {
        foreach (var turn in (int[])[1, lines / 2, lines - 20])
        {
            var log = string.Concat(Enumerable.Range(0, lines).Select(i => $"{(i < turn ? "Dec 31 23" : "Jan  1 00")}:00:00 mx1 postfix/smtpd[1]: connect from a.example.test[192.0.2.1]\n"));
            Assert.Equal(2025, LogYears.FirstYear(new MemoryStream(Encoding.ASCII.GetBytes(log)), new DateTime(2026, 11, 26)));
        }
    }
}
