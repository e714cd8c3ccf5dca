using System.Text;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class ReadAheadTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void Lines_ComeInTheirOrderWithWhatTheySay(int count)
    {
        using var ahead = Over(new MemoryStream(Encoding.UTF8.GetBytes(Lines(count))));
        for (var i = 0; i < count; i++)
        {
            Assert.True(ahead.MoveNext(Ct));
            Assert.Equal(Reading.Understood, ahead.Line.Reading);
            Assert.Equal($"name{i}[192.0.2.1]", Encoding.UTF8.GetString(ahead.Line.Event.Client));
            Assert.Equal(Line(i).Length + 1, ahead.Line.Place.Length);
            Assert.Equal(new DateTime(2026, 11, 22, 11, 20, 1, DateTimeKind.Utc), ahead.Time);
        }
        Assert.False(ahead.MoveNext(Ct));
        Assert.False(ahead.MoveNext(Ct));
    }

    [Fact]
    public void Lines_LongerThanABatch_AreGivenCut()
    {
        using var ahead = Over(new MemoryStream(Encoding.UTF8.GetBytes(Line(1) + new string('x', 200_000) + "\n" + Line(2) + "\n")));
        Assert.True(ahead.MoveNext(Ct));
        Assert.True(ahead.Line.IsCut);
        Assert.Equal(LineReader.LongestLine, ahead.Line.Bytes.Length);
        Assert.True(ahead.MoveNext(Ct));
        Assert.Equal("name2[192.0.2.1]", Encoding.UTF8.GetString(ahead.Line.Event.Client));
        Assert.False(ahead.MoveNext(Ct));
    }

    [Fact]
    public void SourceFails_AfterSomeLines_GivesThemThenSaysIt()
    {
        using var ahead = Over(new FailingStream(Encoding.UTF8.GetBytes(Lines(3000))));
        for (var i = 0; i < 3000; i++) Assert.True(ahead.MoveNext(Ct));
        Assert.Equal("The disk is broken.", Assert.Throws<IOException>(() => ahead.MoveNext(Ct)).Message);
    }

    [Fact]
    public void Pipe_ThatGivesNothing_CanBeGivenUp()
    {
        using var stop = new CancellationTokenSource();
        using var released = new ManualResetEventSlim();
        using var ahead = Over(new SilentStream(stop, released));
        Assert.ThrowsAny<OperationCanceledException>(() => ahead.MoveNext(stop.Token));
        released.Set();
    }

    [Fact]
    public void Part_OfOtherBytes_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Part.Of("another"u8.ToArray(), "a line"u8.ToArray()));
        Assert.True(Part.Of(default, "a line"u8).In("a line"u8).IsEmpty);
    }

    private static ReadAhead Over(Stream log) => new(new LineReader(log), Logs.Parser(), () => 0);

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => Line(i) + "\n"));

    private static string Line(int i) => $"Nov 22 11:20:01 mail postfix/smtpd[1]: connect from name{i}[192.0.2.1]";

    /// <summary>Gives its bytes, then an error.</summary>
    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and var read ? read : throw new IOException("The disk is broken.");
    }

    /// <summary>Gives nothing, and tells when it was asked.</summary>
    private sealed class SilentStream(CancellationTokenSource asked, ManualResetEventSlim released) : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            asked.Cancel();
            released.Wait(Ct);
            return 0;
        }
    }
}
