namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Delivery delays, kept as counts of steps that grow by a tenth each, so that percentiles are right within 10 % at any number of deliveries.</summary>
public sealed class DelayHistogram
{
    private const double Least = 0.01;
    private const double Growth = 1.1;
    private const int Steps = 200;

    private readonly long[] _steps = new long[Steps];

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
        _steps[StepOf(seconds)]++;
    }

    /// <summary>The step that a delay belongs to.</summary>
    internal static int StepOf(double seconds) => seconds <= Least ? 0 : Math.Min((int)Math.Ceiling(Math.Log(seconds / Least) / Math.Log(Growth)), Steps - 1);

    /// <summary>Adds delays that were counted by step; the longest is then known within a step.</summary>
    internal void AddStep(int step, long count)
    {
        if (step is < 0 or >= Steps || count <= 0) return;
        _steps[step] += count;
        Count += count;
        Longest = Math.Max(Longest, Least * Math.Pow(Growth, step));
    }
}
