using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Commands;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Bench;

/// <summary>Measures how fast the portal answers mail clients, from this process against a second one, beside a static file and while a page is asked for.</summary>
internal sealed class ClientsBench(int connections, int seconds, TextWriter progress) : IAsyncDisposable
{
    public const int UsualConnections = 32, UsualSeconds = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("mac-").FullName;
    private readonly List<BenchFigure> _figures = [];
    private BenchPortal? _portal;

    public static Command Make()
    {
        var connections = new Option<int>("--connections") { Description = "Connections that ask at the same time.", DefaultValueFactory = _ => UsualConnections };
        var seconds = new Option<int>("--seconds") { Description = "How long each part is measured.", DefaultValueFactory = _ => UsualSeconds };
        return Verb.Of("clients", "Starts a scratch portal and measures how fast it answers mail clients.", "mailadmin bench clients --seconds 5", async (session, ct) =>
        {
            var (many, time) = (session.Parsed.GetValue(connections), session.Parsed.GetValue(seconds));
            if (many is < 1 or > 1000 || time is < 1 or > 600) throw new UsageException("--connections", $"{many}", "There are 1 to 1000 connections and 1 to 600 seconds.", "Give numbers within.");
            await using var bench = new ClientsBench(many, time, session.Terminal.Error);
            var figures = await bench.RunAsync(ct);
            return BenchFigures.Answer(session, figures);
        }, connections, seconds);
    }

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken ct)
    {
        await SeedAsync(ct);
        _portal = await BenchPortal.StartAsync(_folder, ct, new Dictionary<string, string>
        {
            // One address asks for all here; for strangers there is a limit.
            ["ClientSetup__RequestsPerMinute"] = "100000000",
            // The host of this portal is a name only: nobody must look, and find its doors closed.
            ["Probes__Enabled"] = "false",
        });
        var port = _portal.Address.Port;
        using var http = new HttpClient { BaseAddress = _portal.Address };
        await RateAsync(port, Autoconfig, 2, null, ct);
        await RateAsync(port, Static, 1, null, ct);

        var (floor, _) = await RateAsync(port, Static, seconds, null, ct);
        var alone = await PageAsync(http, ct);
        List<double> meanwhile = [];
        var (rate, worst) = await RateAsync(port, Autoconfig, seconds, async until =>
        {
            while (!until.IsCancellationRequested) meanwhile.AddRange(await PageAsync(http, ct, 1));
        }, ct);
        Note("one autoconfig answer (200 us are 5,000 a second)", 1e6 / rate, 1e6 / 5000, "us");
        Note("the same, times a static file", floor / rate, 3, "x");
        Note("slowest autoconfig answer, p99", worst, 250, "ms");
        Note("a page meanwhile, p95", BenchFigures.P95(meanwhile), Math.Max(250, 10 * BenchFigures.P95(alone)), "ms");
        progress.WriteLine($"  {rate:0} autoconfig answers a second, {floor:0} static ones");
        return _figures;
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null) await _portal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private const string Autoconfig = "GET /mail/config-v1.1.xml?emailaddress=somebody%40bench.test HTTP/1.1\r\nHost: autoconfig.bench.test\r\n\r\n";
    private const string Static = "GET /favicon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private async Task SeedAsync(CancellationToken ct)
    {
        var services = new ServiceCollection().AddLogging().AddMailAdmin(_folder);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<DatabaseFile>().PrepareAsync(ct);
        await using var db = await provider.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync(ct);
        db.Hosts.Add(new Core.Hosts.Host { Name = "mail.bench.test", Kind = HostKind.Lab, RequiresApproval = true, PostfixDirectory = $"{_folder}/postfix", DovecotConfiguration = $"{_folder}/dovecot.conf", ManagedDirectory = $"{_folder}/managed", MailRoot = $"{_folder}/mail" });
        await db.SaveChangesAsync(ct);
        var host = await db.Hosts.SingleAsync(ct);
        for (var i = 0; i < 1000; i++) db.Domains.Add(new Domain { HostId = host.Id, Name = i == 0 ? "bench.test" : $"d{i}.test", Revision = 1 });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Answers a second, and the time within which 99 of 100 came, in milliseconds.</summary>
    private async Task<(double Rate, double P99)> RateAsync(int port, string request, int howLong, Func<CancellationToken, Task>? beside, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var other = beside is null ? Task.CompletedTask : Task.Run(() => beside(stop.Token), ct);
        var begin = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => AskAsync(port, Encoding.ASCII.GetBytes(request), begin, TimeSpan.FromSeconds(howLong), ct), ct)));
        var elapsed = Stopwatch.GetElapsedTime(begin);
        await stop.CancelAsync();
        await other;
        var times = all.SelectMany(t => t).ToList();
        times.Sort();
        return (times.Count / elapsed.TotalSeconds, times[(int)(times.Count * 0.99)]);
    }

    // A bare socket: what is measured is the portal, not a client library.
    private static async Task<List<double>> AskAsync(int port, byte[] request, long begin, TimeSpan howLong, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        var (buffer, times) = (new byte[16384], new List<double>(1 << 14));
        while (Stopwatch.GetElapsedTime(begin) < howLong)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, ct);
            for (var have = 0; ;)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(have), ct);
                if (read == 0) throw new InvalidOperationException("The portal closed a connection.");
                have += read;
                if (IsWhole(buffer.AsSpan(0, have))) break;
            }
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return times;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException($"The portal answered: {Encoding.ASCII.GetString(answer[..Math.Min(60, answer.Length)])}");
        var head = answer[..end];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0) throw new InvalidOperationException("An answer without a length.");
        var rest = head[(at + 16)..];
        var stop = rest.IndexOf((byte)'\r');
        return answer.Length >= end + 4 + int.Parse(stop < 0 ? rest : rest[..stop], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static async Task<List<double>> PageAsync(HttpClient http, CancellationToken ct, int rounds = 20)
    {
        var times = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            (await http.GetAsync("/sign-in", ct)).EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }
        return times;
    }

    private void Note(string name, double measured, double goal, string unit)
    {
        _figures.Add(new BenchFigure(name, measured, goal, unit));
        progress.WriteLine($"  {name}: {measured:0.##} {unit} (goal {goal:0.##})");
    }
}
