using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MailAdmin.Web.Delivery;

/// <summary>A program that reads a log, with how long it took and how much memory it had.</summary>
/// <param name="name">What it is called in the result.</param>
/// <param name="command">The program and its arguments.</param>
internal sealed class LogReader(string name, IReadOnlyList<string> command)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly List<(double Wall, double Cpu)> _runs = [];

    public string Name => name;

    /// <summary>Median of all runs, from start to end of the process.</summary>
    public double Seconds => Median(_runs.Select(run => run.Wall));

    /// <summary>Median of the processor time.</summary>
    public double CpuSeconds => Median(_runs.Select(run => run.Cpu));

    /// <summary>Most resident memory in any run, as the kernel counts it.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>True when the program is installed.</summary>
    public bool IsHere => Path.IsPathRooted(command[0]) ? File.Exists(command[0]) : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, command[0])));

    /// <summary>Runs it once; its output is thrown away.</summary>
    /// <param name="folder">Its home, so that it finds no results of a former run.</param>
    public async Task RunAsync(string folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(folder, $"{name}-{_runs.Count}")).FullName;
        var (began, cpu) = (Stopwatch.GetTimestamp(), CpuSecondsOfChildren());
        using var process = Process.Start(start) ?? throw new IOException($"{command[0]} did not start.");
        try
        {
            process.StandardInput.Close();
            var output = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct), process.StandardError.BaseStream.CopyToAsync(Stream.Null, ct));
            var end = process.WaitForExitAsync(ct);
            while (await Task.WhenAny(end, Task.Delay(LookEvery, ct)) != end) PeakBytes = Math.Max(PeakBytes, Peak(process.Id));
            await end;
            await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        if (process.ExitCode != 0) throw new IOException($"{command[0]} ended with {process.ExitCode}.");
        _runs.Add((Stopwatch.GetElapsedTime(began).TotalSeconds, CpuSecondsOfChildren() - cpu));
    }

    // getrusage(2): user and system time, each as seconds and microseconds, then fourteen numbers more. It counts children that have ended, one at a time here.
    private static double CpuSecondsOfChildren()
    {
        const int Children = -1;
        var usage = new long[18];
        if (GetUsage(Children, usage) != 0) throw new IOException("getrusage failed.");
        return usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6;
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, [Out] long[] usage);

    // VmHWM: the most it ever had. Gone when the process is.
    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;   // it ended between two looks
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
