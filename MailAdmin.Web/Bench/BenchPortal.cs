using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Web.Bench;

/// <summary>A portal that runs as a process of its own, as long as it is measured.</summary>
internal sealed class BenchPortal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private BenchPortal(Process process, Uri address) => (Process, Address) = (process, address);

    public Process Process { get; }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="settings">Settings besides, as environment variables.</param>
    /// <exception cref="HttpRequestException">It did not answer within a minute, or has ended.</exception>
    public static async Task<BenchPortal> StartAsync(string data, CancellationToken ct, IReadOnlyDictionary<string, string>? settings = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var clock = Stopwatch.StartNew();
        var portal = new BenchPortal(BenchProcess.Start(data, ["serve", "--port", $"{address.Port}"], settings), address);
        _ = portal.Process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        _ = portal.Process.StandardError.BaseStream.CopyToAsync(Stream.Null, ct);
        using var http = new HttpClient { BaseAddress = address };
        for (; ; await Task.Delay(10, ct))
        {
            try
            {
                if ((await http.GetAsync("/health/ready", ct)).IsSuccessStatusCode) return portal;
            }
            catch (HttpRequestException) when (clock.Elapsed < Patience && !portal.Process.HasExited)
            {
                // Not listening yet.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            await Process.WaitForExitAsync();
        }
        Process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
