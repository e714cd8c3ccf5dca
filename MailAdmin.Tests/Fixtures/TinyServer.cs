using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A TCP server on a free port of the loopback whose behaviour a test writes by hand.</summary>
public sealed class TinyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task _serving;
    private readonly ConcurrentBag<Task> _guests = [];

    public TinyServer(Func<Stream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = AcceptAsync(serve);
    }

    /// <summary>A server of HTTP that answers every request alike and keeps what came.</summary>
    public static TinyServer Http(Func<string, (int Status, string Headers, string Body)> answer) => new(async (stream, ct) =>
    {
        var buffer = new byte[64 << 10];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0) return;
            length += read;
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) continue;
            var wanted = text[..head].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line2 ? int.Parse(line2[15..].Trim(), System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (Encoding.UTF8.GetByteCount(text[(head + 4)..]) < wanted) continue;
            var (status, headers, body) = answer(text);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n{body}"), ct);
            return;
        }
    });

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_guests).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lifetime.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
    {
        while (!_lifetime.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_lifetime.Token);
            _guests.Add(Task.Run(async () =>
            {
                using (client)
                await using (var stream = client.GetStream()) await serve(stream, _lifetime.Token);
            }));
        }
    }
}
