using System.Diagnostics;
using System.Globalization;

namespace MailAdmin.Web.Bench;

/// <summary>This program, started again, as a person would.</summary>
internal static class BenchProcess
{
    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its output, how long it took, and its greatest memory in MiB.</returns>
    /// <exception cref="InvalidOperationException">It ended with another exit code than one of <paramref name="good"/>.</exception>
    public static Task<BenchRun> RunAsync(string data, IReadOnlyList<string> args, CancellationToken ct, params int[] good) => RunAsync(data, args, ct, "", good);

    /// <summary>The same, with a secret or the like on its standard input.</summary>
    public static async Task<BenchRun> RunAsync(string data, IReadOnlyList<string> args, CancellationToken ct, string input, params int[] good)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(data, args);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, MemoryMiB(process.Id, "VmHWM"));
            await Task.WhenAny(process.WaitForExitAsync(ct), Task.Delay(20, ct));
        }
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0 || good.Contains(process.ExitCode) ? new BenchRun(await output, seconds, peak)
            : throw new InvalidOperationException($"mailadmin {string.Join(' ', args)} ended with {process.ExitCode}: {await error}");
    }

    /// <summary>Starts a command that stays.</summary>
    /// <param name="settings">Settings besides, as environment variables.</param>
    public static Process Start(string data, IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(BenchProcess).Assembly.Location);
        foreach (var argument in args) start.ArgumentList.Add(argument);
        start.Environment["MAILADMIN_DATA"] = data;
        // Measuring asks more than anybody may.
        start.Environment["Account__ApiRequestsPerMinute"] = "1000000";
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>VmRSS or VmHWM of a process (proc(5)) in MiB; 0 when it has ended.</summary>
    public static double MemoryMiB(int id, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <summary>A command that came to its end.</summary>
internal sealed record BenchRun(string Output, double Seconds, double PeakMiB);
