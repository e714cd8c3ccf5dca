namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Delivery delays, kept as counts of steps that grow by a tenth each, so that percentiles are right within 10 % at any number of deliveries.</summary>
public sealed class DelayHistogram
{
    private const double Least = 0.01;
    private const double Growth = 1.1;

    private readonly long[] _steps = new long[200];

    /// <summary>How many deliveries.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in seconds.</summary>
    public double Longest { get; private set; }

    /// <summary>The delay in seconds that the given share of deliveries did not exceed, within 10 %; 0 when there were none.</summary>
    /// <param name="share">Such as 0.95.</param>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var step = 0; step < _steps.Length; step++)
            if ((left -= _steps[step]) <= 0) return Math.Min(Longest, Least * Math.Pow(Growth, step));
        return Longest;
    }

    internal void Add(double seconds)
    {
        Count++;
        Longest = Math.Max(Longest, seconds);
        var step = seconds <= Least ? 0 : (int)Math.Ceiling(Math.Log(seconds / Least) / Math.Log(Growth));
        _steps[Math.Min(step, _steps.Length - 1)]++;
    }
}
