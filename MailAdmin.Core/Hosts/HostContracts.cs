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
public sealed record HostChange
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
