namespace MailAdmin.Core.Hosts;

/// <summary>A mail server we look after: where its parts lie and what they can do.</summary>
public sealed class Host
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>Fully qualified name that clients connect to and certificates name; unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>How it is reached.</summary>
    public HostKind Kind { get; set; }

    /// <summary>The IP address at which its ports are asked from outside, such as 127.0.0.1 for a private host.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Its ports.</summary>
    public HostPorts Ports { get; set; } = new();

    /// <summary>Folder of main.cf and master.cf, as for <c>postfix -c</c>.</summary>
    public string PostfixDirectory { get; set; } = "/etc/postfix";

    /// <summary>Dovecot's configuration file, as for <c>dovecot -c</c>.</summary>
    public string DovecotConfiguration { get; set; } = "/etc/dovecot/dovecot.conf";

    /// <summary>Folder of the files that MailAdmin writes; nothing else writes there.</summary>
    public string ManagedDirectory { get; set; } = "/etc/mailadmin";

    /// <summary>Folder below which mail lies, as domain/local part.</summary>
    public string MailRoot { get; set; } = "/var/vmail";

    /// <summary>The system user that owns the mail.</summary>
    public string MailUser { get; set; } = "vmail";

    /// <summary>Log files, most telling first.</summary>
    public List<string> LogSources { get; set; } = [];

    /// <summary>True: a run waits for an administrator's approval. False: changes are applied at once.</summary>
    public bool RequiresApproval { get; set; }

    /// <summary>Where mail to postmaster@ and abuse@ goes in domains that have none of their own; null means nowhere.</summary>
    public string? PostmasterAddress { get; set; }

    /// <summary>What the daemons can do, as detected; null before the first look.</summary>
    public HostCapabilities? Capabilities { get; set; }

    /// <summary>Number of the newest desired state.</summary>
    public long DesiredRevision { get; set; }

    /// <summary>Number of the desired state that the host was last seen to serve.</summary>
    public long AppliedRevision { get; set; }

    /// <summary>When it was registered (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }
}

/// <summary>How a host is reached.</summary>
public enum HostKind
{
    /// <summary>On this machine, in its usual places.</summary>
    Local = 0,

    /// <summary>A private host in a folder on this machine, made by <c>mailadmin lab</c>.</summary>
    Lab = 1,
}

/// <summary>TCP ports of a host; 0 means the service is off.</summary>
public sealed record HostPorts
{
    /// <summary>MTA to MTA (RFC 5321).</summary>
    public int Smtp { get; init; } = 25;

    /// <summary>Submission with STARTTLS (RFC 6409).</summary>
    public int Submission { get; init; } = 587;

    /// <summary>Submission with implicit TLS (RFC 8314).</summary>
    public int Submissions { get; init; } = 465;

    /// <summary>IMAP with implicit TLS (RFC 8314).</summary>
    public int Imaps { get; init; } = 993;
}

/// <summary>What the daemons of a host can do.</summary>
public sealed record HostCapabilities
{
    /// <summary>Postfix's version, such as 3.7.11.</summary>
    public string PostfixVersion { get; init; } = "";

    /// <summary>Dovecot's version, such as 2.3.19.1.</summary>
    public string DovecotVersion { get; init; } = "";

    /// <summary>Map types of <c>postconf -m</c>, sorted.</summary>
    public IReadOnlyList<string> MapTypes { get; init; } = [];

    /// <summary>The type as which Postfix's configuration names our maps; null before the host was set up.</summary>
    public string? MapTypeInUse { get; init; }

    /// <summary>Password schemes of <c>doveadm pw -l</c>, sorted.</summary>
    public IReadOnlyList<string> PasswordSchemes { get; init; } = [];

    /// <summary>When this was seen (UTC).</summary>
    public DateTimeOffset SeenAt { get; init; }
}
