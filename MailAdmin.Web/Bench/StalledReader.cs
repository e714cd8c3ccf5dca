using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace MailAdmin.Web.Bench;

/// <summary>A program that opened the stream of the live log and takes nothing, until it is told to.</summary>
internal sealed class StalledReader : IDisposable
{
    private readonly HttpClient _http;
    private readonly StreamReader _stream;

    private StalledReader(HttpClient http, StreamReader stream) => (_http, _stream) = (http, stream);

    public static async Task<StalledReader> OpenAsync(Uri portal, string token, CancellationToken ct)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, until) =>
            {
                // Little room, so that it stalls soon.
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 16 << 10 };
                await socket.ConnectAsync(context.DnsEndPoint, until);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = portal, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        return new StalledReader(http, new StreamReader(await http.GetStreamAsync("/api/v1/log/stream", ct), Encoding.UTF8));
    }

    /// <summary>Takes what waits, up to the last line that was written.</summary>
    /// <param name="lastSequence">How many lines were written in all.</param>
    public async Task<(long Skipped, long Missing)> ReadOnAsync(long lastSequence, CancellationToken ct)
    {
        var (first, last, lines, skipped) = (0L, 0L, 0L, 0L);
        while (last < lastSequence && await _stream.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                last = long.Parse(line.AsSpan(line.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
                if (first == 0) first = last;
                lines++;
            }
            else if (line.StartsWith("data: {\"lines\":", StringComparison.Ordinal)) skipped += long.Parse(line.AsSpan("data: {\"lines\":".Length).TrimEnd('}'), CultureInfo.InvariantCulture);
        }
        return (skipped, last - first + 1 - lines - skipped);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _http.Dispose();
    }
}
