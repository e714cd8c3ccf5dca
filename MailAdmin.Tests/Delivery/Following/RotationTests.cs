using System.IO.Compression;
using System.Text;
using MailAdmin.Core.Delivery.Following;

namespace MailAdmin.Tests.Delivery;

/// <summary>Rotation, absence and damage of a log that is followed: no line lost, none twice, what is lost is told.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task Follow_Renamed_ReadsTheOldFileToItsEndAndThenTheNew()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 10));
        Assert.Equal(10, await log.ReadAsync());
        log.Append(StoredLog.Lines(10, 5));
        File.Move(log.Log, log.Beside(".1"));
        log.Append(StoredLog.Lines(15, 5));
        File.AppendAllText(log.Beside(".1"), StoredLog.Lines(20, 1));   // a daemon that was not told yet
        Assert.Equal(11, await log.ReadAsync());
        File.AppendAllText(log.Beside(".1"), StoredLog.Lines(21, 1));
        log.Append(StoredLog.Lines(22, 1));
        Assert.Equal(2, await log.ReadAsync());
        AssertOnce(log, 23);
        Assert.Equal(0, log.Numbers.Gaps);
    }

    [Fact]
    public async Task Follow_RotatedSeveralTimesUnseen_FindsTheFilesInBetween()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 3));
        await log.ReadAsync();
        for (var i = 1; i <= 4; i++) Rotate(log, StoredLog.Lines(i * 3, 3), pack: i == 2);
        Assert.Equal(12, await log.ReadAsync());
        AssertOnce(log, 15);
    }

    [Fact]
    public async Task Follow_FirstStart_ReadsHistoryOldestFirst()
    {
        await using var log = new StoredLog();
        Pack(log.Beside(".2.gz"), StoredLog.Lines(0, 4), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        File.WriteAllText(log.Beside(".1"), StoredLog.Lines(4, 4));
        File.SetLastWriteTimeUtc(log.Beside(".1"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        log.Append(StoredLog.Lines(8, 4));
        Assert.Equal(12, await log.ReadAsync());
        Assert.Equal(Enumerable.Range(0, 12), Seen(log));
        await log.RestartAsync();
        Assert.Equal(0, await log.ReadAsync());
    }

    [Fact]
    public async Task Follow_CutInPlaceWithACopy_ReadsTheRestFromTheCopyAndTellsTheGap()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 5));
        await log.ReadAsync();
        log.Append(StoredLog.Lines(5, 5));
        File.Copy(log.Log, log.Beside(".1"));
        Truncate(log.Log);
        log.Append(StoredLog.Lines(10, 2));
        await log.ReadAsync();
        AssertOnce(log, 12);
        Assert.Equal(1, log.Numbers.Gaps);
        Assert.Contains("copied", log.Numbers.LastGap, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_CutAndGrownBeyondWhereWeWere_IsNoticed()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 5));
        await log.ReadAsync();
        Truncate(log.Log);
        log.Append(StoredLog.Lines(100, 50));
        Assert.Equal(50, await log.ReadAsync());
        Assert.Equal(1, log.Numbers.Gaps);
        Assert.Contains("lost", log.Numbers.LastGap, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_InodeGivenToAnotherFile_ReadsItFromItsBegin()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 5));
        await log.ReadAsync();
        await log.RestartAsync();
        // Another file under the same number: written in place, as a number given again looks from outside.
        File.WriteAllText(log.Log, StoredLog.Lines(50, 7));
        Assert.Equal(7, await log.ReadAsync());
    }

    [Fact]
    public async Task Follow_RestartAndRotationMeanwhile_LosesAndRepeatsNothing()
    {
        await using var log = new StoredLog();
        log.Append(StoredLog.Lines(0, 20));
        await log.ReadAsync();
        log.Append(StoredLog.Lines(20, 20));
        await log.TakeOnlyAsync();            // taken, and lost with the process
        await log.RestartAsync();
        log.Append(StoredLog.Lines(40, 5));
        File.Move(log.Log, log.Beside(".1"));
        Pack(log.Beside(".2.gz"), File.ReadAllText(log.Beside(".1")), File.GetLastWriteTimeUtc(log.Beside(".1")));
        File.Delete(log.Beside(".1"));
        log.Append(StoredLog.Lines(45, 5));
        await log.ReadAsync();
        AssertOnce(log, 50);
        Assert.Equal(50, log.Numbers.Lines);
    }

    [Fact]
    public async Task Follow_AbsentThenThere_SaysSoAndBegins()
    {
        await using var log = new StoredLog();
        Assert.Equal(0, await log.ReadAsync());
        Assert.Equal(SourceState.Absent, log.State);
        Assert.Contains(log.Log, log.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_LongNulInvalidAndUnfinishedLines_AreBoundedAndShown()
    {
        await using var log = new StoredLog();
        log.Append("2026-11-20T00:00:00Z mx1 postfix/smtpd[1]: " + new string('x', 300_000) + "\n");
        log.Append([0, 0, 0]);
        log.Append("2026-11-20T00:00:01Z mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n");
        log.Append([.. "2026-11-20T00:00:02Z mx1 postfix/smtpd[1]: warning: "u8, 0xFF, 0xFE, (byte)'\n']);
        log.Append("2026-11-20T00:00:03Z mx1 postfix/smtpd[1]: connect fr");
        Assert.Equal(3, await log.ReadAsync());
        var lines = log.Feed.Recent(LogFilter.All, 10);
        Assert.Equal(64 * 1024, lines[0].Raw.Length);
        Assert.Contains('�', lines[2].Raw);
        Assert.Contains("no end yet", log.Sentence, StringComparison.Ordinal);
        log.Append("om b[192.0.2.2]\n");
        Assert.Equal(1, await log.ReadAsync());
        Assert.EndsWith("connect from b[192.0.2.2]", log.Feed.Recent(LogFilter.All, 1)[0].Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_RotatedAgainAndAgainWhileWritten_LosesAndRepeatsNothing()
    {
        await using var log = new StoredLog();
        var (written, lines, seen) = await RotateWhileWrittenAsync(log, _ =>
        {
            Shift(log, 12);
            File.WriteAllText(log.Log, "");
            return 0;
        });
        Assert.Equal((written, (long)written, 0), (seen.Count, lines, log.Numbers.Gaps));
    }

    [Fact]
    public async Task Follow_CopiedAndCutAgainAndAgainWhileWritten_RepeatsNothingAndTellsWhatIsLost()
    {
        await using var log = new StoredLog();
        var between = new HashSet<int>();
        var (written, lines, seen) = await RotateWhileWrittenAsync(log, next =>
        {
            ShiftFormer(log, 12);
            File.Copy(log.Log, log.Beside(".1"));
            log.Append(StoredLog.Lines(next, 1));   // after the copy and before the cut: nobody may ever see it
            between.Add(next);
            Truncate(log.Log);
            return 1;
        });
        Assert.Equal(seen.Count, lines);
        var missing = Enumerable.Range(0, written).Where(line => !seen.Contains(line)).ToList();
        Assert.True(missing.All(between.Contains), $"{missing.Count} lines are missing, {missing.Count(line => !between.Contains(line))} of them had been copied. {log.Numbers.LastGap}");
        Assert.InRange(log.Numbers.Gaps, missing.Count > 0 ? 1 : 0, between.Count);
    }

    // Writes at an even pace and rotates in between; reads meanwhile as the portal does.
    private static async Task<(int Written, long Lines, HashSet<int> Seen)> RotateWhileWrittenAsync(StoredLog log, Func<int, int> rotate)
    {
        var (rotations, perSecond, beats) = Environment.GetEnvironmentVariable("MAILADMIN_SOAK") is "1" ? (1_000, 5_000, 10) : (30, 20_000, 5);
        File.WriteAllText(log.Log, "");
        var written = 0;
        var writer = Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var rotation = 0; rotation < rotations; rotation++)
            {
                for (var beat = 0; beat < beats; beat++)
                {
                    var count = perSecond / 50;
                    log.Append(StoredLog.Lines(written, count));
                    written += count;
                    await pace.WaitForNextTickAsync();
                }
                written += rotate(written);
            }
        }, TestContext.Current.CancellationToken);
        var seen = new HashSet<int>();
        long lines = 0;
        using var subscription = log.Feed.Subscribe(LogFilter.All, 1_000_000, () => { });
        do
        {
            lines += await log.ReadAsync();
            Collect(subscription, seen);
        }
        while (!writer.IsCompleted);
        await writer;
        lines += await log.ReadAsync();
        Collect(subscription, seen);
        return (written, lines, seen);
    }

    private static void Collect(LogSubscription subscription, HashSet<int> seen)
    {
        var lines = new List<LogLine>();
        subscription.Read(lines);
        foreach (var line in lines) seen.Add(NumberOf(line));
    }

    private static int NumberOf(LogLine line) => int.Parse(line.Raw[(line.Raw.IndexOf("host", StringComparison.Ordinal) + 4)..line.Raw.IndexOf(".example", StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);

    private static List<int> Seen(StoredLog log) => [.. log.Feed.Recent(LogFilter.All, 5000).Select(NumberOf)];

    private static void AssertOnce(StoredLog log, int count) => Assert.Equal(Enumerable.Range(0, count), Seen(log).Order());

    private static void Rotate(StoredLog log, string next, bool pack)
    {
        Shift(log, 9);
        if (pack)
        {
            Pack(log.Beside(".1.gz"), File.ReadAllText(log.Beside(".1")), File.GetLastWriteTimeUtc(log.Beside(".1")));
            File.Delete(log.Beside(".1"));
        }
        File.WriteAllText(log.Log, next);
    }

    private static void Shift(StoredLog log, int keep)
    {
        ShiftFormer(log, keep);
        File.Move(log.Log, log.Beside(".1"));
    }

    private static void ShiftFormer(StoredLog log, int keep)
    {
        for (var i = keep; i >= 1; i--)
            foreach (var end in (string[])["", ".gz"])
                if (File.Exists(log.Beside($".{i}{end}"))) File.Move(log.Beside($".{i}{end}"), log.Beside($".{i + 1}{end}"), overwrite: true);
    }

    private static void Pack(string path, string text, DateTime writtenUtc)
    {
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest)) stream.Write(Encoding.UTF8.GetBytes(text));
        File.SetLastWriteTimeUtc(path, writtenUtc);
    }

    private static void Truncate(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }
}
