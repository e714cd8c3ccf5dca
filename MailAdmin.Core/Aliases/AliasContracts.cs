namespace MailAdmin.Core.Aliases;

/// <summary>An alias to add.</summary>
/// <param name="Address">As typed; <c>@domain</c> for the catch-all.</param>
/// <param name="Targets">Where it leads, at least one.</param>
public sealed record NewAlias(string Address, IReadOnlyList<string> Targets)
{
    /// <summary>After this moment (UTC) it leads nowhere; null means it does not expire.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What it is for.</summary>
    public string? Comment { get; init; }
}

/// <summary>What to change in an alias; what is left out stays.</summary>
public sealed record AliasEdit
{
    /// <summary>Where it leads.</summary>
    public Optional<IReadOnlyList<string>> Targets { get; init; }

    /// <summary>After this moment (UTC) it leads nowhere; null means it does not expire.</summary>
    public Optional<DateTimeOffset?> Expires { get; init; }

    /// <summary>What it is for.</summary>
    public Optional<string> Comment { get; init; }
}

/// <summary>An alias as the doors show it.</summary>
public sealed record AliasView
{
    /// <summary>Canonical address, or <c>@domain</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Address with the domain in Unicode.</summary>
    public required string UnicodeAddress { get; init; }

    /// <summary>The domain's A-label name.</summary>
    public required string Domain { get; init; }

    /// <summary>Where it leads, in the order given.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>What it is for.</summary>
    public required string Comment { get; init; }

    /// <summary>When it expires (UTC); null means it does not.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>True when it has expired and leads nowhere.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>In trash until then (UTC); null when live.</summary>
    public DateTimeOffset? TrashedUntil { get; init; }

    /// <summary>Its domain is in trash until then (UTC), and the alias with it; null when the domain is live.</summary>
    public DateTimeOffset? DomainTrashedUntil { get; init; }

    /// <summary>When it was added (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed (UTC).</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The revision to send back with a change.</summary>
    public required int Revision { get; init; }
}

/// <summary>Which aliases to list. Sort fields: address, updatedAt, expires.</summary>
/// <param name="Domain">Only of this domain; null means all.</param>
/// <param name="Target">Only those that lead directly to this address; null means all.</param>
/// <param name="InTrash">True: only those in trash; false: only live ones.</param>
public sealed record AliasQuery(string? Search = null, string? Sort = null, int Offset = 0, int Limit = 50, string? Domain = null, string? Target = null, bool InTrash = false)
    : ListQuery(Search, Sort, Offset, Limit);
