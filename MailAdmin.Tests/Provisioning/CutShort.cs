using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Provisioning;

/// <summary>A system call of an apply that changes something on a disk: the how manieth of its kind on the working thread, and on which files.</summary>
internal sealed record CrashPoint(string Call, int Nth, string Place)
{
    public override string ToString() => $"{Call} {Nth} ({Place})";
}

/// <summary>An applying process under strace: watched, killed at a system call, or told there that the disk is full.</summary>
internal sealed partial class CutShort : IDisposable
{
    // A question mark: not every architecture has all of them.
    private const string Changing = "?openat,?write,?pwrite64,?pwritev,?fsync,?fdatasync,?syncfs,?rename,?renameat,?renameat2,?unlink,?unlinkat,?link,?linkat,?mkdir,?mkdirat,?ftruncate,?chmod,?fchmod,?fchmodat,?chown,?lchown,?fchown,?fchownat,?utimensat";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _data;
    private readonly string[] _folders;
    private readonly Task<string> _errors;

    private CutShort(Process process, string data, string[] folders)
    {
        (_process, _data, _folders) = (process, data, folders);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts the process; it does nothing before it is run.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="managed">Calls below this folder and the data directory are points; others are the runtime's.</param>
    public static CutShort Start(string data, string managed)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ApplyOnce.Word, data]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["DOTNET_ThreadPool_ForceMinWorkerThreads"], start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"], start.Environment["DOTNET_TieredPGO"]) = ("1", "1", "0");
        return new CutShort(Process.Start(start)!, data, [managed + "/", data + "/"]);
    }

    /// <summary>Lets it apply.</summary>
    /// <param name="injection">As strace wants it, without <c>inject=</c>; null to watch only.</param>
    /// <returns>The points passed, the one where it was disturbed (null when none was), and what the process said of the end.</returns>
    public async Task<(IReadOnlyList<CrashPoint> Passed, CrashPoint? Hit, string Said)> RunAsync(string? injection, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var thread = await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"The applying process did not start: {await _errors}");
        var trace = $"{_data}/trace";
        using var strace = Process.Start(new ProcessStartInfo("strace", ["-y", "-p", thread, "-e", $"trace={Changing}", "-o", trace, .. injection is null ? Array.Empty<string>() : ["-e", $"inject={injection}"]]) { RedirectStandardError = true })!;
        try
        {
            // "strace: Process N attached": from here on every call counts.
            Assert.Contains("attached", await strace.StandardError.ReadLineAsync(patience.Token));
            await _process.StandardInput.WriteLineAsync("go");
            await _process.StandardInput.FlushAsync(patience.Token);
            var said = await _process.StandardOutput.ReadToEndAsync(patience.Token);
            await _process.WaitForExitAsync(patience.Token);
            await strace.WaitForExitAsync(patience.Token);
            var (passed, hit) = Read(await File.ReadAllLinesAsync(trace, patience.Token));
            return (passed, hit, said.Trim());
        }
        finally
        {
            if (!strace.HasExited) strace.Kill();
            Dispose();
        }
    }

    /// <summary>Lets it apply, undisturbed and unwatched.</summary>
    public async Task GoAsync(CancellationToken ct)
    {
        _ = await _process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException($"The applying process did not start: {await _errors}");
        await _process.StandardInput.WriteLineAsync("go".AsMemory(), ct);
        await _process.StandardInput.FlushAsync(ct);
    }

    /// <summary>Waits for its end; gives what it said of it.</summary>
    public async Task<string> EndAsync(CancellationToken ct)
    {
        var said = await _process.StandardOutput.ReadToEndAsync(ct);
        await _process.WaitForExitAsync(ct);
        return said.Trim();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
    }

    // fsync(45</tmp/x/dovecot/passwd/.crash.test.….tmp>) = 0
    // openat(AT_FDCWD</root>, "/tmp/x/y", O_RDWR|O_CREAT, 0600) = -1 ENOSPC (No space left on device) (INJECTED)
    // rename("/tmp/x/y", "/tmp/x/z") = ?            +++ killed by SIGKILL +++
    private (List<CrashPoint> Passed, CrashPoint? Hit) Read(string[] trace)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var passed = new List<CrashPoint>();
        CrashPoint? last = null, hit = null;
        foreach (var line in trace)
        {
            if (line.Contains("killed by SIGKILL", StringComparison.Ordinal)) hit ??= last;
            var name = line.IndexOf('(');
            if (name <= 0 || !line[..name].All(c => char.IsAsciiLetterOrDigit(c))) continue;
            var call = line[..name];
            var nth = counts[call] = counts.GetValueOrDefault(call) + 1;
            var paths = PathOf().Matches(line).Select(m => m.Groups[1].Value).Where(path => _folders.Any(folder => (path + "/").StartsWith(folder, StringComparison.Ordinal))).ToList();
            last = new CrashPoint(call, nth, string.Join(" → ", paths.Select(Named).Distinct()));
            if (line.Contains("(INJECTED)", StringComparison.Ordinal)) hit ??= last;
            if (paths.Count > 0 && (call != "openat" || line.Contains("O_CREAT", StringComparison.Ordinal) || line.Contains("O_TRUNC", StringComparison.Ordinal))) passed.Add(last);
        }
        return (passed, hit);
    }

    // The same file has the same name in each run.
    private string Named(string path) => ChangingPart().Replace(_folders.Aggregate(path, (p, folder) => p.StartsWith(folder, StringComparison.Ordinal) ? p[folder.Length..] : p), "*");

    [GeneratedRegex("""["<](/[^">]*)[">]""")]
    private static partial Regex PathOf();

    [GeneratedRegex("[0-9a-f]{32}|[0-9]{3,}")]
    private static partial Regex ChangingPart();
}
