using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Cuts and understands the lines of one log on a thread of its own, a few batches ahead of whoever joins them: that is half of the work, and a machine has more than one processor.</summary>
internal sealed class ReadAhead : IDisposable
{
    private const int Batches = 4;

    // Neither is ever asked to hold more than all of them.
    private readonly BlockingCollection<LineBatch> _full = [];
    private readonly BlockingCollection<LineBatch> _empty = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<long> _bytesRead;
    private ExceptionDispatchInfo? _failure;
    private LineBatch? _batch;
    private int _at;

    /// <param name="bytesRead">How far the log was read, asked on the thread that reads.</param>
    public ReadAhead(LineReader lines, LogParser parser, Func<long> bytesRead)
    {
        _bytesRead = bytesRead;
        for (var i = 1; i < Batches; i++) _empty.Add(new LineBatch());
        Task.Factory.StartNew(() => Read(lines, parser), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How far the log was read for the lines given so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The line where it is, valid until the next move.</summary>
    public UnderstoodLine Line => _batch![_at];

    /// <summary>When that line was written; null when it does not say.</summary>
    public DateTime? Time => _batch!.TimeOf(_at);

    /// <summary>Moves to the next line. False at the end.</summary>
    /// <exception cref="IOException">The log cannot be read further.</exception>
    public bool MoveNext(CancellationToken ct)
    {
        if (_batch is not null && ++_at < _batch.Count) return true;
        do
        {
            if (_batch is { } done)
            {
                done.Clear();
                _empty.Add(done);
            }
            _batch = null;
            if (!_full.TryTake(out _batch, Timeout.Infinite, ct))
            {
                _failure?.Throw();
                return false;
            }
            (_at, BytesRead) = (0, _batch.BytesRead);
        }
        while (_batch.Count == 0);
        return true;
    }

    /// <summary>Stops reading. Returns at once, also when the log is a pipe that gives nothing.</summary>
    public void Dispose() => _stopping.Cancel();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(LineReader lines, LogParser parser)
    {
        var batch = new LineBatch();
        try
        {
            while (lines.TryRead(out var line))
            {
                batch.Add(line, parser, new LinePlace(0, lines.Offset, (int)Math.Min(lines.Length, int.MaxValue)), lines.IsCut);
                if (batch.HasRoom) continue;
                Give(batch);
                batch = _empty.Take(_stopping.Token);
            }
            Give(batch);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nobody wants the rest.
        }
        catch (Exception e)
        {
            // For whoever takes the lines, after those that could be read.
            Give(batch);
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }

    private void Give(LineBatch batch)
    {
        batch.BytesRead = _bytesRead();
        _full.Add(batch);
    }
}
