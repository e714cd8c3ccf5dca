namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Where things of the baseline lie on a host.</summary>
public static class BaselineLayout
{
    /// <summary>The map sources below <see cref="Host.ManagedDirectory"/>, as Postfix knows them.</summary>
    public static IReadOnlyList<string> Maps { get; } = ["virtual_mailbox_domains", "virtual_mailbox_maps", "virtual_alias_maps", "sender_login_maps", "recipient_access"];

    /// <summary>First line of every file that MailAdmin writes whole.</summary>
    public const string Header = "# Managed by MailAdmin";

    /// <summary>All that stands in a map or passwd-file without rows, with its line end. What provisioning renders begins with the same bytes, so that a fresh host differs in nothing.</summary>
    public const string EmptyFile = Header + ". Changes made here are shown as drift and replaced; make them in MailAdmin.\n";

    /// <summary>Sockets below Postfix's queue directory, reachable with and without chroot.</summary>
    public const string LmtpSocket = "private/dovecot-lmtp";

    /// <inheritdoc cref="LmtpSocket" />
    public const string AuthSocket = "private/dovecot-auth";

    /// <inheritdoc cref="LmtpSocket" />
    public const string QuotaSocket = "private/dovecot-quota";

    /// <summary>Source of a map.</summary>
    public static string Map(Host host, string name) => $"{host.ManagedDirectory}/postfix/{name}";

    /// <summary>Folder of the passwd-files, one per domain.</summary>
    public static string Passwd(Host host) => $"{host.ManagedDirectory}/dovecot/passwd";

    /// <summary>Private key, certificate and chain in one file, key first.</summary>
    public static string Certificate(Host host) => $"{host.ManagedDirectory}/tls/{host.Name}.pem";

    /// <summary>What the baseline found before it changed anything.</summary>
    public static string Former(Host host) => $"{host.ManagedDirectory}/baseline/former.json";

    /// <summary>Postfix's main.cf.</summary>
    public static string MainCf(Host host) => $"{host.PostfixDirectory}/main.cf";

    /// <summary>Postfix's master.cf.</summary>
    public static string MasterCf(Host host) => $"{host.PostfixDirectory}/master.cf";

    /// <summary>Folder of Dovecot's configuration.</summary>
    public static string DovecotDirectory(Host host) => Path.GetDirectoryName(host.DovecotConfiguration)!;

    /// <summary>Our own Dovecot include file, read after all others.</summary>
    public static string DovecotInclude(Host host) => $"{DovecotDirectory(host)}/conf.d/99-mailadmin.conf";
}
