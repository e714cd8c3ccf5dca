using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>A few of the lines that were not understood, one per program and beginning.</summary>
internal sealed class UnknownLines
{
    private const int Most = 40;
    private const int Beginning = 16;
    private const int LongestShown = 300;

    private readonly Dictionary<(string Program, uint Beginning), (string Line, long Count)> _samples = [];

    /// <summary>The samples with how often their like came, most frequent first.</summary>
    public IReadOnlyList<(string Line, long Count)> Samples => [.. _samples.Values.OrderByDescending(sample => sample.Count)];

    public void Take(in LogEvent e, ReadOnlySpan<byte> line)
    {
        var key = (e.Program.Name, TextCache.Hash(e.Message.Length > Beginning ? e.Message[..Beginning] : e.Message));
        if (_samples.TryGetValue(key, out var known)) _samples[key] = known with { Count = known.Count + 1 };
        else if (_samples.Count < Most) _samples[key] = (System.Text.Encoding.UTF8.GetString(line.Length > LongestShown ? line[..LongestShown] : line), 1);
    }
}
