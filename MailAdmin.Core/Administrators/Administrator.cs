using Microsoft.AspNetCore.Identity;

namespace MailAdmin.Core.Administrators;

/// <summary>A person who may sign in to the portal. Password, lockout and security stamp are ASP.NET Core Identity's.</summary>
public sealed class Administrator : IdentityUser<int>
{
    /// <summary>What this person may do.</summary>
    public Role Role { get; set; }

    /// <summary>False refuses sign-in and every act at once, also in open tabs.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Shown in the portal; may be empty.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>When the person was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Last successful sign-in (UTC); null when never.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }

    /// <summary>The domains a domain administrator may touch; unused for other roles.</summary>
    public List<AdministratorDomain> Domains { get; set; } = [];
}

/// <summary>One domain given to a domain administrator.</summary>
public sealed class AdministratorDomain
{
    /// <summary>The administrator.</summary>
    public int AdministratorId { get; set; }

    /// <summary>The domain.</summary>
    public int DomainId { get; set; }
}
