using System.Text;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>Does another program renew certificates on the host? Then two would for the same names, and the later one would win.</summary>
internal sealed class RenewersCheck(IMailHosts hosts) : IPreflightCheck
{
    // What starts a program by itself: enabled units of systemd, and what cron reads.
    private static readonly string[] UnitFolders = ["/etc/systemd/system/timers.target.wants", "/etc/systemd/system/multi-user.target.wants"];
    private static readonly string[] CronFolders = ["/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly", "/var/spool/cron/crontabs"];
    private static readonly string[] Units = ["certbot.timer", "certbot-renew.timer", "snap.certbot.renew.timer", "acme.sh.timer", "acme_letsencrypt.timer", "dehydrated.timer", "lego.timer", "caddy.service", "traefik.service"];
    private static readonly string[] Programs = ["certbot", "acme.sh", "dehydrated", "lego", "getssl", "uacme", "acme-tiny"];
    private const int LongestCrontab = 64 * 1024;

    public async Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct)
    {
        try
        {
            var host = hosts.Reach(subject.Host);
            var owners = await OwnersAsync(host, subject.Order.Names.Select(n => n.TrimStart('*', '.')).ToHashSet(), ct);
            if (owners.Count > 0) return [new PreflightVerdict("renewers", VerdictLevel.Warning, "", $"{string.Join(" and ", owners)} renews a certificate for these names too.", "Watch its folder instead (cert watch), or switch it off.")];
            var starters = await StartersAsync(host, ct);
            return starters.Count == 0 ? [new PreflightVerdict("renewers", VerdictLevel.Good, "", "No other program is seen to renew certificates on the host.")]
                : [new PreflightVerdict("renewers", VerdictLevel.Warning, "", $"The host starts a program that renews certificates by itself: {string.Join(", ", starters)}. None for these names was seen.", "Nothing is to be done when it is for other names; else watch its folder (cert watch), or switch it off.")];
        }
        catch (HostException e)
        {
            return [new PreflightVerdict("renewers", VerdictLevel.Warning, "", $"Whether another program renews could not be seen: {e.Message}")];
        }
    }

    private static async Task<List<string>> OwnersAsync(IMailHost host, HashSet<string> names, CancellationToken ct)
    {
        var found = new List<string>();
        var certbot = await host.ListAsync("/etc/letsencrypt/renewal", ct);
        if (certbot.FirstOrDefault(f => names.Contains(Path.GetFileNameWithoutExtension(f.Path))) is { } conf) found.Add($"certbot ({conf.Path})");
        foreach (var name in names)
        {
            foreach (var folder in (string[])[$"/root/.acme.sh/{name}", $"/root/.acme.sh/{name}_ecc"])
                if ((await host.ListAsync(folder, ct)).FirstOrDefault(f => f.Path.EndsWith(".conf", StringComparison.Ordinal)) is { } acme) found.Add($"acme.sh ({acme.Path})");
            foreach (var store in (string[])["/var/lib/caddy/.local/share/caddy", "/root/.local/share/caddy"])
                if ((await host.ListAsync($"{store}/certificates/acme-v02.api.letsencrypt.org-directory/{name}", ct)).Count > 0) found.Add($"Caddy ({store})");
        }
        return found;
    }

    private static async Task<List<string>> StartersAsync(IMailHost host, CancellationToken ct)
    {
        var found = new List<string>();
        // Enabled units are links, which lists leave out.
        foreach (var unit in Units)
            foreach (var folder in UnitFolders)
                if (await host.ReadAsync($"{folder}/{unit}", ct) is not null && !found.Contains(unit)) found.Add(unit);
        var crontabs = new List<string> { "/etc/crontab" };
        foreach (var folder in CronFolders) crontabs.AddRange((await host.ListAsync(folder, ct)).Where(f => f.Size <= LongestCrontab).Select(f => f.Path));
        foreach (var path in crontabs)
        {
            if (await host.ReadAsync(path, ct) is not { } file) continue;
            var lines = Encoding.UTF8.GetString(file.Content.Span).Split('\n').Where(line => line.TrimStart() is { Length: > 0 } text && text[0] != '#');
            // Debian's certbot leaves its cron file to systemd where that runs; the timer is told then.
            if (lines.SelectMany(line => Programs.Where(program => IsNamed(line, program)).Select(program => (program, line))).FirstOrDefault(hit => !hit.line.Contains("/run/systemd/system", StringComparison.Ordinal)) is (not null, _) hit) found.Add($"{hit.program} ({path})");
        }
        return found;
    }

    // A word of its own, a path's last part included: /usr/bin/certbot, not the name of a host in a comment.
    private static bool IsNamed(string line, string program) =>
        line.Split([' ', '\t', '/', '"', '\'', ';', '&', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Contains(program);
}
