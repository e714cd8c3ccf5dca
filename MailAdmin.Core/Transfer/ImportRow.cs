namespace MailAdmin.Core.Transfer;

/// <summary>What a row of an import wants to be there. Texts are as in the file; null means "not said", which leaves what is there unchanged.</summary>
/// <param name="Line">Its line in the file, from 1, for the verdict.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Address">The address, or the domain's name.</param>
public sealed record ImportRow(int Line, ImportKind Kind, string? Address)
{
    /// <summary>The person's name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>For the administrators' eyes.</summary>
    public string? Note { get; init; }

    /// <summary>A size; <c>default</c> for the domain's.</summary>
    public string? Quota { get; init; }

    /// <summary>active, receiveOnly or suspended; kebab case too.</summary>
    public string? State { get; init; }

    /// <summary>A clear password.</summary>
    public string? Password { get; init; }

    /// <summary>A ready hash, <c>{SCHEME}data</c>.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>What the mailbox may send as.</summary>
    public IReadOnlyList<string>? SenderRights { get; init; }

    /// <summary>Where the alias leads.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>When the alias ends; <c>never</c> for no end.</summary>
    public string? Expires { get; init; }

    /// <summary>What the alias is for.</summary>
    public string? Comment { get; init; }

    /// <summary>In trash until this moment; for mailboxes and aliases.</summary>
    public string? TrashedUntil { get; init; }

    /// <summary>Host of a new domain.</summary>
    public string? Host { get; init; }

    /// <summary>The domain whose addresses answer under this name too; <c>none</c> for a domain of its own.</summary>
    public string? AliasOf { get; init; }

    /// <summary>A number; <c>none</c> for no limit.</summary>
    public string? MaxMailboxes { get; init; }

    /// <summary>A number; <c>none</c> for no limit.</summary>
    public string? MaxAliases { get; init; }

    /// <summary>A size; <c>none</c> for unlimited.</summary>
    public string? DefaultQuota { get; init; }

    /// <summary>A size; <c>none</c> for no limit.</summary>
    public string? MaxQuota { get; init; }

    /// <summary>What the reader has against the row; null when nothing.</summary>
    public Refusal? Problem { get; init; }

    /// <summary>What the reader left out, in words; null when nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Without secrets.</summary>
    public override string ToString() => $"line {Line}: {Kind} {Address}";
}

/// <summary>What a row of an import is.</summary>
public enum ImportKind
{
    /// <summary>A domain.</summary>
    Domain,

    /// <summary>A mailbox.</summary>
    Mailbox,

    /// <summary>An alias.</summary>
    Alias,
}
