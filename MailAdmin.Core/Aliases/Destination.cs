namespace MailAdmin.Core.Aliases;

/// <summary>One end of the way that mail to an address takes.</summary>
/// <param name="Address">Where it ends.</param>
/// <param name="Path">Every address on the way, the first asked for, the last this one.</param>
public abstract record Destination(string Address, IReadOnlyList<string> Path);

/// <summary>Delivered into a mailbox here.</summary>
public sealed record ToMailbox(string Address, IReadOnlyList<string> Path) : Destination(Address, Path);

/// <summary>Sent on to a server that we do not manage.</summary>
public sealed record ToElsewhere(string Address, IReadOnlyList<string> Path) : Destination(Address, Path);

/// <summary>Refused: nothing takes mail at the last address.</summary>
public sealed record ToNowhere(string Address, IReadOnlyList<string> Path, NowhereReason Reason) : Destination(Address, Path);

/// <summary>Comes back to an address that it passed.</summary>
public sealed record InCircles(string Address, IReadOnlyList<string> Path) : Destination(Address, Path);

/// <summary>Why nothing takes mail at an address.</summary>
public enum NowhereReason
{
    /// <summary>The domain is managed here and has neither mailbox nor alias nor catch-all for it.</summary>
    Unknown,

    /// <summary>The mailbox is suspended.</summary>
    Suspended,

    /// <summary>The mailbox is in trash.</summary>
    MailboxInTrash,

    /// <summary>The alias is in trash.</summary>
    AliasInTrash,

    /// <summary>The alias has expired.</summary>
    Expired,

    /// <summary>The domain is in trash.</summary>
    DomainInTrash,

    /// <summary>The way has more steps than Postfix follows (<c>virtual_alias_recursion_limit</c>, 1000).</summary>
    TooFar,
}
