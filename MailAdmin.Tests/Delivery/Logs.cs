using System.Text;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Delivery;

/// <summary>Analyses text as a log and keeps what came of it.</summary>
internal sealed class Logs : ITraceSink
{
    public List<Trace> Messages { get; } = [];

    public List<RejectedMail> Rejects { get; } = [];

    public LogTotals Totals { get; private set; } = null!;

    public IReadOnlyList<(string Line, long Count)> Unknown { get; private set; } = [];

    public void Take(Trace message) => Messages.Add(message);

    public void Take(RejectedMail rejected) => Rejects.Add(rejected);

    public Trace Message(string queueId) => Assert.Single(Messages, message => message.QueueId == queueId);

    public static Logs Of(string log, TracerOptions? tracing = null) => Of(new MemoryStream(Encoding.UTF8.GetBytes(log)), tracing);

    public static Logs Of(Stream log, TracerOptions? tracing = null, int bufferBytes = 1 << 20)
    {
        var logs = new Logs();
        var analysis = Analysis(logs, tracing, bufferBytes);
        analysis.Run(log, new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc), CancellationToken.None);
        return logs.With(analysis);
    }

    public static Logs OfFiles(params string[] paths)
    {
        var logs = new Logs();
        var analysis = Analysis(logs, null, 1 << 20);
        analysis.Run(paths, CancellationToken.None);
        return logs.With(analysis);
    }

    /// <summary>Everything that came of it, to compare two ways of reading.</summary>
    public string Print() => string.Join('\n', Messages.OrderBy(m => m.FirstSeen).ThenBy(m => m.QueueId, StringComparer.Ordinal).Select(m =>
        $"{m.QueueId} {m.Host} {m.Service} {m.Client} {m.SaslUser} {m.MessageId} {m.From} {m.SizeBytes} {m.FirstSeen:O} {m.LastSeen:O} {m.IsRemoved} {m.Parent} "
        + string.Join('|', m.Recipients.Select(r => $"{r.To} {r.OriginalTo} {r.Relay} {r.DelaySeconds} {r.Dsn} {r.Status} {r.Text} {r.State} {r.Folder} {r.Tries}")))
        .Concat(Rejects.Select(r => r.ToString())).Append($"{Totals.Lines} {Totals.Bytes} {Totals.Understood} {Totals.Unknown} {Totals.Foreign} {Totals.Damaged} {Totals.Cut}"));

    public static LogParser Parser() => new(new StampReader(TimeZoneInfo.Utc, new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc)), new TextCache());

    public static string Sample(string name) => Path.Combine(Architecture.NamespaceDirectionTests.Repository(), "MailAdmin.Tests", "Delivery", "Samples", name);

    private static LogAnalysis Analysis(Logs logs, TracerOptions? tracing, int bufferBytes)
    {
        var options = new LogAnalysisOptions { Zone = TimeZoneInfo.Utc, BufferBytes = bufferBytes, Tracing = tracing ?? new TracerOptions() };
        return new LogAnalysis(options, new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)), logs);
    }

    private Logs With(LogAnalysis analysis)
    {
        (Totals, Unknown) = (analysis.Totals, analysis.UnknownSamples);
        return this;
    }
}

/// <summary>Gives its bytes in pieces of any size, as pipes and slow disks do.</summary>
internal sealed class PiecesStream(byte[] bytes, Func<int> nextPiece) : Stream
{
    private readonly MemoryStream _bytes = new(bytes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => _bytes.Read(buffer[..Math.Min(buffer.Length, Math.Max(1, nextPiece()))]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
