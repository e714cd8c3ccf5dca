using System.Runtime.CompilerServices;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Reads whole logs and tells what they say about each message, in bounded memory. Several logs are read side by side in the order of time, so that parts of one and logs of several hosts join.</summary>
/// <remarks>It needs no server and no database.</remarks>
public sealed class LogAnalysis : ITraceSink
{
    private const long ReportEveryBytes = 4 << 20;

    private readonly LogAnalysisOptions _options;
    private readonly TimeProvider _time;
    private readonly ITraceSink? _output;
    private readonly IProgress<LogProgress>? _progress;
    private readonly TextCache _texts = new();
    private readonly UnknownLines _unknown = new();
    private readonly Tracer _tracer;
    private long _nextReport = ReportEveryBytes;
    private long? _bytesTotal;

    /// <summary>Makes an analysis.</summary>
    /// <param name="output">Takes each message and refusal as it is found; null when only the numbers are wanted.</param>
    /// <param name="progress">Is told from time to time how far it is.</param>
    public LogAnalysis(LogAnalysisOptions options, TimeProvider time, ITraceSink? output = null, IProgress<LogProgress>? progress = null)
    {
        (_options, _time, _output, _progress) = (options, time, output, progress);
        _tracer = new Tracer(options.Tracing, _texts, this);
        if (options.WithStatistics) Statistics = new LogStatistics();
    }

    /// <summary>The numbers.</summary>
    public LogTotals Totals { get; } = new();

    /// <summary>What the report for people shows; null unless it was asked for.</summary>
    public LogStatistics? Statistics { get; }

    /// <summary>Lines of the mail server that were not understood, one of each kind, with how often it came. Texts from outside: show them as text.</summary>
    public IReadOnlyList<(string Line, long Count)> UnknownSamples => _unknown.Samples;

