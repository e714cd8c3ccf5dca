using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Web.Bench;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>Measures this machine against programs that people know, in the same run.</summary>
internal static class LogBench
{
    private const double LinesPerMessage = 9.75;
    private const int Searches = 200;

    public static Verb Make()
    {
        var file = new Argument<string?>("file") { Description = "A mail log, not packed. Default: one is made.", Arity = ArgumentArity.ZeroOrOne };
        var runs = new Option<int>("--runs") { Description = "Rounds; each runs every program once, one after the other.", DefaultValueFactory = _ => 5 };
        var lines = new Option<int>("--lines") { Description = "About how many lines the log has that is made.", DefaultValueFactory = _ => 1_000_000 };
        return Verb.Of("logs", "Reads one log with this program, pflogsumm and lnav by turns, imports it into a store, follows and searches it; prints lines a second, ratios, memory, and for each goal whether it is reached.", "mailadmin bench logs /var/log/mail.log --runs 5", async (session, ct) =>
        {
            var count = session.Parsed.GetValue(runs);
            if (count is < 1 or > 100) throw new UsageException("--runs", $"{count}", "Rounds are 1 to 100.", "Give a number such as 5.");
            var wanted = session.Parsed.GetValue(lines);
            if (wanted is < 1_000 or > 100_000_000) throw new UsageException("--lines", $"{wanted}", "Lines are 1,000 to 100,000,000.", "Give a number such as 10000000.");
            var path = session.Parsed.GetValue(file);
            if (path is not null && !File.Exists(path)) throw new UsageException("file", path, $"There is no file '{ShownText.Of(path)}'.", "Give the path of a log, or none to have one made.");
            var folder = Directory.CreateTempSubdirectory("mailadmin-bench-");
            try
            {
                return await RunAsync(session, path ?? Generate(session, Path.Combine(folder.FullName, "mail.log"), wanted), folder.FullName, count, ct);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }, file, runs, lines);
    }

    /// <summary>Imports a log into a new store; a process of its own, so that its time and memory can be measured.</summary>
    public static Verb MakeImport()
    {
        var file = new Argument<string>("file") { Description = "A mail log, not packed." };
        var into = new Argument<string>("directory") { Description = "An empty folder." };
        var verb = Verb.Of("import", "Reads a mail log into a new store, as the portal does at its first start.", "mailadmin bench import /var/log/mail.log /tmp/store", async (session, ct) =>
        {
            var folder = Directory.CreateDirectory(session.Parsed.GetValue(into)!).FullName;
            var read = await new StoreBench(folder, Path.GetFullPath(session.Parsed.GetValue(file)!)).ImportAsync(ct);
            session.Terminal.Out.WriteLine(read.ToString(CultureInfo.InvariantCulture));
            return ExitCode.Done;
        }, file, into);
        verb.Hidden = true;
        return verb;
    }

    private static string Generate(Session session, string path, int lines)
    {
        session.Terminal.Error.WriteLine("Writing a log …");
        using var writer = new StreamWriter(path);
        new LogGenerator(1).Write(writer, (int)(lines / LinesPerMessage), keepTruth: false);
        return path;
    }

    private static async Task<int> RunAsync(Session session, string path, string folder, int runs, CancellationToken ct)
    {
        var (lines, bytes) = (CountLines(path), new FileInfo(path).Length);
        var store = Path.Combine(folder, "store");
        LogReader own = new("mailadmin", [.. Self(), "log", "analyze", path, "--summary"]), import = new("import", [.. Self(), "bench", "import", path, store]);
        LogReader peer = new("pflogsumm", ["pflogsumm", path]);
        // The first question makes lnav read and index the whole log.
        LogReader viewer = new("lnav", ["lnav", "-n", "-c", ";SELECT count(*) FROM all_logs", path]);
        var readers = new[] { own, peer, viewer, import }.Where(reader => reader.IsHere).ToList();
        foreach (var missing in new[] { peer, viewer }.Except(readers)) session.Terminal.Error.WriteLine($"{missing.Name} is not installed; left out.");
        for (var run = 1; run <= runs; run++)
        {
            foreach (var reader in readers)
            {
                session.Terminal.Error.WriteLine($"Round {run} of {runs}: {reader.Name}");
                if (reader == import && Directory.Exists(store)) Directory.Delete(store, recursive: true);
                await reader.RunAsync(folder, ct);
            }
        }
        var goals = await GoalsAsync(session, path, store, folder, (lines, bytes), (own, peer.IsHere ? peer : null, viewer.IsHere ? viewer : null, import), ct);
        if (session.IsJson)
            Answers.WriteJson(session.Terminal.Out, new { lines, bytes, runs, readers = readers.Select(reader => new { reader.Name, reader.Seconds, reader.CpuSeconds, linesPerSecond = lines / reader.Seconds, peakBytes = reader.PeakBytes, ratio = reader.Seconds / own.Seconds, cpuRatio = reader.CpuSeconds / own.CpuSeconds }), goals });
        else
        {
            session.Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines, {runs} rounds; medians. Ratio: how many times as long as mailadmin."));
            Answers.WriteTable(session.Terminal.Out, ["PROGRAM", "SECONDS", "CPU SECONDS", "LINES/S", "PEAK MIB", "RATIO", "CPU RATIO"], readers.Select(reader => (IReadOnlyList<string>)
                [reader.Name, Number(reader.Seconds, "0.00"), Number(reader.CpuSeconds, "0.00"), Number(lines / reader.Seconds, "N0"), Number(reader.PeakBytes / 1048576d, "0"), Number(reader.Seconds / own.Seconds, "0.0"), Number(reader.CpuSeconds / own.CpuSeconds, "0.0")]));
            session.Terminal.Out.WriteLine();
            Answers.WriteTable(session.Terminal.Out, ["WHAT", "GOAL", "MEASURED", "REACHED"], goals.Select(goal => (IReadOnlyList<string>)[goal.What, goal.Wanted, goal.Measured, goal.IsReached ? "yes" : "no"]));
        }
        return ExitCode.Done;
    }

    private sealed record Goal(string What, string Wanted, string Measured, bool IsReached);

    private static async Task<List<Goal>> GoalsAsync(Session session, string path, string store, string folder, (long Lines, long Bytes) log, (LogReader Own, LogReader? Peer, LogReader? Viewer, LogReader Import) readers, CancellationToken ct)
    {
        var goals = new List<Goal>();
        void AtLeast(string what, double goal, double measured, string form) => goals.Add(new Goal(what, $"at least {Number(goal, form)}", Number(measured, form), measured >= goal));
        void AtMost(string what, double goal, double measured, string form) => goals.Add(new Goal(what, $"at most {Number(goal, form)}", Number(measured, form), measured <= goal));

        if (readers.Peer is { } peer) AtLeast("parse and join, times as fast as pflogsumm", 10, peer.Seconds / readers.Own.Seconds, "0.0");
        if (readers.Viewer is { } viewer) AtLeast("parse and join, times as fast as lnav", 1.5, viewer.Seconds / readers.Own.Seconds, "0.0");
        AtMost("parse and join, MiB of memory", 128, readers.Own.PeakBytes / 1048576d, "0");
        if (readers.Peer is { } other) AtLeast("first import, times as fast as pflogsumm", log.Lines > 3_000_000 ? 3 : 4, other.Seconds / readers.Import.Seconds, "0.0");
        AtMost("store, share of the log's bytes", 1 / 3d, new FileInfo(Directory.GetFiles(store, "*.db").Single()).Length / (double)log.Bytes, "0.00");

        session.Terminal.Error.WriteLine("Searching …");
        // The log is left as it is: what comes behind it goes to a copy's end.
        var stored = new StoreBench(store, path);
        var messages = await stored.SamplesAsync(Searches, ct);
        foreach (var (name, times) in await stored.SearchAsync(messages, ct)) AtMost($"search by {name}, ms (95 of 100)", name == "part of an address" ? 250 : 5, Late(times), "0.0");
        foreach (var (name, times) in await TracePagesBench.RunAsync(store, messages, ct)) AtMost($"search by {name} as a page, ms (95 of 100)", 50, Late(times), "0.0");

        session.Terminal.Error.WriteLine("Following …");
        var copy = Path.Combine(folder, "followed.log");
        var following = new StoreBench(store, copy);
        var more = new StringWriter();
        // Lines that come now are newer than those that are stored.
        new LogGenerator(2, isIso: true, start: (await following.NewestAsync(ct)).AddMinutes(1)).Write(more, 25_000, keepTruth: false);
        await File.WriteAllTextAsync(copy, "", ct);
        AtLeast("catching up with indexes, lines a second", 120_000, await following.CatchUpAsync(more.ToString(), ct), "N0");
        var trickle = new StringWriter();
        new LogGenerator(3, isIso: true, start: (await following.NewestAsync(ct)).AddMinutes(1)).Write(trickle, 1_500, keepTruth: false);
        var (cpu, found) = await following.FollowAsync(trickle.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), 200, 10, ct);
        AtMost("200 lines a second, percent of one core", 1, cpu * 100, "0.0");
        AtMost("from written to found, seconds", 1, found.TotalSeconds, "0.00");
        return goals;
    }

    private static double Late(double[] sorted) => sorted.Length == 0 ? 0 : sorted[(int)(sorted.Length * 0.95)];

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
