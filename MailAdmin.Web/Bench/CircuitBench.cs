using System.Diagnostics;

namespace MailAdmin.Web.Bench;

/// <summary>What an open page costs the portal: lists of mailboxes in the tabs of a real Chromium.</summary>
internal sealed class CircuitBench(BenchFigures figures, Uri portal, int process, string folder)
{
    private const int Tabs = 10;

    public async Task RunAsync(CancellationToken ct)
    {
        if (BenchBrowser.Find() is not { } chromium)
        {
            figures.Say("Open pages: not measured, Chromium is not installed.");
            return;
        }
        figures.Say("Open pages");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal };
        var cookies = await ListBench.SignInAsync(http, ct);
        await using var browser = await BenchBrowser.StartAsync(chromium, Path.Combine(folder, "chromium"), portal, cookies, ct);
        // The first ones load what all share.
        for (var i = 0; i < 3; i++) await browser.OpenAsync($"/mailboxes?offset={50 * i}", ct);
        var before = BenchProcess.MemoryMiB(process, "VmRSS");
        var times = new List<double>();
        for (var i = 3; i < 3 + Tabs; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await browser.OpenAsync($"/mailboxes?offset={50 * i}", ct);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
        }
        figures.Note("memory for each open page", (BenchProcess.MemoryMiB(process, "VmRSS") - before) / Tabs, 2, "MiB");
        figures.Note("a page opened in Chromium until it answers to clicks, p95", BenchFigures.P95(times), 1, "s");
    }
}