    /// <summary>Analyses files; packed ones (gzip) are unpacked while reading.</summary>
    /// <param name="paths">Files in any order; <c>-</c> is standard input.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public void Run(IReadOnlyList<string> paths, CancellationToken ct)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        _bytesTotal = paths.Contains("-") ? null : paths.Sum(path => new FileInfo(path).Length);
        Run([.. paths.Select(path => path == "-"
            ? new LogSource(Console.OpenStandardInput, null, isOnce: true, _options, now, _texts)
            : new LogSource(() => OpenFile(path), File.GetLastWriteTimeUtc(path), isOnce: false, _options, now, _texts))], ct);
    }

    /// <summary>Analyses one stream.</summary>
    /// <param name="writtenUtc">When its last line was written, for times without a year; null means now.</param>
    public void Run(Stream log, DateTime? writtenUtc, CancellationToken ct) =>
        Run([new LogSource(() => log, writtenUtc, isOnce: true, _options, _time.GetUtcNow().UtcDateTime, _texts)], ct);

    void ITraceSink.Take(Trace message)
    {
        Totals.Messages++;
        foreach (var recipient in message.List)
        {
            Count(Totals.RecipientsByState, recipient.State);
            if (recipient.Status is { } status) Count(Totals.RecipientsByStatus, status);
        }
        Statistics?.Take(message);
        _output?.Take(message);
    }

    void ITraceSink.Take(RejectedMail rejected)
    {
        Totals.Rejects++;
        Statistics?.Take(rejected);
        _output?.Take(rejected);
    }

    private void Run(LogSource[] sources, CancellationToken ct)
    {
        var waiting = new Queue<LogSource>(sources.OrderBy(source => source.First));
        var open = new List<LogSource>();
        while (waiting.Count > 0 || open.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            if (open.Count == 0) open.Add(Opened(waiting.Dequeue()));
            if (open.Count == 1) ReadAlone(open, waiting, sources, ct);
            if (open.Count > 1) ReadTogether(open, waiting, sources, ct);
        }
        _tracer.Complete();
        Report(sources);
    }

    private static LogSource Opened(LogSource source)
    {
        source.Open();
        return source;
    }

    // Until it ends, or the time of the next source has come.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadAlone(List<LogSource> open, Queue<LogSource> waiting, LogSource[] all, CancellationToken ct)
    {
        var source = open[0];
        var next = waiting.TryPeek(out var other) ? other.First : DateTime.MaxValue;
        var hasNext = other is not null;
        while (source.TryRead(out var line))
        {
            var time = Take(source, line);
            if (Totals.Bytes >= _nextReport)
            {
                ct.ThrowIfCancellationRequested();
                Report(all);
            }
            if (!hasNext || time < next) continue;
            open.Add(Opened(waiting.Dequeue()));
            return;
        }
        source.Dispose();
        open.Remove(source);
    }

    // The source whose line is the oldest goes first. Ends when only one is left.
    private void ReadTogether(List<LogSource> open, Queue<LogSource> waiting, LogSource[] all, CancellationToken ct)
    {
        var lines = new PriorityQueue<(LogSource Source, byte[] Line, int Length, bool IsCut, long Bytes), (DateTime, int)>();
        foreach (var source in open) Queue(source);
        while (lines.TryDequeue(out var first, out var place))
        {
            var time = Take(first.Source, first.Line.AsSpan(0, first.Length), first.IsCut, first.Bytes);
            if (Totals.Bytes >= _nextReport)
            {
                ct.ThrowIfCancellationRequested();
                Report(all);
            }
            while (waiting.TryPeek(out var other) && other.First <= time)
            {
                open.Add(Opened(waiting.Dequeue()));
                Queue(other);
            }
            Queue(first.Source, first.Line);
        }

        void Queue(LogSource source, byte[]? buffer = null)
        {
            if (!source.TryRead(out var line))
            {
                source.Dispose();
                open.Remove(source);
                return;
            }
            source.LookAt(line);
            if (buffer is null || buffer.Length < line.Length) buffer = new byte[Math.Max(1024, line.Length)];
            line.CopyTo(buffer);
            lines.Enqueue((source, buffer, line.Length, source.IsCut, source.LineBytes), (source.Key, Array.IndexOf(all, source)));
        }
    }

    private DateTime Take(LogSource source, ReadOnlySpan<byte> line) => Take(source, line, source.IsCut, source.LineBytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DateTime Take(LogSource source, ReadOnlySpan<byte> line, bool isCut, long bytes)
    {
        Totals.Lines++;
        Totals.Bytes += bytes;
        if (isCut) Totals.Cut++;
        LogEvent e = default;
        switch (source.Parser.Read(line, ref e))
        {
            case Reading.Understood:
                Totals.Understood++;
                Count(e);
                Statistics?.Take(e);
                _tracer.Take(e);
                break;
            case Reading.Unknown:
                Totals.Unknown++;
                _unknown.Take(e, line);
                break;
            case Reading.Foreign:
                Totals.Foreign++;
                break;
            case Reading.Damaged:
                Totals.Damaged++;
                return DateTime.MinValue;
        }
        var time = e.Stamp.Utc;
        if (e.Stamp.IsUncertain) Totals.UncertainTimes++;
        if (Totals.First is null || time < Totals.First) Totals.First = time;
        if (Totals.Last is null || time > Totals.Last) Totals.Last = time;
        return time;
    }

    private void Count(in LogEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Tried:
                Count(Totals.TriesByStatus, _texts.Text(e.Status));
                break;
            case EventKind.Connected:
                Totals.Connections++;
                break;
            case EventKind.SaslFailed:
                Totals.SaslFailures++;
                break;
            case EventKind.LoggedIn:
                Totals.Logins++;
                break;
            case EventKind.LoginFailed:
                Totals.LoginFailures++;
                break;
            case EventKind.Warning:
                Totals.Warnings++;
                break;
        }
    }

    private static void Count<T>(Dictionary<T, long> counts, T key) where T : notnull =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private void Report(LogSource[] sources)
    {
        _nextReport = Totals.Bytes + ReportEveryBytes;
        _progress?.Report(new LogProgress(sources.Sum(source => source.BytesRead), _bytesTotal, Totals.Lines));
    }

    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
}
