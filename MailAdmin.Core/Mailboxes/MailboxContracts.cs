using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Mailboxes;

/// <summary>A mailbox to add.</summary>
/// <param name="Address">As typed; folded to its canonical form.</param>
public sealed record NewMailbox(string Address)
{
    /// <summary>Clear password; give this or <see cref="PasswordHash"/> or neither (then nobody can log in until one is set).</summary>
    public Secret? Password { get; init; }

    /// <summary>A ready hash, <c>{SCHEME}data</c>, of a strong scheme.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Scheme for hashing <see cref="Password"/>; null means the default.</summary>
    public string? PasswordScheme { get; init; }

    /// <summary>The person's name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Quota in bytes; 0 means unlimited; null means the domain's default.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>What it may do.</summary>
    public MailboxState State { get; init; } = MailboxState.Active;

    /// <summary>For the administrators' eyes.</summary>
    public string? Note { get; init; }

    /// <summary>What it may send as besides itself and its aliases: addresses or <c>@domain</c>; null means nothing.</summary>
    public IReadOnlyList<string>? SenderRights { get; init; }
}

/// <summary>What to change in a mailbox; what is left out stays.</summary>
public sealed record MailboxEdit
{
    /// <summary>The person's name.</summary>
    public Optional<string> DisplayName { get; init; }

    /// <summary>Quota in bytes; 0 means unlimited; null means the domain's default.</summary>
    public Optional<long?> QuotaBytes { get; init; }

    /// <summary>What it may do.</summary>
    public Optional<MailboxState> State { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public Optional<string> Note { get; init; }

    /// <summary>Everything it may send as besides itself and its aliases: addresses or <c>@domain</c>.</summary>
    public Optional<IReadOnlyList<string>> SenderRights { get; init; }
}

/// <summary>A password to set: either clear or a ready hash.</summary>
public sealed record NewPassword
{
    /// <summary>Clear password.</summary>
    public Secret? Password { get; init; }

    /// <summary>A ready hash, <c>{SCHEME}data</c>, of a strong scheme.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Scheme for hashing; null means the default.</summary>
    public string? Scheme { get; init; }
}

/// <summary>One row of a list of mailboxes.</summary>
public sealed record MailboxRow
{
    /// <summary>Canonical address.</summary>
    public required string Address { get; init; }

    /// <summary>Address with the domain in Unicode.</summary>
    public required string UnicodeAddress { get; init; }

    /// <summary>The person's name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it may do while not in trash.</summary>
    public required MailboxState State { get; init; }

    /// <summary>In trash until then (UTC); null when live.</summary>
    public DateTimeOffset? TrashedUntil { get; init; }

    /// <summary>Its domain is in trash until then (UTC), and the mailbox with it; null when the domain is live.</summary>
    public DateTimeOffset? DomainTrashedUntil { get; init; }

    /// <summary>The quota in force in bytes; 0 means unlimited.</summary>
    public required long EffectiveQuotaBytes { get; init; }

    /// <summary>True when a password is set.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>When it was last changed (UTC).</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The revision to send back with a change.</summary>
    public required int Revision { get; init; }
}

/// <summary>A mailbox as its page shows it.</summary>
public sealed record MailboxView
{
    /// <summary>The row of the list.</summary>
    public required MailboxRow Row { get; init; }

    /// <summary>The domain's A-label name.</summary>
    public required string Domain { get; init; }

    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>Quota of its own in bytes; 0 means unlimited; null means the domain's default.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public required string Note { get; init; }

    /// <summary>Name of the hash scheme, such as SHA512-CRYPT; null when no password is set.</summary>
    public string? PasswordScheme { get; init; }

    /// <summary>When the password was last set (UTC); null when never.</summary>
    public DateTimeOffset? PasswordChangedAt { get; init; }

    /// <summary>Rights to send as, sorted.</summary>
    public required IReadOnlyList<string> SenderRights { get; init; }

    /// <summary>Aliases that list it directly, sorted, at most 500.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>When it was added (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which mailboxes to list. Sort fields: address, displayName, state, quotaBytes, updatedAt.</summary>
/// <param name="Domain">Only of this domain; null means all.</param>
/// <param name="State">Only in this state; null means all.</param>
/// <param name="InTrash">True: only those in trash; false: only live ones.</param>
public sealed record MailboxQuery(string? Search = null, string? Sort = null, int Offset = 0, int Limit = 50, string? Domain = null, MailboxState? State = null, bool InTrash = false)
    : ListQuery(Search, Sort, Offset, Limit);
