namespace MailAdmin.Core.Domains;

/// <summary>A mail domain that a host serves.</summary>
public sealed class Domain
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The host that serves it.</summary>
    public int HostId { get; set; }

    /// <summary>The name in A-label, lower-case form (RFC 5890); unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>For an alias domain: the domain whose addresses answer under this name too. Null for a domain of its own.</summary>
    public int? AliasOfId { get; set; }

    /// <summary>Most mailboxes; null means no limit.</summary>
    public int? MaxMailboxes { get; set; }

    /// <summary>Most aliases; null means no limit.</summary>
    public int? MaxAliases { get; set; }

    /// <summary>Quota in bytes for mailboxes that have none of their own; null means unlimited.</summary>
    public long? DefaultQuotaBytes { get; set; }

    /// <summary>The largest quota in bytes that a mailbox here may have; null means no limit.</summary>
    public long? MaxQuotaBytes { get; set; }

    /// <summary>For the administrators' eyes; may be empty.</summary>
    public string Note { get; set; } = "";

    /// <summary>In trash until this moment (UTC), then removed; null when live.</summary>
    public DateTimeOffset? TrashedUntil { get; set; }

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }
}
