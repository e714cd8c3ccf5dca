namespace MailAdmin.Core.Delivery.Store;

/// <summary>Where messages, refusals and logins are kept and searched for. The doors reach it through <see cref="TraceService"/>, which checks the right.</summary>
/// <remarks>Reading works while another process writes. All searches answer within bounded time.</remarks>
public interface ITraceStore
{
    /// <summary>Searches, the newest first.</summary>
    /// <param name="query">Free of objections (<see cref="TraceService"/> checks it).</param>
    Task<TracePage> SearchAsync(TraceQuery query, CancellationToken ct);

    /// <summary>One entry; null when there is none with this number.</summary>
    Task<TraceDetail?> GetAsync(long id, CancellationToken ct);

    /// <summary>Counts over time.</summary>
    Task<TraceCounts> CountsAsync(CountsQuery query, CancellationToken ct);

    /// <summary>The most frequent within a time.</summary>
    /// <param name="most">Most rows to return.</param>
    Task<TraceRanking> RankAsync(Ranked ranked, DateTimeOffset since, DateTimeOffset until, int most, CancellationToken ct);

    /// <summary>The file in which a line lies, or lay; null when it is not known.</summary>
    Task<LogFileMark?> FileAsync(int file, CancellationToken ct);

    /// <summary>What it holds.</summary>
    Task<StoreStatus> StatusAsync(CancellationToken ct);
}

/// <summary>What a log file is known by, under whatever name it lies now.</summary>
/// <param name="Host">The host as registered.</param>
/// <param name="Source">The log as the host names it: the path of the file that grows.</param>
/// <param name="Device">Device number; 0 when it was not told.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="HeadLength">How many bytes of its beginning the digest covers.</param>
/// <param name="HeadDigest">Digest of its beginning, unpacked.</param>
public sealed record LogFileMark(string Host, string Source, long Device, long Inode, int HeadLength, ReadOnlyMemory<byte> HeadDigest);
