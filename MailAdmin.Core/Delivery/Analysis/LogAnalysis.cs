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
            ? new LogSource(Console.OpenStandardInput, null, isOnce: true, _options, now)
            : new LogSource(() => OpenFile(path), File.GetLastWriteTimeUtc(path), isOnce: false, _options, now))], ct);
    }

    /// <summary>Analyses one stream.</summary>
    /// <param name="writtenUtc">When its last line was written, for times without a year; null means now.</param>
    public void Run(Stream log, DateTime? writtenUtc, CancellationToken ct) =>
        Run([new LogSource(() => log, writtenUtc, isOnce: true, _options, _time.GetUtcNow().UtcDateTime)], ct);

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

    // The log whose line is the oldest goes first; one that begins later is opened when its time has come.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(LogSource[] sources, CancellationToken ct)
    {
        var waiting = new Queue<LogSource>(sources.OrderBy(source => source.First));
        var open = new PriorityQueue<LogSource, (DateTime, int)>();
        try
        {
            while (open.TryDequeue(out var source, out _) || waiting.TryDequeue(out source))
            {
                if (source.IsStarted) Take(source.Line);
                if (Totals.Bytes >= _nextReport)
                {
                    ct.ThrowIfCancellationRequested();
                    Report(sources);
                }
                Go(source);
                while (waiting.TryPeek(out var next) && next.First <= source.Key) Go(waiting.Dequeue());
            }
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
        _tracer.Complete();
        Report(sources);

        void Go(LogSource source)
        {
            if (!source.IsStarted) source.Start();
            if (source.MoveNext(ct)) open.Enqueue(source, (source.Key, Array.IndexOf(sources, source)));
            else source.Dispose();
        }
    }

    private void Take(in UnderstoodLine line)
    {
        Totals.Lines++;
        Totals.Bytes += line.Place.Length;
        if (line.IsCut) Totals.Cut++;
        switch (line.Reading)
        {
            case Reading.Understood:
                Totals.Understood++;
                Count(line.Event);
                Statistics?.Take(line.Event);
                _tracer.Take(line.Event);
                break;
            case Reading.Unknown:
                Totals.Unknown++;
                _unknown.Take(line.Event, line.Bytes);
                break;
            case Reading.Foreign:
                Totals.Foreign++;
                break;
            case Reading.Damaged:
                Totals.Damaged++;
                return;
        }
        var (time, isUncertain) = line.Event.Stamp;
        if (isUncertain) Totals.UncertainTimes++;
        if (Totals.First is null || time < Totals.First) Totals.First = time;
        if (Totals.Last is null || time > Totals.Last) Totals.Last = time;
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
