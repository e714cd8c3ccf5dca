namespace MailAdmin.Core.Hosts;

/// <summary>Reaches the hosts on this machine, each with its own lock.</summary>
public sealed class LocalMailHosts(TimeProvider time) : IMailHosts
{
    /// <inheritdoc />
    public IMailHost Reach(Host host) => host.Kind switch
    {
        HostKind.Local or HostKind.Lab => new LocalMailHost($"{host.ManagedDirectory}/.lock", time),
    };
}
