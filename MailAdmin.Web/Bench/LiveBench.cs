using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Commands;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Bench;

/// <summary>Measures the live log from outside: how long a line takes from the file to programs and to the tabs of a real Chromium, while some who watch have stalled.</summary>
internal sealed class LiveBench(LiveBenchSize size, BenchFigures figures) : IAsyncDisposable
{
    // One line in so many says when it was written; it is a line as any other.
    private const int MarkEvery = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), Settle = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("mal-").FullName;
    private readonly List<LiveReader> _readers = [];
    private readonly List<StalledReader> _stalled = [];
    private BenchPortal? _portal;

    public static Command Make()
    {
        var subscribers = Number("--subscribers", "Programs that read the stream of the REST API.", 200);
        var stalled = Number("--stalled", "So many of them take nothing.", 20);
        var tabs = Number("--tabs", "Tabs of a Chromium that show the live log besides.", 10);
        var rate = Number("--rate", "Lines a second.", 2_000);
        var seconds = Number("--seconds", "How long it is measured.", 30);
        return Verb.Of("live", "Starts a scratch portal, writes a mail log, and measures how long a line takes until those who watch have it, and what memory they cost.", "mailadmin bench live --seconds 30", async (session, ct) =>
        {
            var size = new LiveBenchSize(session.Parsed.GetValue(subscribers), session.Parsed.GetValue(stalled), session.Parsed.GetValue(tabs), session.Parsed.GetValue(rate), session.Parsed.GetValue(seconds));
            if (size.Stalled < 0 || size.Subscribers <= size.Stalled || size.Tabs < 0 || size.Rate is < 100 or > 100_000 || size.Seconds is < 1 or > 600)
                throw new UsageException("--subscribers", $"{size.Subscribers}", "Some subscribers must read; lines are 100 to 100,000 a second, for 1 to 600 seconds.", "Give numbers within.");
            var figures = new BenchFigures(session.Terminal.Error);
            await using var bench = new LiveBench(size, figures);
            await bench.RunAsync(ct);
            return BenchFigures.Answer(session, figures.All, size);
        }, subscribers, stalled, tabs, rate, seconds);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        var log = Path.Combine(_folder, "mail.log");
        await File.WriteAllTextAsync(log, "", ct);
        await SeedAsync(log, ct);
        var data = Path.Combine(_folder, "data");
        await BenchProcess.RunAsync(data, ["admin", "create", AccountsBench.Owner, "--role", "owner", "--password-stdin"], ct, input: AccountsBench.Password);
        var token = (await BenchProcess.RunAsync(data, ["token", "create", "--name", "bench", "--role", "auditor"], ct)).Output.Trim();
        _portal = await BenchPortal.StartAsync(data, ct);
        var (portal, process) = (_portal.Address, _portal.Process);

        figures.Say("Lines begin; nobody watches yet");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writer = Task.Run(() => WriteAsync(log, stop.Token), ct);
        await Task.Delay(Settle, ct);
        var before = BenchProcess.MemoryMiB(process.Id, "VmRSS");

        figures.Say($"{size.Subscribers} subscribers, {size.Stalled} of them stalled, {size.Tabs} tabs");
        for (var i = 0; i < size.Stalled; i++) _stalled.Add(await StalledReader.OpenAsync(portal, token, ct));
        for (var i = size.Stalled; i < size.Subscribers; i++) _readers.Add(await LiveReader.OpenAsync(portal.Port, token, ct));
        await using var tabs = await LiveTabs.OpenAsync(portal, size.Tabs, Path.Combine(_folder, "chromium"), figures, ct);
        await Task.Delay(WarmUp, ct);
        foreach (var reader in _readers) reader.Begin();
        await tabs.BeginAsync(ct);

        var cpu = process.TotalProcessorTime;
        var (clock, most) = (Stopwatch.StartNew(), 0.0);
        while (clock.Elapsed < TimeSpan.FromSeconds(size.Seconds))
        {
            most = Math.Max(most, BenchProcess.MemoryMiB(process.Id, "VmRSS"));
            await Task.Delay(500, ct);
        }
        process.Refresh();
        var cores = (process.TotalProcessorTime - cpu).TotalSeconds / clock.Elapsed.TotalSeconds;
        var read = _readers.Select(reader => reader.End()).ToList();
        var seen = await tabs.EndAsync(ct);
        await stop.CancelAsync();
        var written = await writer;

        Tell("from the file to a program", read.SelectMany(r => r.Delays).ToList());
        if (seen.Count > 0) Tell("from the file to a browser's tab", seen);
        figures.Note("memory that all who watch cost", most - before, 600, "MiB");
        figures.Note("memory of the portal at the most", most, null, "MiB");
        figures.Note("processor of the portal", cores * 100, null, "% of a core");
        figures.Note("lines that programs in time skipped", read.Sum(r => r.Skipped), null, "lines");
        figures.Note("lines a second that came to each program", read.Average(r => r.Lines) / clock.Elapsed.TotalSeconds, null, "lines/s");
        await TellStalledAsync(written, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers) await reader.DisposeAsync();
        foreach (var reader in _stalled) reader.Dispose();
        if (_portal is not null) await _portal.DisposeAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A process of Chromium is still writing its profile; why the measurement ended matters more.
            figures.Say($"Left in {_folder}");
        }
    }

    private void Tell(string what, List<double> delays)
    {
        delays.Sort();
        figures.Note($"{what}, p50", delays[delays.Count / 2], null, "s");
        figures.Note($"{what}, p95", BenchFigures.P95(delays), 1, "s");
        figures.Note($"{what}, most", delays[^1], null, "s");
    }

    // Who stalled reads on: lines and told gaps together must be all that was written since.
    private async Task TellStalledAsync(long written, CancellationToken ct)
    {
        if (_stalled.Count == 0) return;
        var ends = await Task.WhenAll(_stalled.Select(reader => reader.ReadOnAsync(written, ct)));
        figures.Note("lines that those who stalled skipped and were told of, each", ends.Average(e => e.Skipped), null, "lines");
        figures.Note("lines missing without a word", ends.Sum(e => e.Missing), 0, "lines");
    }

    // Real lines; their times are replaced by the moment of writing.
    private async Task<long> WriteAsync(string path, CancellationToken until)
    {
        var text = new StringWriter();
        new LogGenerator(1, isIso: true).Write(text, 5_000, keepTruth: false);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[line.IndexOf(' ')..]).ToArray();
        await using var log = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
        var (batch, written, clock) = (new StringBuilder(), 0L, Stopwatch.StartNew());
        while (!until.IsCancellationRequested)
        {
            var due = (long)(clock.Elapsed.TotalSeconds * size.Rate);
            var now = TimeProvider.System.GetUtcNow();
            batch.Clear();
            for (; written < due; written++)
                batch.Append(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd'T'HH:mm:ss.ffffff}+00:00").Append(written % MarkEvery == 0 ? $" mx1 postfix/smtpd[4242]: connect from {LiveMark.Of(now)}[192.0.2.1]" : lines[written % lines.Length]).Append('\n');
            log.Write(Encoding.UTF8.GetBytes(batch.ToString()));
            await Task.Delay(10, CancellationToken.None);
        }
        return written;
    }

    private async Task SeedAsync(string log, CancellationToken ct)
    {
        await using var provider = new ServiceCollection().AddLogging().AddMailAdmin(Path.Combine(_folder, "data")).BuildServiceProvider();
        await provider.GetRequiredService<DatabaseFile>().PrepareAsync(ct);
        await using var db = await provider.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync(ct);
        db.Hosts.Add(new Core.Hosts.Host { Name = "mail.bench.test", Kind = HostKind.Lab, RequiresApproval = true, PostfixDirectory = $"{_folder}/postfix", DovecotConfiguration = $"{_folder}/dovecot.conf", ManagedDirectory = $"{_folder}/managed", MailRoot = $"{_folder}/mail", LogSources = [log] });
        await db.SaveChangesAsync(ct);
    }

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };
}

/// <summary>How much is measured.</summary>
internal sealed record LiveBenchSize(int Subscribers, int Stalled, int Tabs, int Rate, int Seconds);
