using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>Does another program renew certificates for these names on the host? Then two would, and the later one would win.</summary>
internal sealed class RenewersCheck(IMailHosts hosts) : IPreflightCheck
{
    public async Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct)
    {
        var found = new List<string>();
        try
        {
            var host = hosts.Reach(subject.Host);
            var names = subject.Order.Names.Select(n => n.TrimStart('*', '.')).ToHashSet();
            var certbot = await host.ListAsync("/etc/letsencrypt/renewal", ct);
            if (certbot.FirstOrDefault(f => names.Contains(Path.GetFileNameWithoutExtension(f.Path))) is { } conf) found.Add($"certbot ({conf.Path})");
            foreach (var name in names)
            {
                foreach (var folder in (string[])[$"/root/.acme.sh/{name}", $"/root/.acme.sh/{name}_ecc"])
                    if ((await host.ListAsync(folder, ct)).FirstOrDefault(f => f.Path.EndsWith(".conf", StringComparison.Ordinal)) is { } acme) found.Add($"acme.sh ({acme.Path})");
                foreach (var store in (string[])["/var/lib/caddy/.local/share/caddy", "/root/.local/share/caddy"])
                    if ((await host.ListAsync($"{store}/certificates/acme-v02.api.letsencrypt.org-directory/{name}", ct)).Count > 0) found.Add($"Caddy ({store})");
            }
        }
        catch (HostException e)
        {
            return [new PreflightVerdict("renewers", VerdictLevel.Warning, "", $"Whether another program renews could not be seen: {e.Message}")];
        }
        return found.Count == 0 ? [new PreflightVerdict("renewers", VerdictLevel.Good, "", "No other program is seen to renew certificates for these names.")]
            : [new PreflightVerdict("renewers", VerdictLevel.Warning, "", $"{string.Join(" and ", found)} renews a certificate for these names too.", "Watch its folder instead (cert watch), or switch it off.")];
    }
}
