namespace MailAdmin.Web.Bench;

/// <summary>Tabs of a real Chromium that show the live log and note when each marked line came into their page.</summary>
internal sealed class LiveTabs : IAsyncDisposable
{
    private const string Watch = """
        (() => {
          let newest = 0;
          window.bench = [];
          const look = () => {
            const now = Date.now();
            for (const row of document.querySelectorAll('.lines .line .text')) {
              const mark = /t(\d{13})\.bench\.test/.exec(row.textContent);
              if (!mark || +mark[1] <= newest) continue;
              newest = +mark[1];
              window.bench.push(now - newest);
            }
          };
          new MutationObserver(look).observe(document.querySelector('.lines'), { childList: true, subtree: true, characterData: true });
          return true;
        })()
        """;

    private readonly BenchBrowser? _browser;
    private readonly List<string> _tabs = [];

    private LiveTabs(BenchBrowser? browser) => _browser = browser;

    public static async Task<LiveTabs> OpenAsync(Uri portal, int count, string profile, BenchFigures figures, CancellationToken ct)
    {
        if (count == 0) return new LiveTabs(null);
        if (BenchBrowser.Find() is not { } chromium)
        {
            figures.Say("Tabs: not measured, Chromium is not installed.");
            return new LiveTabs(null);
        }
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal };
        var tabs = new LiveTabs(await BenchBrowser.StartAsync(chromium, profile, portal, await ListBench.SignInAsync(http, ct), ct));
        for (var i = 0; i < count; i++) tabs._tabs.Add(await tabs._browser!.OpenAsync("/log", ct));
        return tabs;
    }

    public async Task BeginAsync(CancellationToken ct)
    {
        foreach (var tab in _tabs) await _browser!.EvaluateAsync(tab, Watch, ct);
    }

    /// <summary>How long each line took, in seconds.</summary>
    public async Task<List<double>> EndAsync(CancellationToken ct)
    {
        var all = new List<double>();
        foreach (var tab in _tabs) all.AddRange((await _browser!.EvaluateAsync(tab, "window.bench", ct)).EnumerateArray().Select(ms => ms.GetDouble() / 1000));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
    }
}
