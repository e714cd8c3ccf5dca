namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Which addresses of a domain are what: the questions that several maps ask.</summary>
internal sealed class DomainAddresses
{
    private readonly Dictionary<string, SnapshotMailbox> _mailboxes;
    private readonly Dictionary<string, SnapshotAlias> _aliases;

    public DomainAddresses(SnapshotDomain domain)
    {
        Domain = domain;
        foreach (var mailbox in domain.Mailboxes) FieldGrammar.RequireMailbox(mailbox.Address, domain.Name);
        foreach (var alias in domain.Aliases) FieldGrammar.RequireAlias(alias.Address, domain.Name);
        _mailboxes = domain.Mailboxes.ToDictionary(m => m.Address, StringComparer.Ordinal);
        _aliases = domain.Aliases.ToDictionary(a => a.Address, StringComparer.Ordinal);
        CatchAll = _aliases.TryGetValue("@" + domain.Name, out var all) && all.Leads ? all : null;
    }

    public SnapshotDomain Domain { get; }

    /// <summary>The live catch-all; null when there is none.</summary>
    public SnapshotAlias? CatchAll { get; }

    /// <summary>Live aliases besides the catch-all. One at the address of a mailbox that does not receive leads nowhere: that mail is refused.</summary>
    public IEnumerable<SnapshotAlias> Leading => Domain.Aliases.Where(a => a.Leads && a.Address[0] != '@' && !(_mailboxes.TryGetValue(a.Address, out var mailbox) && !mailbox.Receives));

    /// <summary>True when a mailbox, in whatever state, has this address.</summary>
    public bool HasMailbox(string address) => _mailboxes.ContainsKey(address);

    /// <summary>True when a live alias has this address.</summary>
    public bool HasLeading(string address) => _aliases.TryGetValue(address, out var alias) && alias.Leads;

    /// <summary>True when the domain says itself what this address is.</summary>
    public bool Knows(string address) => HasMailbox(address) || HasLeading(address);

    /// <summary>The alias domains of this one with their own addresses, which go before the mirrored ones.</summary>
    public IEnumerable<DomainAddresses> Mirrors => Domain.AlsoKnownAs.Select(d => new DomainAddresses(d));

    /// <summary>What stands before the @.</summary>
    public static ReadOnlySpan<char> Local(string address) => address.AsSpan(0, address.LastIndexOf('@'));
}
