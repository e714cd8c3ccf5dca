using MailAdmin.Core.Administrators;

namespace MailAdmin.Web.Layout;

/// <summary>Roles as people call them.</summary>
public static class RoleWords
{
    public static string Of(Role role) => role switch
    {
        Role.Owner => "Owner",
        Role.Administrator => "Administrator",
        Role.DomainAdministrator => "Domain administrator",
        Role.Auditor => "Auditor, read only",
    };
}
