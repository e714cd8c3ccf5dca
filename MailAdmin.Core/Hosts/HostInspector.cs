namespace MailAdmin.Core.Hosts;

/// <summary>Finds out what a host's daemons can do, by asking them.</summary>
public sealed class HostInspector(IMailHosts hosts, TimeProvider time)
{
    /// <summary>Versions, map types and password schemes as they are now.</summary>
    /// <exception cref="HostCommandException">Postfix or Dovecot is not installed, or does not answer.</exception>
    public async Task<HostCapabilities> InspectAsync(Host host, CancellationToken ct)
    {
        var reach = hosts.Reach(host);
        // -c: postconf wants a main.cf, and dovecot.conf may be broken before it is ours.
        var version = await AskAsync(reach, ["postconf", "-c", host.PostfixDirectory, "-d", "-h", "mail_version"], ct);
        var maps = await AskAsync(reach, ["postconf", "-c", host.PostfixDirectory, "-m"], ct);
        var dovecot = await AskAsync(reach, ["dovecot", "--version"], ct);
        var schemes = await AskAsync(reach, ["doveadm", "-c", "/dev/null", "pw", "-l"], ct);
        return new HostCapabilities
        {
            PostfixVersion = version.Trim(),
            DovecotVersion = Words(dovecot).FirstOrDefault(""),
            MapTypes = [.. Words(maps).Order(StringComparer.Ordinal)],
            MapTypeInUse = await InUseAsync(reach, host, ct),
            PasswordSchemes = [.. Words(schemes).Order(StringComparer.Ordinal)],
            SeenAt = time.GetUtcNow(),
        };
    }

    // Only our own tables count: a domain list of somebody else's says nothing about ours. A main.cf that is not there yet names none.
    private static async Task<string?> InUseAsync(IMailHost reach, Host host, CancellationToken ct)
    {
        var named = await reach.RunAsync(["postconf", "-c", host.PostfixDirectory, "-h", "virtual_mailbox_domains"], ct: ct);
        var table = named.Output.Trim();
        return named.Succeeded && table.IndexOf(':') is var at and > 0 && table[(at + 1)..].StartsWith(host.ManagedDirectory + "/", StringComparison.Ordinal) ? table[..at] : null;
    }

    private static async Task<string> AskAsync(IMailHost reach, string[] command, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, ct: ct);
        return result.Succeeded ? result.Output : throw new HostCommandException(command, $"{string.Join(' ', command)} failed: {result.Error.Trim()}", result);
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
