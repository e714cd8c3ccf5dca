using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailAdmin.Web.Bench;

/// <summary>A program that reads the stream of the live log as fast as it comes. A bare socket: what is measured is the portal, not a client library.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private Task _loop = Task.CompletedTask;
    private List<double>? _delays;
    private long _lines, _skips;

    public static async Task<LiveReader> OpenAsync(int port, string token, CancellationToken ct)
    {
        var reader = new LiveReader();
        await reader._socket.ConnectAsync(IPAddress.Loopback, port, ct);
        await reader._socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/log/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"), ct);
        var head = new byte[1024];
        var length = await reader._socket.ReceiveAsync(head, ct);
        if (!head.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException($"The stream was answered with: {Encoding.ASCII.GetString(head, 0, Math.Min(60, length))}");
        reader._loop = Task.Run(reader.LoopAsync, ct);
        return reader;
    }

    /// <summary>What comes from now on counts.</summary>
    public void Begin()
    {
        lock (_gate) (_delays, _lines, _skips) = ([], 0, 0);
    }

    public (List<double> Delays, long Lines, long Skipped) End()
    {
        lock (_gate)
        {
            var delays = _delays!;
            _delays = null;
            return (delays, _lines, _skips);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _loop;
        _socket.Dispose();
        _ending.Dispose();
    }

    private async Task LoopAsync()
    {
        var buffer = new byte[128 << 10];
        try
        {
            for (int length; (length = await _socket.ReceiveAsync(buffer, _ending.Token)) > 0;) Count(buffer.AsSpan(0, length));
        }
        catch (OperationCanceledException)
        {
            // It was measured.
        }
    }

    // The oldest and the newest line of what came at once.
    private void Count(ReadOnlySpan<byte> bytes)
    {
        var now = TimeProvider.System.GetUtcNow();
        lock (_gate)
        {
            if (_delays is null) return;
            if (LiveMark.Age(bytes, isLast: false, now) is { } oldest) _delays.Add(oldest);
            if (LiveMark.Age(bytes, isLast: true, now) is { } newest) _delays.Add(newest);
            _lines += bytes.Count("event: line"u8);
            for (var at = bytes.IndexOf("{\"lines\":"u8); at >= 0; at = bytes.IndexOf("{\"lines\":"u8))
            {
                bytes = bytes[(at + "{\"lines\":"u8.Length)..];
                if (System.Buffers.Text.Utf8Parser.TryParse(bytes, out long skipped, out _)) _skips += skipped;
            }
        }
    }
}
