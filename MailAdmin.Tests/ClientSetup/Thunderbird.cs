using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>A real Thunderbird without a screen, with a profile of its own, told what to do by Marionette.</summary>
/// <remarks>The protocol: frames of <c>length:JSON</c>; a command is <c>[0, id, name, parameters]</c>, its answer <c>[1, id, error, result]</c>.</remarks>
internal sealed class Thunderbird : IAsyncDisposable
{
    private const string Program = "/usr/lib/thunderbird/thunderbird-bin";

    private readonly Process _process;
    private readonly string _folder;
    private readonly StringBuilder _words = new();
    private TcpClient? _client;
    private int _id;

    private Thunderbird(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Starts it; the settings come on top of those that keep it from asking the Internet.</summary>
    public static async Task<Thunderbird> StartAsync(IReadOnlyDictionary<string, object> settings, CancellationToken ct)
    {
        Assert.True(File.Exists(Program), "Thunderbird is not installed (Debian package thunderbird).");
        var folder = Directory.CreateTempSubdirectory("tb-").FullName;
        Dictionary<string, object> all = new(settings)
        {
            ["marionette.port"] = 0,
            ["mail.provider.suppress_dialog_on_startup"] = true,
            ["mail.spotlight.firstRunDone"] = true,
            ["mail.shell.checkDefaultClient"] = false,
            ["mailnews.start_page.enabled"] = false,
            ["mail.rights.version"] = 1,
            ["app.update.enabled"] = false,
            ["app.donation.eoy.version.viewed"] = 999,
            ["datareporting.policy.dataSubmissionEnabled"] = false,
            ["toolkit.telemetry.enabled"] = false,
            ["network.captive-portal-service.enabled"] = false,
            ["network.connectivity-service.enabled"] = false,
            ["extensions.update.enabled"] = false,
            ["services.settings.server"] = "http://127.0.0.1:1/",
            ["mailnews.auto_config_url"] = "http://127.0.0.1:1/",
        };
        await File.WriteAllLinesAsync(Path.Combine(folder, "user.js"), all.Select(s => $"user_pref({JsonSerializer.Serialize(s.Key)}, {JsonSerializer.Serialize(s.Value)});"), ct);
        var start = new ProcessStartInfo(Program, ["--headless", "--no-remote", "--marionette", "-remote-allow-system-access", "--profile", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = folder, ["MOZ_HEADLESS"] = "1", ["TMPDIR"] = folder },
        };
        var thunderbird = new Thunderbird(Process.Start(start)!, folder);
        try
        {
            await thunderbird.ConnectAsync(ct);
            return thunderbird;
        }
        catch (Exception e)
        {
            await thunderbird.DisposeAsync();
            throw new InvalidOperationException($"Thunderbird did not start: {e.Message}\n{thunderbird.Words}", e);
        }
    }

    /// <summary>What it printed.</summary>
    public string Words { get { lock (_words) return _words.ToString(); } }

    /// <summary>Runs a function body with its own powers; the body returns a promise, whose value comes back.</summary>
    /// <exception cref="InvalidOperationException">The script threw; the message has its words and its stack.</exception>
    public async Task<JsonElement> RunAsync(string body, object[] arguments, CancellationToken ct)
    {
        var script = $$"""
            const [args, done] = [Array.from(arguments).slice(0, -1), arguments[arguments.length - 1]];
            (async (...args) => { {{body}} })(...args).then(value => done({ value: value ?? null }), error => done({ error: `${error}\n${error?.stack ?? ""}` }));
            """;
        var answer = (await CommandAsync("WebDriver:ExecuteAsyncScript", new { script, args = arguments, newSandbox = false, sandbox = "system" }, ct)).GetProperty("value");
        return answer.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"{error.GetString()}\n{Words}") : answer.GetProperty("value");
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConnectAsync(CancellationToken ct)
    {
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var file = Path.Combine(_folder, "MarionetteActivePort");
        int port;
        while (!File.Exists(file) || !int.TryParse(await File.ReadAllTextAsync(file, ct), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            if (_process.HasExited) throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
            await Task.Delay(20, ct);
        }
        _client = new TcpClient();
        await _client.ConnectAsync("127.0.0.1", port, ct);
        await ReadAsync(ct);     // its greeting
        await CommandAsync("WebDriver:NewSession", new { capabilities = new { } }, ct);
        await CommandAsync("WebDriver:SetTimeouts", new { script = 60_000 }, ct);
        await CommandAsync("Marionette:SetContext", new { value = "chrome" }, ct);
    }

    private async Task<JsonElement> CommandAsync(string name, object parameters, CancellationToken ct)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes<object[]>([0, ++_id, name, parameters]);
        var stream = _client!.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{message.Length}:"), ct);
        await stream.WriteAsync(message, ct);
        var answer = await ReadAsync(ct);
        return answer[2].ValueKind == JsonValueKind.Null ? answer[3] : throw new InvalidOperationException($"{name}: {answer[2]}\n{Words}");
    }

    private async Task<JsonElement> ReadAsync(CancellationToken ct)
    {
        var stream = _client!.GetStream();
        var one = new byte[1];
        var length = 0;
        while (true)
        {
            await stream.ReadExactlyAsync(one, ct);
            if (one[0] == ':') break;
            length = length * 10 + one[0] - '0';
        }
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, ct);
        return JsonSerializer.Deserialize<JsonElement>(message);
    }

    private void Keep(string? line)
    {
        if (line is not null) lock (_words) _words.AppendLine(line);
    }
}
