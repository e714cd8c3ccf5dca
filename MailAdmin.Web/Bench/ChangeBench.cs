using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Provisioning.Applying;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MailAdmin.Web.Bench;

/// <summary>Changes by the API, each judged at the mail server, while somebody else logs in all the time.</summary>
internal sealed class ChangeBench(BenchSize size, BenchFigures figures, HttpClient api, MailLabStatus lab)
{
    private readonly Core.Hosts.Host _host = new() { Name = lab.Hostname, Address = "127.0.0.1", Ports = lab.Ports };

    public async Task RunAsync(CancellationToken ct)
    {
        figures.Say("Changes by the API, each judged by an IMAP login or by SMTP");
        var alone = await BystanderAsync(TimeSpan.FromSeconds(2), ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var beside = Task.Run(() => BystanderAsync(Timeout.InfiniteTimeSpan, stop.Token), ct);
        string Address(int i) => $"new{i}@{size.DomainAt(size.Mailboxes - 1 - i % 50)}";
        string First(int i) => $"bench-first-{i}";
        string Second(int i) => $"bench-second-{i}";

        await ManyAsync("mailbox added", size.Rounds, i => api.PostAsJsonAsync("/api/v1/mailboxes", new { address = Address(i), password = First(i) }, ct), i => LoginAsync(Address(i), First(i), ct), ct);
        var some = Math.Max(1, size.Rounds / 2);
        await ManyAsync("password changed", some, i => api.PutAsJsonAsync($"/api/v1/mailboxes/{Address(i)}/password", new { password = Second(i) }, ct), i => LoginAsync(Address(i), Second(i), ct), ct);
        await ManyAsync("quota changed", some, i => api.PatchAsJsonAsync($"/api/v1/mailboxes/{Address(i)}", new { quotaBytes = (long)(i + 5) << 30 }, ct), i => QuotaAsync(Address(i), Second(i), (long)(i + 5) << 20, ct), ct);
        await ManyAsync("alias added", some, i => api.PostAsJsonAsync("/api/v1/aliases", new { address = $"to-{Address(i)}", targets = new[] { Address(i) } }, ct), i => RecipientAsync($"to-{Address(i)}", accepts: true, ct), ct);
        await ManyAsync("mailbox suspended", some, i => api.PatchAsJsonAsync($"/api/v1/mailboxes/{Address(i)}", new { state = "suspended" }, ct), i => RecipientAsync(Address(i), accepts: false, ct), ct);
        await RefusedAsync(Address(0), Second(0), ct);

        await stop.CancelAsync();
        var meanwhile = await beside;
        figures.Note("another login meanwhile, p95", BenchFigures.P95(meanwhile), Math.Max(200, 10 * BenchFigures.P95(alone)), "ms");
        figures.Note("another login meanwhile, longest", meanwhile.Max(), Math.Max(1000, 20 * BenchFigures.P95(alone)), "ms");
    }

    // The first three are warm-up. Portal work is what the request took besides the acts on the host.
    private async Task ManyAsync(string name, int rounds, Func<int, Task<HttpResponseMessage>> change, Func<int, Task> judge, CancellationToken ct)
    {
        var (work, whole) = (new List<double>(), new List<double>());
        for (var i = 0; i < rounds + 3; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            using var answer = await change(i);
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct)).RootElement;
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{name}: the API answered {(int)answer.StatusCode}: {body}");
            var answered = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            await judge(i);
            if (i < 3) continue;
            whole.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
            work.Add(answered - body.GetProperty("served").GetProperty("steps").EnumerateArray().Sum(step => step.GetProperty("milliseconds").GetDouble()));
        }
        figures.Note($"{name}: portal work, p95", BenchFigures.P95(work), 60, "ms");
        figures.Note($"{name}: until the mail server was seen to have it, p95", BenchFigures.P95(whole), 1.2, "s");
    }

    // A stall of Dovecot would show here.
    private async Task<List<double>> BystanderAsync(TimeSpan during, CancellationToken ct)
    {
        var (times, began) = (new List<double>(), Stopwatch.GetTimestamp());
        do
        {
            var clock = Stopwatch.GetTimestamp();
            await LoginAsync(size.MailboxAt(0), AccountsBench.Password, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            await Task.WhenAny(Task.Delay(50, ct));
        }
        while (!ct.IsCancellationRequested && (during == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(began) < during));
        return times;
    }

    private async Task LoginAsync(string address, string password, CancellationToken ct)
    {
        using var imap = await ConnectAsync(address, password, ct);
        await imap.DisconnectAsync(true, ct);
    }

    private async Task QuotaAsync(string address, string password, long kib, CancellationToken ct)
    {
        using var imap = await ConnectAsync(address, password, ct);
        var quota = await imap.Inbox!.GetQuotaAsync(ct);
        if (quota.StorageLimit != kib) throw new InvalidOperationException($"Dovecot gives {address} {quota.StorageLimit} KiB instead of {kib}.");
        await imap.DisconnectAsync(true, ct);
    }

    private async Task RecipientAsync(string address, bool accepts, CancellationToken ct)
    {
        var reply = await new SmtpRecipientProbe().AskAsync(_host, address, ct);
        if (reply.Accepts != accepts) throw new InvalidOperationException($"Postfix answers {reply.Text} for {address}.");
    }

    private async Task RefusedAsync(string address, string password, CancellationToken ct)
    {
        try
        {
            await LoginAsync(address, password, ct);
        }
        catch (AuthenticationException)
        {
            return;
        }
        throw new InvalidOperationException($"{address} is suspended and still logs in.");
    }

    private async Task<ImapClient> ConnectAsync(string address, string password, CancellationToken ct)
    {
        var imap = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        try
        {
            await imap.ConnectAsync("127.0.0.1", lab.Ports.Imaps, SecureSocketOptions.SslOnConnect, ct);
            await imap.AuthenticateAsync(address, password, ct);
            return imap;
        }
        catch
        {
            imap.Dispose();
            throw;
        }
    }
}
