namespace MailAdmin.Core.Aliases;

/// <summary>An address that leads elsewhere.</summary>
/// <remarks>
/// <c>@example.test</c> (no local part) is the domain's catch-all. An alias may stand at a mailbox's own address only when
/// that address is among its targets: then it is a forward that keeps a copy. Source: virtual(5).
/// </remarks>
public sealed class Alias
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The domain it belongs to.</summary>
    public int DomainId { get; set; }

    /// <summary>Canonical address, or <c>@domain</c> for the catch-all; unique among aliases.</summary>
    public string Address { get; set; } = "";

    /// <summary>What it is for; may be empty.</summary>
    public string Comment { get; set; } = "";

    /// <summary>After this moment (UTC) it no longer leads anywhere; null means it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>In trash until this moment (UTC), then removed; null when live.</summary>
    public DateTimeOffset? TrashedUntil { get; set; }

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }

    /// <summary>Where it leads: at least one address, in the order given.</summary>
    public List<AliasTarget> Targets { get; set; } = [];
}

/// <summary>One address that an alias leads to.</summary>
public sealed class AliasTarget
{
    /// <summary>The alias.</summary>
    public int AliasId { get; set; }

    /// <summary>Place in the list, from 0.</summary>
    public int Position { get; set; }

    /// <summary>Canonical address, here or elsewhere.</summary>
    public string Target { get; set; } = "";
}
