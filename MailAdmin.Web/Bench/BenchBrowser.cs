using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Web.Bench;

/// <summary>A Chromium without a window, led by its DevTools protocol: a handful of commands, no library.</summary>
/// <remarks>Source: the Chrome DevTools Protocol, domains Target, Storage and Runtime.</remarks>
internal sealed class BenchBrowser : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly Uri _portal;
    private int _last;

    private BenchBrowser(Process process, Uri portal) => (_process, _portal) = (process, portal);

    /// <summary>Where Chromium lies; null when it is not installed.</summary>
    public static string? Find() => new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    /// <summary>Starts it with these cookies for the portal.</summary>
    public static async Task<BenchBrowser> StartAsync(string chromium, string profile, Uri portal, IReadOnlyDictionary<string, string> cookies, CancellationToken ct)
    {
        var start = new ProcessStartInfo(chromium) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank" })
            start.ArgumentList.Add(argument);
        var browser = new BenchBrowser(Process.Start(start)!, portal);
        try
        {
            await browser.ConnectAsync(ct);
            await browser.CallAsync("Storage.setCookies", new JsonObject { ["cookies"] = new JsonArray([.. cookies.Select(c => new JsonObject { ["name"] = c.Key, ["value"] = c.Value, ["url"] = portal.ToString() })]) }, null, ct);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page in a tab of its own and waits until its circuit is there.</summary>
    /// <returns>The tab.</returns>
    public async Task<string> OpenAsync(string path, CancellationToken ct)
    {
        var target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = new Uri(_portal, path).ToString() }, null, ct);
        var session = (await CallAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target.GetProperty("targetId").GetString(), ["flatten"] = true }, null, ct)).GetProperty("sessionId").GetString()!;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await IsLiveAsync(session, ct)) return session;
            if (clock.Elapsed > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"{path} was not alive after 30 s.");
            await Task.Delay(20, ct);
        }
    }

    private async Task<bool> IsLiveAsync(string session, CancellationToken ct)
    {
        try
        {
            return (await EvaluateAsync(session, "document.documentElement.dataset.live === 'true' && location.pathname", ct)).ValueKind == JsonValueKind.String;
        }
        catch (BenchBrowserException)
        {
            // Between two documents a tab has nothing that could answer.
            return false;
        }
    }

    /// <summary>Runs a script in a tab.</summary>
    /// <returns>What it came to, as JSON; undefined when that is nothing.</returns>
    public async Task<JsonElement> EvaluateAsync(string tab, string script, CancellationToken ct)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["returnByValue"] = true }, tab, ct);
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // It says on standard error where it listens.
    private async Task ConnectAsync(CancellationToken ct)
    {
        const string Says = "DevTools listening on ";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        string? line;
        do line = await _process.StandardError.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Chromium ended at once.");
        while (!line.StartsWith(Says, StringComparison.Ordinal));
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, ct);
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        await _socket.ConnectAsync(new Uri(line[Says.Length..].Trim()), patience.Token);
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject parameters, string? session, CancellationToken ct)
    {
        var id = ++_last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null) message["sessionId"] = session;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, ct);
        while (true)
        {
            var answer = await ReadAsync(ct);
            // Events come in between.
            if (!answer.TryGetProperty("id", out var of) || of.GetInt32() != id) continue;
            return answer.TryGetProperty("result", out var result) ? result : throw new BenchBrowserException($"{method}: {answer}");
        }
    }

    private async Task<JsonElement> ReadAsync(CancellationToken ct)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), ct);
            whole.Write(buffer.AsSpan(0, part.Count));
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(whole.ToArray()).RootElement;
    }
}

/// <summary>Chromium refused a command.</summary>
internal sealed class BenchBrowserException(string message) : Exception(message);
