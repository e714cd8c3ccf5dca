using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MailAdmin.Web.Bench;

/// <summary>Lists and searches, by the API and as pages: how long the portal takes, and how much it sends.</summary>
internal sealed class ListBench(BenchSize size, BenchFigures figures, HttpClient api)
{
    // Few would make the 95th of a hundred a matter of luck.
    private int Rounds => Math.Max(2, 5 * size.Rounds);

    public async Task RunAsync(CancellationToken ct)
    {
        figures.Say("Lists and searches by the API");
        var random = new Random(1);
        var big = size.Mailboxes / 5;
        var longest = 0.0;
        async Task ManyAsync(string name, double goal, Func<string> path)
        {
            var (p95, most) = await MeasureAsync(api, path, ct);
            longest = Math.Max(longest, most);
            figures.Note($"{name}, p95", p95, goal, "ms");
        }
        await ManyAsync("list of a usual domain", 20, () => $"/api/v1/mailboxes?domain={size.DomainAt(big + random.Next(size.Mailboxes - big))}");
        await ManyAsync("list of the largest domain", 20, () => $"/api/v1/mailboxes?domain={size.DomainAt(0)}&offset={random.Next(Math.Max(1, big - 50))}");
        await ManyAsync("list of all mailboxes", 20, () => $"/api/v1/mailboxes?offset={random.Next(Math.Max(1, size.Mailboxes - 50))}");
        await ManyAsync("list of all aliases", 20, () => $"/api/v1/aliases?offset={random.Next(Math.Max(1, size.Aliases - 50))}");
        await ManyAsync("list of all domains", 20, () => $"/api/v1/domains?offset={random.Next(Math.Max(1, size.Domains - 50))}");
        await ManyAsync("search in all mailboxes", 50, () => $"/api/v1/mailboxes?search=user{random.Next(size.Mailboxes)}");
        await ManyAsync("search in all aliases", 50, () => $"/api/v1/aliases?search=alias{random.Next(size.Aliases)}");
        figures.Note("longest list answer", longest, 60, "kB");

        figures.Say("The same as pages");
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = api.BaseAddress };
        await SignInAsync(browser, ct);
        longest = 0;
        async Task PageAsync(string name, double goal, Func<string> path)
        {
            var (p95, most) = await MeasureAsync(browser, path, ct);
            longest = Math.Max(longest, most);
            figures.Note($"page: {name}, p95", p95, goal, "ms");
        }
        await PageAsync("largest domain", 20, () => $"/mailboxes?domain={size.DomainAt(0)}&offset={50 * random.Next(Math.Max(1, big / 50))}");
        await PageAsync("all mailboxes", 20, () => $"/mailboxes?offset={50 * random.Next(Math.Max(1, size.Mailboxes / 50))}");
        await PageAsync("search in all mailboxes", 50, () => $"/mailboxes?search=user{random.Next(size.Mailboxes)}");
        figures.Note("longest page", longest, 60, "kB");
    }

    /// <summary>Signs in as the owner by the form; the client keeps the cookies.</summary>
    /// <returns>The cookies by name.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> SignInAsync(HttpClient browser, CancellationToken ct)
    {
        var form = await browser.GetStringAsync("/sign-in", ct);
        var mark = Regex.Match(form, "name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"").Groups[1].Value;
        using var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", mark), KeyValuePair.Create("userName", AccountsBench.Owner), KeyValuePair.Create("password", AccountsBench.Password)]), ct);
        var cookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';', 2)[0].Split('=', 2)).Where(pair => pair[1].Length > 0).ToDictionary(pair => pair[0], pair => pair[1]) : [];
        return (int)answer.StatusCode is >= 300 and < 400 && cookies.Count > 0 ? cookies : throw new InvalidOperationException($"The sign-in was answered with {(int)answer.StatusCode}.");
    }

    private async Task<(double P95, double LongestKb)> MeasureAsync(HttpClient client, Func<string> path, CancellationToken ct)
    {
        var (times, longest) = (new List<double>(), 0.0);
        for (var i = -5; i < Rounds; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            var body = await client.GetByteArrayAsync(path(), ct);
            if (i < 0) continue;
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            longest = Math.Max(longest, body.Length / 1000.0);
        }
        return (BenchFigures.P95(times), longest);
    }
}
