using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Administrators;

/// <summary>A person to add.</summary>
/// <param name="UserName">What is typed at sign-in: 1 to 64 letters, digits and <c>. _ - @</c>; case does not matter.</param>
/// <param name="Password">At least 12 characters, not a common one.</param>
/// <param name="Role">What the person may do.</param>
public sealed record NewAdministrator(string UserName, Secret Password, Role Role)
{
    /// <summary>Shown in the portal; null means none.</summary>
    public string? DisplayName { get; init; }

    /// <summary>For a domain administrator: names of their domains, at least one. Must be empty for other roles.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}

/// <summary>What to change in a person; what is left out stays.</summary>
public sealed record AdministratorEdit
{
    /// <summary>Shown in the portal.</summary>
    public Optional<string> DisplayName { get; init; }

    /// <summary>What the person may do.</summary>
    public Optional<Role> Role { get; init; }

    /// <summary>False refuses sign-in and every act at once.</summary>
    public Optional<bool> IsEnabled { get; init; }

    /// <summary>For a domain administrator: names of their domains.</summary>
    public Optional<IReadOnlyList<string>> Domains { get; init; }
}

/// <summary>A person as the doors show them.</summary>
public sealed record AdministratorView
{
    /// <summary>Key.</summary>
    public required int Id { get; init; }

    /// <summary>What is typed at sign-in.</summary>
    public required string UserName { get; init; }

    /// <summary>Shown in the portal; may be empty.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the person may do.</summary>
    public required Role Role { get; init; }

    /// <summary>False: may neither sign in nor act.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>Names of the domains of a domain administrator, sorted; empty for other roles.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>When the person was added (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last successful sign-in (UTC); null when never.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>The revision to send back with a change.</summary>
    public required int Revision { get; init; }
}

/// <summary>A token to make.</summary>
/// <param name="Name">What it is for: 1 to 64 characters; unique among tokens that work.</param>
/// <param name="Role">What it may do.</param>
public sealed record NewToken(string Name, Role Role)
{
    /// <summary>After this moment (UTC) it is refused; null means it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For the role of domain administrator: names of the domains, at least one.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}

/// <summary>A token as the doors show it; never its text.</summary>
public sealed record TokenView
{
    /// <summary>Key.</summary>
    public required int Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>The first characters of its text, to recognise it.</summary>
    public required string Prefix { get; init; }

    /// <summary>Names of its domains, sorted; empty means all that the role may touch.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>After this moment (UTC) it is refused; null means it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked (UTC); null while it works.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Last use (UTC, to the minute); null when never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A token just made.</summary>
/// <param name="Token">What is listed from now on.</param>
/// <param name="Text">The token's text. It is shown this once and stored nowhere.</param>
public sealed record IssuedToken(TokenView Token, Secret Text);
