using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Hosts.Lab;

/// <summary>A private host as seen now. Serialised in camel case it is what <c>mailadmin lab status --json</c> prints.</summary>
/// <param name="Running">True when Postfix and Dovecot both run.</param>
/// <param name="Domain">The domain it was made for.</param>
/// <param name="Hostname">Its name, <c>mail.</c> and the domain.</param>
/// <param name="Ports">Its TCP ports on 127.0.0.1.</param>
/// <param name="Paths">Where its parts lie.</param>
/// <param name="Note">Something to know about it, such as that its parts lie elsewhere; null when there is nothing.</param>
public sealed record MailLabStatus(bool Running, string Domain, string Hostname, HostPorts Ports, MailLabPaths Paths, string? Note)
{
    internal static MailLabStatus Of(MailLabFile lab, bool running)
    {
        var host = lab.ToHost();
        return new MailLabStatus(running, lab.Domain, host.Name, lab.Ports, new MailLabPaths(
            host.PostfixDirectory, host.DovecotConfiguration, BaselineLayout.Passwd(host),
            BaselineLayout.Map(host, "virtual_mailbox_maps"), BaselineLayout.Map(host, "virtual_alias_maps"), host.LogSources[0], host.MailRoot), lab.Note);
    }
}

/// <summary>Where the parts of a private host lie; absolute paths.</summary>
/// <param name="Postfix">Folder of main.cf and master.cf.</param>
/// <param name="Dovecot">Dovecot's configuration file.</param>
/// <param name="Passwd">Folder of the passwd-files, one per domain.</param>
/// <param name="Mailboxes">Source of the mailbox map.</param>
/// <param name="Aliases">Source of the alias map.</param>
/// <param name="Log">The log of both daemons.</param>
/// <param name="Mail">Folder of all mail.</param>
public sealed record MailLabPaths(string Postfix, string Dovecot, string Passwd, string Mailboxes, string Aliases, string Log, string Mail);
