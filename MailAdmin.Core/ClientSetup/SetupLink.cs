namespace MailAdmin.Core.ClientSetup;

/// <summary>A link by which the person behind a mailbox chooses the password, once. Only the hash of its code is stored.</summary>
public sealed class SetupLink
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The mailbox; the link goes with it.</summary>
    public int MailboxId { get; set; }

    /// <summary>SHA-256 of the code. The code has 256 bits of entropy, so no slow hash is needed.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who made it.</summary>
    public string CreatedBy { get; set; } = "";

    /// <summary>After this moment it is refused (UTC).</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the password was chosen, or the link was replaced or taken back (UTC); null while it works.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
