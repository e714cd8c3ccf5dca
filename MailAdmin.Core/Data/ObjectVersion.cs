namespace MailAdmin.Core.Data;

/// <summary>What a domain, mailbox or alias was before one revision, so that a roll back can restore it. Holds hashes; never exported.</summary>
public sealed class ObjectVersion
{
    /// <summary>Key.</summary>
    public long Id { get; set; }

    /// <summary>The host whose desired state changed.</summary>
    public int HostId { get; set; }

    /// <summary>The host's revision that the change made.</summary>
    public long Revision { get; set; }

    /// <summary>What kind of object: <c>domain</c>, <c>mailbox</c>, <c>alias</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The object's address or name.</summary>
    public string Key { get; set; } = "";

    /// <summary>The whole object before, as JSON; null when it did not exist.</summary>
    public string? Before { get; set; }
}
