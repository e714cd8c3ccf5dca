using System.Runtime.InteropServices;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Which addresses of a domain are what: the questions that several maps ask.</summary>
internal sealed class DomainAddresses
{
    public DomainAddresses(SnapshotDomain domain)
    {
        Domain = domain;
        foreach (var mailbox in domain.Mailboxes) FieldGrammar.RequireMailbox(mailbox.Address, domain.Name);
        foreach (var alias in domain.Aliases) FieldGrammar.RequireAlias(alias.Address, domain.Name);
        CatchAll = AliasAt("@" + domain.Name) is { Leads: true } all ? all : null;
    }

    public SnapshotDomain Domain { get; }

    /// <summary>The live catch-all; null when there is none.</summary>
    public SnapshotAlias? CatchAll { get; }

    /// <summary>Live aliases besides the catch-all. One at the address of a mailbox that does not receive leads nowhere: that mail is refused.</summary>
    public IEnumerable<SnapshotAlias> Leading => Domain.Aliases.Where(a => a.Leads && a.Address[0] != '@' && MailboxAt(a.Address) is not { Receives: false });

    /// <summary>True when a mailbox, in whatever state, has this address.</summary>
    public bool HasMailbox(string address) => MailboxAt(address) is not null;

    /// <summary>True when a live alias has this address.</summary>
    public bool HasLeading(string address) => AliasAt(address) is { Leads: true };

    /// <summary>True when the domain says itself what this address is.</summary>
    public bool Knows(string address) => HasMailbox(address) || HasLeading(address);

    /// <summary>The alias domains of this one with their own addresses, which go before the mirrored ones.</summary>
    public IEnumerable<DomainAddresses> Mirrors => Domain.AlsoKnownAs.Select(d => new DomainAddresses(d));

    // Both are sorted: looking into them costs less than a table of them, which every map would build anew.
    private SnapshotMailbox? MailboxAt(string address)
    {
        var at = CollectionsMarshal.AsSpan(Domain.Mailboxes).BinarySearch(new Wanted(address));
        return at < 0 ? null : Domain.Mailboxes[at];
    }

    private SnapshotAlias? AliasAt(string address)
    {
        var at = CollectionsMarshal.AsSpan(Domain.Aliases).BinarySearch(new Wanted(address));
        return at < 0 ? null : Domain.Aliases[at];
    }

    /// <summary>What stands before the @.</summary>
    public static ReadOnlySpan<char> Local(string address) => address.AsSpan(0, address.LastIndexOf('@'));

    private readonly struct Wanted(string address) : IComparable<SnapshotMailbox>, IComparable<SnapshotAlias>
    {
        public int CompareTo(SnapshotMailbox other) => string.CompareOrdinal(address, other.Address);

        public int CompareTo(SnapshotAlias other) => string.CompareOrdinal(address, other.Address);
    }
}
