using System.Runtime.InteropServices;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Adds up what is counted, by five minutes and host, until it is written.</summary>
internal sealed class Tally
{
    /// <summary>Seconds of one bucket.</summary>
    public const int BucketSeconds = 300;

    /// <summary>Delays are counted by steps, from this number on.</summary>
    public const int Delays = 100;

    private readonly Dictionary<(long Bucket, int What, int Host), long> _counts = [];

    public static long BucketOf(DateTime utc) => utc.Ticks / (TimeSpan.TicksPerSecond * BucketSeconds);

    public static DateTime TimeOf(long bucket) => new(bucket * TimeSpan.TicksPerSecond * BucketSeconds, DateTimeKind.Utc);

    public void Add(long bucket, int what, int host, long count = 1) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, (bucket, what, host), out _) += count;

    public void Add(DateTime utc, Counted what, int host, long count = 1) => Add(BucketOf(utc), (int)what, host, count);

    public void Write(Statement add)
    {
        foreach (var ((bucket, what, host), count) in _counts) add.With(bucket).With(what).With(host).With(count).Run();
        _counts.Clear();
    }
}
