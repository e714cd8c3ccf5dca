using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Commands;
using MailKit.Net.Imap;

namespace MailAdmin.Web.Bench;

/// <summary>Measures accounts from outside: the published program, its REST API, a real Postfix and Dovecot.</summary>
internal sealed class AccountsBench(BenchSize size, TextWriter progress, bool keep) : IAsyncDisposable
{
    private const string Password = "bench-bench-bench";
    private readonly string _folder = Directory.CreateTempSubdirectory("mab-").FullName;
    private readonly List<BenchFigure> _figures = [];
    private Process? _portal;

    private string Data => Path.Combine(_folder, "data");

    private string Lab => Path.Combine(_folder, "lab");

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken ct)
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Say($"Private mail host in {Lab}");
        await RunAsync(["lab", "start", Lab], ct);
        var lab = JsonSerializer.Deserialize<MailLabStatus>((await RunAsync(["lab", "status", Lab, "--json"], ct)).Output, Answers.Json)!;
        // So that the import is measured alone, and everything is written by one run after it.
        await RunAsync(["host", "set", lab.Hostname, "--approval", "yes"], ct);
        await ImportAsync(ct);
        await RunAsync(["host", "set", lab.Hostname, "--approval", "no"], ct);
        await RegenerateAsync(lab, ct);
        await PortalAsync(lab, ct);
        return _figures;
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is { HasExited: false })
        {
            _portal.Kill();
            await _portal.WaitForExitAsync();
        }
        _portal?.Dispose();
        if (File.Exists(Path.Combine(Lab, "lab.json"))) await BenchProcess.RunAsync(Data, ["lab", "stop", Lab], CancellationToken.None);
        if (keep) Say($"Left in {_folder}");
        else Directory.Delete(_folder, recursive: true);
    }

    private async Task ImportAsync(CancellationToken ct)
    {
        var (passwd, virtuals) = (Path.Combine(_folder, "passwd"), Path.Combine(_folder, "virtual"));
        // One hash for all: the import takes ready hashes.
        var hash = new Sha512Crypt().Hash(new Secret(Password)).Text;
        await using (var to = new StreamWriter(passwd)) for (var i = 0; i < size.Mailboxes; i++) await to.WriteLineAsync($"{MailboxAt(i)}:{hash}::::::userdb_quota_rule=*:storage=5G");
        await using (var to = new StreamWriter(virtuals)) for (var i = 0; i < size.Aliases; i++) await to.WriteLineAsync($"alias{i}@{DomainAt(i % size.Mailboxes)} {MailboxAt(i % size.Mailboxes)}");

        Say($"Import of {size.Mailboxes} mailboxes, then {size.Aliases} aliases");
        var import = await RunAsync(["import", "dovecot-passwd", passwd, "--create-domains"], ct, ExitCode.NotLive);
        Note("import of ready hashes", import.Seconds, 30, "s");
        Note("import, greatest memory", import.PeakMiB, 400, "MiB");
        await RunAsync(["import", "postfix-virtual", virtuals], ct, ExitCode.NotLive);
    }

    private async Task RegenerateAsync(MailLabStatus lab, CancellationToken ct)
    {
        Say("Everything regenerated, against sort and postmap of the same text");
        await RunAsync(["apply"], ct, ExitCode.NotLive);
        // Served once; now everything anew: the sources gone, as after a disaster.
        var sources = new[] { "virtual_mailbox_domains", "virtual_mailbox_maps", "virtual_alias_maps", "sender_login_maps" }.Select(name => Path.Combine(Path.GetDirectoryName(lab.Paths.Mailboxes)!, name)).ToList();
        var copies = Directory.CreateDirectory(Path.Combine(_folder, "copies")).FullName;
        var floor = Stopwatch.StartNew();
        foreach (var source in sources)
        {
            var copy = Path.Combine(copies, Path.GetFileName(source));
            await ToolAsync(["sort", "-o", copy, source], ct);
            await ToolAsync(["postmap", "-c", lab.Paths.Postfix, $"cdb:{copy}"], ct);
        }
        floor.Stop();
        foreach (var source in sources.Concat(Directory.GetFiles(lab.Paths.Passwd))) File.Delete(source);
        var run = JsonDocument.Parse((await RunAsync(["apply", "--overwrite-drift", "--json"], ct)).Output).RootElement;
        var seconds = run.GetProperty("steps").EnumerateArray().Sum(step => step.GetProperty("milliseconds").GetDouble()) / 1000;
        Note("everything regenerated", seconds, 3 * floor.Elapsed.TotalSeconds, "s");
        Note("the same, times sort + postmap", seconds / floor.Elapsed.TotalSeconds, 3, "x");
    }

    private async Task PortalAsync(MailLabStatus lab, CancellationToken ct)
    {
        Say("Portal");
        var token = (await RunAsync(["token", "create", "--name", "bench", "--role", "owner"], ct)).Output.Trim();
        var port = FreePort();
        var clock = Stopwatch.StartNew();
        _portal = BenchProcess.Start(Data, ["serve", "--port", $"{port}"]);
        _ = _portal.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        _ = _portal.StandardError.BaseStream.CopyToAsync(Stream.Null, ct);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (!await IsReadyAsync(http, ct)) await Task.Delay(10, ct);
        Note("start to ready", clock.Elapsed.TotalSeconds, 2, "s");
        await Task.Delay(TimeSpan.FromSeconds(5), ct);
        Note("idle memory", BenchProcess.MemoryMiB(_portal.Id, "VmRSS"), 185, "MiB");

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await ListsAsync(http, ct);
        await ChangesAsync(http, lab, ct);
    }

    private async Task ListsAsync(HttpClient http, CancellationToken ct)
    {
        Say("List pages and search");
        var random = new Random(1);
        var longest = 0.0;
        async Task<double> PageAsync(string path)
        {
            var clock = Stopwatch.GetTimestamp();
            var body = await http.GetByteArrayAsync(path, ct);
            longest = Math.Max(longest, body.Length / 1000.0);
            return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        async Task ManyAsync(string name, double goal, Func<string> path)
        {
            for (var i = 0; i < 5; i++) await PageAsync(path());
            var times = new List<double>();
            for (var i = 0; i < size.Rounds; i++) times.Add(await PageAsync(path()));
            Note(name, P95(times), goal, "ms");
        }
        var big = size.Mailboxes / 5;
        await ManyAsync("page of a usual domain, p95", 20, () => $"/api/v1/mailboxes?domain={DomainAt(big + random.Next(size.Mailboxes - big))}");
        await ManyAsync("page of the largest domain, p95", 20, () => $"/api/v1/mailboxes?domain={DomainAt(0)}&offset={random.Next(Math.Max(1, big - 50))}");
        await ManyAsync("page of all mailboxes, p95", 20, () => $"/api/v1/mailboxes?offset={random.Next(Math.Max(1, size.Mailboxes - 50))}");
        await ManyAsync("page of all domains, p95", 20, () => $"/api/v1/domains?offset={random.Next(Math.Max(1, size.Domains - 50))}");
        await ManyAsync("search in all mailboxes, p95", 50, () => $"/api/v1/mailboxes?search=user{random.Next(size.Mailboxes)}");
        Note("longest list answer", longest, 60, "kB");
    }

    private async Task ChangesAsync(HttpClient http, MailLabStatus lab, CancellationToken ct)
    {
        Say("Changes by the API, each judged by an IMAP login");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var bystander = BystanderAsync(lab.Ports.Imaps, stop.Token);
        var (work, whole) = (new List<double>(), new List<double>());
        for (var i = -3; i < size.Rounds; i++)
        {
            var address = $"new{i + 3}@{DomainAt(size.Mailboxes - 1 - (i + 3) % 50)}";
            var password = $"bench-{Guid.NewGuid():N}";
            var clock = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsJsonAsync("/api/v1/mailboxes", new { address, password }, ct);
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct)).RootElement;
            if (answer.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException($"The API answered {(int)answer.StatusCode}: {body}");
            var answered = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            await LoginAsync(lab.Ports.Imaps, address, password, ct);
            if (i < 0) continue;
            whole.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            work.Add(answered - body.GetProperty("served").GetProperty("steps").EnumerateArray().Sum(step => step.GetProperty("milliseconds").GetDouble()));
        }
        await stop.CancelAsync();
        var (median, worst) = await bystander;
        Note("a mailbox added: portal work, p95", P95(work), 60, "ms");
        Note("a mailbox added: until its first login, p95", P95(whole) / 1000, 1.2, "s");
        Note("another login meanwhile, longest", worst, Math.Max(1000, 20 * median), "ms");
    }

    // Somebody else logs in all the while; a stall of Dovecot would show here.
    private async Task<(double Median, double Worst)> BystanderAsync(int port, CancellationToken ct)
    {
        var times = new List<double>();
        while (!ct.IsCancellationRequested)
        {
            var clock = Stopwatch.GetTimestamp();
            await LoginAsync(port, MailboxAt(0), Password, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            await Task.WhenAny(Task.Delay(50, ct));
        }
        times.Sort();
        return (times[times.Count / 2], times[^1]);
    }

    private static async Task LoginAsync(int port, string address, string password, CancellationToken ct)
    {
        using var imap = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await imap.ConnectAsync("127.0.0.1", port, MailKit.Security.SecureSocketOptions.SslOnConnect, ct);
        await imap.AuthenticateAsync(address, password, ct);
        await imap.DisconnectAsync(true, ct);
    }

    private Task<(string Output, double Seconds, double PeakMiB)> RunAsync(IReadOnlyList<string> args, CancellationToken ct, params int[] good) => BenchProcess.RunAsync(Data, args, ct, good);

    private static async Task ToolAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0]) { Environment = { ["LC_ALL"] = "C" } };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            return (await http.GetAsync("/health/ready", ct)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // A fifth of the mailboxes in the first domain, the others evenly.
    private string DomainAt(int mailbox) => mailbox < size.Mailboxes / 5 ? "d0.test" : $"d{1 + mailbox % (size.Domains - 1)}.test";

    private string MailboxAt(int i) => $"user{i}@{DomainAt(i)}";

    private static double P95(List<double> times) => times.Order().ElementAt((int)Math.Ceiling(times.Count * 0.95) - 1);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Note(string name, double measured, double goal, string unit)
    {
        _figures.Add(new BenchFigure(name, measured, goal, unit));
        Say($"  {name}: {measured:0.##} {unit} (goal {goal:0.##})");
    }

    private void Say(string text) => progress.WriteLine(text);
}
