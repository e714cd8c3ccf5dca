namespace MailAdmin.Core.Domains;

/// <summary>A domain to add.</summary>
/// <param name="Name">As typed: Unicode or A-label.</param>
public sealed record NewDomain(string Name)
{
    /// <summary>Name of the host that serves it; null means the only host.</summary>
    public string? Host { get; init; }

    /// <summary>Name of the domain whose addresses answer under this name too; null for a domain of its own.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Most mailboxes; null means no limit.</summary>
    public int? MaxMailboxes { get; init; }

    /// <summary>Most aliases; null means no limit.</summary>
    public int? MaxAliases { get; init; }

    /// <summary>Quota in bytes for mailboxes without their own; null means unlimited.</summary>
    public long? DefaultQuotaBytes { get; init; }

    /// <summary>The largest quota in bytes a mailbox may have; null means no limit.</summary>
    public long? MaxQuotaBytes { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public string? Note { get; init; }
}

/// <summary>What to change in a domain; what is left out stays.</summary>
public sealed record DomainEdit
{
    /// <summary>The domain whose addresses answer under this name too; null makes it a domain of its own.</summary>
    public Optional<string?> AliasOf { get; init; }

    /// <summary>Most mailboxes; null means no limit.</summary>
    public Optional<int?> MaxMailboxes { get; init; }

    /// <summary>Most aliases; null means no limit.</summary>
    public Optional<int?> MaxAliases { get; init; }

    /// <summary>Quota in bytes for mailboxes without their own; null means unlimited.</summary>
    public Optional<long?> DefaultQuotaBytes { get; init; }

    /// <summary>The largest quota in bytes a mailbox may have; null means no limit.</summary>
    public Optional<long?> MaxQuotaBytes { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public Optional<string> Note { get; init; }
}

/// <summary>A domain as the doors show it.</summary>
public sealed record DomainView
{
    /// <summary>Key, for linking.</summary>
    public required int Id { get; init; }

    /// <summary>A-label form.</summary>
    public required string Name { get; init; }

    /// <summary>Unicode form; equal to the name when it is ASCII.</summary>
    public required string UnicodeName { get; init; }

    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>The domain it is an alias of; null for a domain of its own.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Live mailboxes.</summary>
    public required int Mailboxes { get; init; }

    /// <summary>Live aliases.</summary>
    public required int Aliases { get; init; }

    /// <summary>Most mailboxes; null means no limit.</summary>
    public int? MaxMailboxes { get; init; }

    /// <summary>Most aliases; null means no limit.</summary>
    public int? MaxAliases { get; init; }

    /// <summary>Quota in bytes for mailboxes without their own; null means unlimited.</summary>
    public long? DefaultQuotaBytes { get; init; }

    /// <summary>The largest quota in bytes a mailbox may have; null means no limit.</summary>
    public long? MaxQuotaBytes { get; init; }

    /// <summary>Targets of the catch-all; empty when there is none.</summary>
    public IReadOnlyList<string> CatchAll { get; init; } = [];

    /// <summary>The catch-all's revision, to send back with a change of it; null when there is none.</summary>
    public int? CatchAllRevision { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public required string Note { get; init; }

    /// <summary>In trash until then (UTC); null when live.</summary>
    public DateTimeOffset? TrashedUntil { get; init; }

    /// <summary>When it was added (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed (UTC).</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The revision to send back with a change.</summary>
    public required int Revision { get; init; }
}

/// <summary>Which domains to list. Sort fields: name, mailboxes, aliases, updatedAt.</summary>
/// <param name="InTrash">True: only those in trash.</param>
public sealed record DomainQuery(string? Search = null, string? Sort = null, int Offset = 0, int Limit = 50, bool InTrash = false) : ListQuery(Search, Sort, Offset, Limit);
