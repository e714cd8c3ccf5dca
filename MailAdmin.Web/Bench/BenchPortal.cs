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
    /// <exception cref="InvalidOperationException">It was not ready within a minute, or has ended.</exception>
    public static async Task<BenchPortal> StartAsync(string data, CancellationToken ct, IReadOnlyDictionary<string, string>? settings = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var clock = Stopwatch.StartNew();
        var portal = new BenchPortal(BenchProcess.Start(data, ["serve", "--port", $"{address.Port}"], settings), address);
        _ = portal.Process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        _ = portal.Process.StandardError.BaseStream.CopyToAsync(Stream.Null, ct);
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            while (!await IsReadyAsync(http, ct))
            {
                if (portal.Process.HasExited || clock.Elapsed > Patience) throw new InvalidOperationException($"The portal at {address} {(portal.Process.HasExited ? $"ended with {portal.Process.ExitCode}" : $"was not ready within {Patience.TotalSeconds} s")}.");
                await Task.Delay(10, ct);
            }
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();   // nobody else knows of it
            throw;
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            return (await http.GetAsync("/health/ready", ct)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;   // not listening yet
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
