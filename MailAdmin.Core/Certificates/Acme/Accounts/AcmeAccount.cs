namespace MailAdmin.Core.Certificates.Acme.Accounts;

/// <summary>An account at an authority: the key that signs our requests, and what was agreed to.</summary>
public sealed class AcmeAccount
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>What it is called here; unique, such as <c>letsencrypt</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The authority's directory, https.</summary>
    public string Directory { get; set; } = "";

    /// <summary>The only root certificate to trust for the authority's own HTTPS, PEM; null means the system's roots.</summary>
    public string? RootPem { get; set; }

    /// <summary>The account's address at the authority; null before it is registered.</summary>
    public string? Url { get; set; }

    /// <summary>The private key, PEM. A secret: never shown, logged or exported. The database file is readable by its owner alone.</summary>
    public string KeyPem { get; set; } = "";

    /// <summary>The key that follows, while an exchange is under way; null otherwise.</summary>
    public string? NextKeyPem { get; set; }

    /// <summary>Contact addresses, without <c>mailto:</c>.</summary>
    public List<string> Contact { get; set; } = [];

    /// <summary>The terms that were agreed to; null when the authority had none.</summary>
    public string? TermsUrl { get; set; }

    /// <summary>When they were agreed to (UTC).</summary>
    public DateTimeOffset? TermsAgreedAt { get; set; }

    /// <summary>Who agreed.</summary>
    public string TermsAgreedBy { get; set; } = "";

    /// <summary>The name of the customer's key it was bound to; null for none.</summary>
    public string? ExternalKeyId { get; set; }

    /// <summary>Whether it can be used.</summary>
    public AcmeAccountState State { get; set; }

    /// <summary>The authority takes no orders before this (UTC), by its Retry-After; null when it does.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>Why, in its own words; empty otherwise.</summary>
    public string HeldBecause { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When its key was last exchanged (UTC); null when never.</summary>
    public DateTimeOffset? KeyRolledAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }
}

/// <summary>Whether an account can be used.</summary>
public enum AcmeAccountState
{
    /// <summary>Not yet known to the authority.</summary>
    New = 0,

    /// <summary>Registered.</summary>
    Valid = 1,

    /// <summary>Ended, by us or by the authority.</summary>
    Deactivated = 2,
}
