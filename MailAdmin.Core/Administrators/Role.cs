namespace MailAdmin.Core.Administrators;

/// <summary>What a person or token may do.</summary>
public enum Role
{
    /// <summary>Reads everything, changes nothing.</summary>
    Auditor = 0,

    /// <summary>Manages mailboxes and aliases of the domains given to them, and sees nothing else.</summary>
    DomainAdministrator = 1,

    /// <summary>Manages domains, mailboxes, aliases, plans and applies; not people or hosts' baselines.</summary>
    Administrator = 2,

    /// <summary>Everything, including administrators, tokens, hosts, backup and restore.</summary>
    Owner = 3,
}
