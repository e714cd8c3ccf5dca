namespace MailAdmin.Core.Hosts;

/// <summary>A host to be registered. Left out means the usual place.</summary>
/// <param name="Name">Fully qualified name that clients connect to, lower case.</param>
public sealed record NewHost(string Name)
{
    /// <summary>How it is reached.</summary>
    public HostKind Kind { get; init; }

    /// <summary>The IP address at which its ports are asked.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Its ports.</summary>
    public HostPorts Ports { get; init; } = new();

    /// <summary>Folder of main.cf and master.cf.</summary>
    public string PostfixDirectory { get; init; } = "/etc/postfix";

    /// <summary>Dovecot's configuration file.</summary>
    public string DovecotConfiguration { get; init; } = "/etc/dovecot/dovecot.conf";

    /// <summary>Folder of the files that MailAdmin writes.</summary>
    public string ManagedDirectory { get; init; } = "/etc/mailadmin";

    /// <summary>Folder below which mail lies.</summary>
    public string MailRoot { get; init; } = "/var/vmail";

    /// <summary>The system user that owns the mail.</summary>
    public string MailUser { get; init; } = "vmail";

    /// <summary>Log files, most telling first.</summary>
    public IReadOnlyList<string> LogSources { get; init; } = ["/var/log/mail.log"];

    /// <summary>True: a run waits for an administrator's approval.</summary>
    public bool RequiresApproval { get; init; }

    /// <summary>Where mail to postmaster@ and abuse@ goes; null means nowhere.</summary>
    public string? PostmasterAddress { get; init; }
}

/// <summary>What is to change about a host; what is left out stays.</summary>
public sealed record HostEdit
{
    /// <summary>The IP address at which its ports are asked.</summary>
    public Optional<string> Address { get; init; }

    /// <summary>Its ports.</summary>
    public Optional<HostPorts> Ports { get; init; }

    /// <summary>Log files, most telling first.</summary>
    public Optional<IReadOnlyList<string>> LogSources { get; init; }

    /// <summary>True: a run waits for an administrator's approval.</summary>
    public Optional<bool> RequiresApproval { get; init; }

    /// <summary>Where mail to postmaster@ and abuse@ goes; null means nowhere.</summary>
    public Optional<string?> PostmasterAddress { get; init; }
}

/// <summary>A host as the doors show it.</summary>
public sealed record HostView
{
    /// <summary>Key.</summary>
    public required int Id { get; init; }

    /// <summary>Fully qualified name.</summary>
    public required string Name { get; init; }

    /// <summary>How it is reached.</summary>
    public required HostKind Kind { get; init; }

    /// <summary>The IP address at which its ports are asked.</summary>
    public required string Address { get; init; }

    /// <summary>Its ports; 0 means the service is off.</summary>
    public required HostPorts Ports { get; init; }

    /// <summary>Folder of main.cf and master.cf.</summary>
    public required string PostfixDirectory { get; init; }

    /// <summary>Dovecot's configuration file.</summary>
    public required string DovecotConfiguration { get; init; }

    /// <summary>Folder of the files that MailAdmin writes.</summary>
    public required string ManagedDirectory { get; init; }

    /// <summary>Folder below which mail lies.</summary>
    public required string MailRoot { get; init; }

    /// <summary>The system user that owns the mail.</summary>
    public required string MailUser { get; init; }

    /// <summary>Log files, most telling first.</summary>
    public required IReadOnlyList<string> LogSources { get; init; }

    /// <summary>True: a run waits for approval.</summary>
    public required bool RequiresApproval { get; init; }

    /// <summary>Where mail to postmaster@ and abuse@ goes in domains without their own; null means nowhere.</summary>
    public string? PostmasterAddress { get; init; }

    /// <summary>What the daemons can do; null before the first look.</summary>
    public HostCapabilities? Capabilities { get; init; }

    /// <summary>Number of the newest desired state.</summary>
    public required long DesiredRevision { get; init; }

    /// <summary>Number of the desired state that the host was last seen to serve; when smaller than the desired one, changes are not live yet.</summary>
    public required long AppliedRevision { get; init; }

    /// <summary>Domains that it serves, those in trash not counted.</summary>
    public required int Domains { get; init; }

    /// <summary>When it was registered (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The revision to send back with a change.</summary>
    public required int Revision { get; init; }
}
