using System.Diagnostics;
using System.Text;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A server that a test starts: its output is kept, its readiness asked for, and it ends with the test.</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Child(Process process) => _process = process;

    /// <summary>Everything it wrote.</summary>
    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="isReady">Asks; may throw while it is not.</param>
    public static async Task<Child> StartAsync(string program, IReadOnlyList<string> arguments, Func<Task<bool>> isReady, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var child = new Child(process);
        process.OutputDataReceived += (_, e) => child.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => child.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(30))
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{child.Log}");
            try
            {
                if (await isReady()) return child;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            {
                // Not yet.
            }
            if (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60)) continue;
            await child.DisposeAsync();
            throw new InvalidOperationException($"{program} was not ready within a minute:\n{child.Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
    }
}
