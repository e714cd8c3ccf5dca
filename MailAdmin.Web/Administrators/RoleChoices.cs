using MailAdmin.Core.Administrators;

namespace MailAdmin.Web.Administrators;

/// <summary>The roles one can give, and what each means.</summary>
public static class RoleChoices
{
    /// <summary>Most powerful first.</summary>
    public static IReadOnlyList<Role> All { get; } = [Role.Owner, Role.Administrator, Role.DomainAdministrator, Role.Auditor];

    /// <summary>What the role may do, in a sentence or two.</summary>
    public static string About(Role role) => role switch
    {
        Role.Owner => "Everything, including administrators, tokens, hosts and backups.",
        Role.Administrator => "Domains, mailboxes, aliases and applying changes. Not people, tokens or a host's set-up.",
        Role.DomainAdministrator => "Mailboxes and aliases of the domains named below, and nothing else.",
        Role.Auditor => "Reads everything, changes nothing.",
    };
}
