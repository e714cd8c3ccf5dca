namespace MailAdmin.Core.Mailboxes;

/// <summary>An account that receives mail and can log in.</summary>
public sealed class Mailbox
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The domain it belongs to.</summary>
    public int DomainId { get; set; }

    /// <summary>Canonical address (lower case, NFC, A-label domain); unique among mailboxes. Also the login name.</summary>
    public string Address { get; set; } = "";

    /// <summary>The person's name; may be empty.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>For the administrators' eyes; may be empty.</summary>
    public string Note { get; set; } = "";

    /// <summary>What the mailbox may do while it is not in trash.</summary>
    public MailboxState State { get; set; }

    /// <summary>The Dovecot hash, <c>{SCHEME}data</c>; null when no password was set yet, and then nobody can log in.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>When the password was last set (UTC); null when never.</summary>
    public DateTimeOffset? PasswordChangedAt { get; set; }

    /// <summary>Quota in bytes; 0 means unlimited; null means the domain's default.</summary>
    public long? QuotaBytes { get; set; }

    /// <summary>In trash until this moment (UTC), then removed; null when live. Its mail stays on disk.</summary>
    public DateTimeOffset? TrashedUntil { get; set; }

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }

    /// <summary>Addresses (<c>sales@example.test</c>) or whole domains (<c>@example.test</c>) it may send as, besides its own and its aliases.</summary>
    public List<SenderRight> SenderRights { get; set; } = [];
}

/// <summary>What a mailbox may do.</summary>
public enum MailboxState
{
    /// <summary>Logs in, sends, receives.</summary>
    Active = 0,

    /// <summary>Receives; neither IMAP login nor submission.</summary>
    ReceiveOnly = 1,

    /// <summary>Neither logs in nor receives; mail to it is refused with 5.2.1.</summary>
    Suspended = 2,
}

/// <summary>A permission to send as an address or a whole domain.</summary>
public sealed class SenderRight
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The mailbox that may send.</summary>
    public int MailboxId { get; set; }

    /// <summary>Canonical address, or <c>@domain</c> for every address of it.</summary>
    public string Sender { get; set; } = "";
}
