using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Bench;

/// <summary>Measures accounts from outside: the published program, its REST API and pages, a real Postfix, Dovecot and Chromium.</summary>
internal sealed class AccountsBench(BenchSize size, BenchFigures figures, bool keep) : IAsyncDisposable
{
    /// <summary>Of every mailbox that was imported, and of the owner.</summary>
    public const string Password = "bench-bench-bench";

    public const string Owner = "olga";

    private readonly string _folder = Directory.CreateTempSubdirectory("mab-").FullName;
    private BenchPortal? _portal;

    private string Data => Path.Combine(_folder, "data");

    private string Lab => Path.Combine(_folder, "lab");

    public async Task RunAsync(CancellationToken ct)
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        figures.Say($"Private mail host in {Lab}");
        await RunAsync(["lab", "start", Lab], ct);
        var lab = JsonSerializer.Deserialize<MailLabStatus>((await RunAsync(["lab", "status", Lab, "--json"], ct)).Output, Answers.Json)!;
        // So that the import is measured alone, and everything is written by one run after it.
        await RunAsync(["host", "set", lab.Hostname, "--approval", "yes"], ct);
        await ImportAsync(ct);
        await RunAsync(["host", "set", lab.Hostname, "--approval", "no"], ct);
        await RunAsync(["apply"], ct, ExitCode.NotLive);
        await BenchProcess.RunAsync(Data, ["admin", "create", Owner, "--role", "owner", "--password-stdin"], ct, input: Password);
        var token = (await RunAsync(["token", "create", "--name", "bench", "--role", "owner"], ct)).Output.Trim();

        using var http = await StartAsync(ct);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await new ListBench(size, figures, http).RunAsync(ct);
        await new ChangeBench(size, figures, http, lab).RunAsync(ct);
        await new CircuitBench(figures, http.BaseAddress!, _portal!.Process.Id, _folder).RunAsync(ct);
        await RegenerateAsync(lab, http, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null) await _portal.DisposeAsync();
        if (File.Exists(Path.Combine(Lab, "lab.json"))) await BenchProcess.RunAsync(Data, ["lab", "stop", Lab], CancellationToken.None);
        if (keep) figures.Say($"Left in {_folder}");
        else Directory.Delete(_folder, recursive: true);
    }

    private async Task ImportAsync(CancellationToken ct)
    {
        var (passwd, virtuals) = (Path.Combine(_folder, "passwd"), Path.Combine(_folder, "virtual"));
        // One hash for all: the import takes ready hashes.
        var hash = new Sha512Crypt().Hash(new Secret(Password)).Text;
        await using (var to = new StreamWriter(passwd)) for (var i = 0; i < size.Mailboxes; i++) await to.WriteLineAsync($"{size.MailboxAt(i)}:{hash}::::::userdb_quota_rule=*:storage=5G");
        await using (var to = new StreamWriter(virtuals)) for (var i = 0; i < size.Aliases; i++) await to.WriteLineAsync($"alias{i}@{size.DomainAt(i % size.Mailboxes)} {size.MailboxAt(i % size.Mailboxes)}");

        figures.Say($"Import of {size.Mailboxes} mailboxes, then {size.Aliases} aliases");
        var import = await RunAsync(["import", "dovecot-passwd", passwd, "--create-domains"], ct, ExitCode.NotLive);
        figures.Note("import of ready hashes", import.Seconds, 30, "s");
        figures.Note("import of ready hashes, greatest memory", import.PeakMiB, 400, "MiB");
        await RunAsync(["import", "postfix-virtual", virtuals], ct, ExitCode.NotLive);
    }

    private async Task<HttpClient> StartAsync(CancellationToken ct)
    {
        figures.Say("Portal");
        var clock = Stopwatch.StartNew();
        _portal = await BenchPortal.StartAsync(Data, ct);
        figures.Note("start to ready", clock.Elapsed.TotalSeconds, 2, "s");
        await Task.Delay(TimeSpan.FromSeconds(size.Settle), ct);
        figures.Note($"idle memory after {size.Settle} s", BenchProcess.MemoryMiB(_portal.Process.Id, "VmRSS"), 185, "MiB");
        return new HttpClient { BaseAddress = _portal.Address };
    }

    // Two cores do a dozen things beside: of an odd number of rounds the middle one is told.
    private const int RegenerationRounds = 5;

    private async Task RegenerateAsync(MailLabStatus lab, HttpClient http, CancellationToken ct)
    {
        figures.Say("Everything regenerated, against sort and postmap of the same text");
        // The sources gone, as after a disaster.
        var sources = new[] { "virtual_mailbox_domains", "virtual_mailbox_maps", "virtual_alias_maps", "sender_login_maps" }.Select(name => Path.Combine(Path.GetDirectoryName(lab.Paths.Mailboxes)!, name)).ToList();
        var copies = Directory.CreateDirectory(Path.Combine(_folder, "copies")).FullName;
        foreach (var by in new[] { "the portal", "a command" })
        {
            var rounds = new List<(double Seconds, double Floor)>();
            for (var round = 1; round <= RegenerationRounds; round++)
            {
                var floor = Stopwatch.StartNew();
                foreach (var source in sources)
                {
                    var copy = Path.Combine(copies, Path.GetFileName(source));
                    await ToolAsync(["sort", "-o", copy, source], ct);
                    await ToolAsync(["postmap", "-c", lab.Paths.Postfix, $"cdb:{copy}"], ct);
                }
                floor.Stop();
                // Moved away, not deleted: ext4 is slow to make files right after as many were deleted.
                var away = Directory.CreateDirectory(Path.Combine(_folder, $"away-{by.Replace(' ', '-')}-{round}")).FullName;
                foreach (var source in sources.Concat(Directory.GetFiles(lab.Paths.Passwd))) File.Move(source, Path.Combine(away, Path.GetFileName(source)));
                var run = by == "the portal" ? await ApplyAsync(http, ct) : (await RunAsync(["apply", "--overwrite-drift", "--json"], ct)).Output;
                rounds.Add((JsonDocument.Parse(run).RootElement.GetProperty("steps").EnumerateArray().Sum(step => step.GetProperty("milliseconds").GetDouble()) / 1000, floor.Elapsed.TotalSeconds));
            }
            var (seconds, least) = rounds.OrderBy(r => r.Seconds / r.Floor).ElementAt(RegenerationRounds / 2);
            figures.Note($"everything regenerated by {by}", seconds, 3 * least, "s");
            figures.Note($"everything regenerated by {by}, times sort + postmap", seconds / least, 3, "x");
        }
    }

    private static async Task<string> ApplyAsync(HttpClient http, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync("/api/v1/apply", new { overwriteDrift = true }, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode ? body : throw new InvalidOperationException($"The API answered {(int)answer.StatusCode}: {body}");
    }

    private Task<BenchRun> RunAsync(IReadOnlyList<string> args, CancellationToken ct, params int[] good) => BenchProcess.RunAsync(Data, args, ct, good);

    private static async Task ToolAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0]) { Environment = { ["LC_ALL"] = "C" } };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }
}
