using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>How logs are analysed.</summary>
public sealed record LogAnalysisOptions
{
    /// <summary>The zone of times that name none; by default this machine's.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>How long messages are kept in memory.</summary>
    public TracerOptions Tracing { get; init; } = new();

    /// <summary>True to count what the report for people shows: top senders, causes, hours.</summary>
    public bool WithStatistics { get; init; }

    /// <summary>Bytes read at once.</summary>
    public int BufferBytes { get; init; } = 1 << 20;
}

/// <summary>How far an analysis is.</summary>
/// <param name="BytesRead">Bytes read of the files, packed ones as they are packed.</param>
/// <param name="BytesTotal">Bytes of all files; null when one is a stream without a known end.</param>
/// <param name="Lines">Lines read.</param>
public readonly record struct LogProgress(long BytesRead, long? BytesTotal, long Lines);
