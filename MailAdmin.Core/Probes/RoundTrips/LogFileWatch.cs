using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>A file, read from its end on.</summary>
internal sealed class LogFileWatch(IHostLog log, long offset, TimeProvider time) : LogWatch(time)
{
    private const int Piece = 64 << 10;

    private readonly TimeProvider _time = time;
    private readonly byte[] _buffer = new byte[Piece * 2];
    private long _offset = offset;
    private int _kept;

    public override ValueTask DisposeAsync() => log.DisposeAsync();

    protected override async Task FollowAsync(About about, CancellationToken ct)
    {
        while (true)
        {
            var read = await log.ReadAsync(_offset, _buffer.AsMemory(_kept, Math.Min(Piece, _buffer.Length - _kept)), ct);
            if (read == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, ct);
                continue;
            }
            _offset += read;
            _kept = Understand(about, _kept + read);
        }
    }

    private int Understand(About about, int length)
    {
        var bytes = _buffer.AsSpan(0, length);
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            about.Take(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }
        if (bytes.Length >= Piece) return 0; // A line without end.
        bytes.CopyTo(_buffer);
        return bytes.Length;
    }
}
