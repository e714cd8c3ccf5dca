using System.Diagnostics;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Web.Bench;

/// <summary>Searches in a store of messages as people make them: as pages of a portal that has this store.</summary>
internal static class TracePagesBench
{
    private const int WarmUp = 25;   // the pages are compiled as they are first asked for

    /// <summary>Asks for a page for each of some messages that are in the store.</summary>
    /// <param name="store">The folder of the store; a portal's database is made there.</param>
    /// <returns>For each sort of search: what it is called, and the times in milliseconds, sorted.</returns>
    /// <exception cref="InvalidOperationException">A page does not show what was searched for.</exception>
    public static async Task<IReadOnlyList<(string Name, double[] Milliseconds)>> RunAsync(string store, IReadOnlyList<TraceHit> messages, CancellationToken ct)
    {
        await BenchProcess.RunAsync(store, ["admin", "create", AccountsBench.Owner, "--role", "owner", "--password-stdin"], ct, input: AccountsBench.Password);
        await using var portal = await BenchPortal.StartAsync(store, ct);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = portal.Address };
        await ListBench.SignInAsync(browser, ct);
        return
        [
            ("queue id", await TimesAsync(browser, messages, message => message.QueueId!, ct)),
            ("Message-ID", await TimesAsync(browser, messages, message => message.MessageId!, ct)),
            ("address", await TimesAsync(browser, messages, message => message.To!, ct)),
        ];
    }

    private static async Task<double[]> TimesAsync(HttpClient browser, IReadOnlyList<TraceHit> messages, Func<TraceHit, string> text, CancellationToken ct)
    {
        var times = new List<double>();
        for (var i = -WarmUp; i < messages.Count; i++)
        {
            var message = messages[Math.Max(0, i)];
            var began = Stopwatch.GetTimestamp();
            var page = await browser.GetStringAsync($"/messages?search={Uri.EscapeDataString(text(message))}", ct);
            if (i >= 0) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            // Of an address the newest fifty are shown.
            if (!page.Contains("/messages/", StringComparison.Ordinal) || text(message) == message.QueueId && !page.Contains($"/messages/{message.Id}", StringComparison.Ordinal))
                throw new InvalidOperationException($"The page for '{text(message)}' does not show it.");
        }
        return [.. times.Order()];
    }
}
