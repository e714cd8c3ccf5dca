using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>Measures this machine against programs that people know, in the same run.</summary>
internal static class LogBench
{
    private const int MessagesGenerated = 85_000;

    public static Verb Make()
    {
        var file = new Argument<string?>("file") { Description = "A mail log, not packed. Default: one of about a million lines is made.", Arity = ArgumentArity.ZeroOrOne };
        var runs = new Option<int>("--runs") { Description = "Rounds; each runs every program once, one after the other.", DefaultValueFactory = _ => 5 };
        return Verb.Of("logs", "Reads one log with this program, pflogsumm and lnav by turns, and prints lines a second, ratios and memory.", "mailadmin bench logs /var/log/mail.log --runs 5", async (session, ct) =>
        {
            var count = session.Parsed.GetValue(runs);
            if (count is < 1 or > 100) throw new UsageException("--runs", $"{count}", "Rounds are 1 to 100.", "Give a number such as 5.");
            var path = session.Parsed.GetValue(file);
            if (path is not null && !File.Exists(path)) throw new UsageException("file", path, $"There is no file '{ShownText.Of(path)}'.", "Give the path of a log, or none to have one made.");
            var folder = Directory.CreateTempSubdirectory("mailadmin-bench-");
            try
            {
                return await RunAsync(session, path ?? Generate(session, Path.Combine(folder.FullName, "mail.log")), folder.FullName, count, ct);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }, file, runs);
    }

    private static string Generate(Session session, string path)
    {
        session.Terminal.Error.WriteLine("Writing a log …");
        using var writer = new StreamWriter(path);
        new LogGenerator(1).Write(writer, MessagesGenerated, keepTruth: false);
        return path;
    }

    private static async Task<int> RunAsync(Session session, string path, string folder, int runs, CancellationToken ct)
    {
        var lines = CountLines(path);
        LogReader[] readers =
        [
            new("mailadmin", [.. Self(), "log", "analyze", path, "--summary"]),
            new("pflogsumm", ["pflogsumm", path]),
            // The first question makes lnav read and index the whole log.
            new("lnav", ["lnav", "-n", "-c", ";SELECT count(*) FROM all_logs", path]),
        ];
        var found = readers.Where(reader => reader.IsHere).ToList();
        foreach (var missing in readers.Except(found)) session.Terminal.Error.WriteLine($"{missing.Name} is not installed; left out.");
        for (var run = 1; run <= runs; run++)
        {
            foreach (var reader in found)
            {
                session.Terminal.Error.WriteLine($"Round {run} of {runs}: {reader.Name}");
                await reader.RunAsync(folder, ct);
            }
        }

        var own = found[0];
        if (session.IsJson)
            Answers.WriteJson(session.Terminal.Out, new { lines, bytes = new FileInfo(path).Length, runs, readers = found.Select(reader => new { reader.Name, reader.Seconds, reader.CpuSeconds, linesPerSecond = lines / reader.Seconds, peakBytes = reader.PeakBytes, ratio = reader.Seconds / own.Seconds, cpuRatio = reader.CpuSeconds / own.CpuSeconds }) });
        else
        {
            session.Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines, {runs} rounds; medians. Ratio: how many times as long as mailadmin."));
            Answers.WriteTable(session.Terminal.Out, ["PROGRAM", "SECONDS", "CPU SECONDS", "LINES/S", "PEAK MIB", "RATIO", "CPU RATIO"], found.Select(reader => (IReadOnlyList<string>)
                [reader.Name, Number(reader.Seconds, "0.00"), Number(reader.CpuSeconds, "0.00"), Number(lines / reader.Seconds, "N0"), Number(reader.PeakBytes / 1048576d, "0"), Number(reader.Seconds / own.Seconds, "0.0"), Number(reader.CpuSeconds / own.CpuSeconds, "0.0")]));
        }
        return ExitCode.Done;
    }

    private static string Number(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);

    private static long CountLines(string path)
    {
        using var stream = File.OpenRead(path);
        var buffer = new byte[1 << 20];
        long lines = 0;
        for (int read; (read = stream.Read(buffer)) > 0;) lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return lines;
    }

    // This very program: its own executable, or "dotnet" with its assembly.
    private static string[] Self()
    {
        var assembly = typeof(LogBench).Assembly.Location;
        var executable = Path.ChangeExtension(assembly, null);
        return File.Exists(executable) ? [executable] : [Environment.ProcessPath ?? "dotnet", assembly];
    }
}
