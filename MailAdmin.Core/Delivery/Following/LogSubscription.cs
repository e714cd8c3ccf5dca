namespace MailAdmin.Core.Delivery.Following;

/// <summary>One reader of the live log: a ring of bounded size. A reader who is too slow loses the oldest lines and is told how many.</summary>
public sealed class LogSubscription : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LogLine?[] _ring;
    private readonly Action _wake;
    private readonly Action<LogSubscription> _end;
    private LogFilter _filter;
    private int _first, _count;
    private long _dropped;
    private bool _isAwake, _isEnded;

    internal LogSubscription(LogFilter filter, int capacity, Action wake, Action<LogSubscription> end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_filter, _ring, _wake, _end) = (filter, new LogLine?[capacity], wake, end);
    }

    /// <summary>Which lines come. May be changed at any time; what waits already stays.</summary>
    public LogFilter Filter
    {
        get => Volatile.Read(ref _filter);
        set => Volatile.Write(ref _filter, value);
    }

    /// <summary>How many lines wait to be read.</summary>
    public int Waiting
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>How many lines this reader lost since the beginning, because it did not read in time.</summary>
    public long Dropped
    {
        get { lock (_gate) return _dropped; }
    }

    /// <summary>Takes what waits, the oldest first. Afterwards the next line calls the reader again.</summary>
    /// <param name="into">Gets the lines at its end.</param>
    /// <param name="most">Most lines to take.</param>
    /// <returns>How many were taken.</returns>
    public int Read(ICollection<LogLine> into, int most = int.MaxValue)
    {
        lock (_gate)
        {
            var taken = Math.Min(most, _count);
            for (var i = 0; i < taken; i++)
            {
                into.Add(_ring[_first]!);
                _ring[_first] = null;
                _first = (_first + 1) % _ring.Length;
            }
            _count -= taken;
            _isAwake = _count > 0;
            return taken;
        }
    }

    /// <summary>Ends it; no more calls begin after this.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isEnded) return;
            _isEnded = true;
            Array.Clear(_ring);
            _count = 0;
        }
        _end(this);
    }

    /// <summary>Puts lines that pass into the ring and calls the reader, unless it was called already and has not read since.</summary>
    internal void Offer(ReadOnlySpan<LogLine> lines)
    {
        var (filter, call) = (Filter, false);
        lock (_gate)
        {
            if (_isEnded) return;
            foreach (var line in lines)
            {
                if (!filter.IsAll && !filter.Matches(line)) continue;
                if (_count == _ring.Length)
                {
                    _first = (_first + 1) % _ring.Length;
                    _count--;
                    _dropped++;
                }
                _ring[(_first + _count++) % _ring.Length] = line;
            }
            if (_count > 0 && !_isAwake) call = _isAwake = true;
        }
        if (call) _wake();
    }
}
