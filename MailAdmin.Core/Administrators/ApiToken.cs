namespace MailAdmin.Core.Administrators;

/// <summary>A bearer token of the REST API. Only its hash is stored.</summary>
public sealed class ApiToken
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>What it is for; unique among live tokens.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it may do.</summary>
    public Role Role { get; set; }

    /// <summary>SHA-256 of the token's text. The text has 256 bits of entropy, so no slow hash is needed.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>The first characters, to recognise it in lists.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who made it.</summary>
    public string CreatedBy { get; set; } = "";

    /// <summary>After this moment it is refused (UTC); null means it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When it was revoked (UTC); null while it works.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Last use (UTC, kept to the minute); null when never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>For the role of domain administrator: the domains it may touch.</summary>
    public List<ApiTokenDomain> Domains { get; set; } = [];
}

/// <summary>One domain given to a token.</summary>
public sealed class ApiTokenDomain
{
    /// <summary>The token.</summary>
    public int ApiTokenId { get; set; }

    /// <summary>The domain.</summary>
    public int DomainId { get; set; }
}
