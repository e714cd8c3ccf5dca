using MailAdmin.Core.Mailboxes;

namespace MailAdmin.Core.Aliases;

/// <summary>Follows an address through aliases, alias domains, catch-alls and extensions to where its mail ends, as Postfix would with the files that we write.</summary>
/// <remarks>
/// Source: virtual(5) (full address, then without extension, then @domain; recursive; an address that expands to itself stays).
/// Two mailboxes that each forward a copy to the other are no loop: Postfix expands an address that kept itself only once.
/// </remarks>
public sealed class WhereDoesItLead(AddressLookup lookup, DateTimeOffset now)
{
    private const int MostSteps = 1000;

    /// <summary>Every end of the way, in the order found, each once.</summary>
    /// <param name="address">A canonical address, or <c>@domain</c> for its catch-all.</param>
    public IReadOnlyList<Destination> Follow(string address) => Follow(address, []);

    /// <summary>Every end of the way on from a target of <paramref name="alias"/>.</summary>
    internal IReadOnlyList<Destination> FollowTarget(string alias, string target) =>
        target == alias ? Walk(walk => walk.Self(alias, [alias])) : Follow(target, [alias]);

    private IReadOnlyList<Destination> Follow(string address, string[] from) => Walk(walk => walk.Visit(address, from));

    private IReadOnlyList<Destination> Walk(Action<Way> go)
    {
        var walk = new Way(lookup, now);
        go(walk);
        return walk.Ends;
    }

    private sealed class Way(AddressLookup lookup, DateTimeOffset now)
    {
        private readonly HashSet<string> _done = new(StringComparer.Ordinal);

        public List<Destination> Ends { get; } = [];

        public void Visit(string address, string[] from)
        {
            string[] path = [.. from, address];
            if (from.Contains(address))
            {
                if (!KeepsItself(address)) Ends.Add(new InCircles(address, path));
                return;
            }
            if (_done.Contains(address)) return;
            if (path.Length > MostSteps) Ends.Add(new ToNowhere(address, path, NowhereReason.TooFar));
            else Step(address, path);
            _done.Add(address);
        }

        /// <summary>An alias lists itself: right when a mailbox stands there.</summary>
        public void Self(string address, string[] path)
        {
            if (lookup.Mailboxes.TryGetValue(address, out var mailbox)) Deliver(address, mailbox, path);
            else Ends.Add(new InCircles(address, [.. path, address]));
        }

        private void Step(string address, string[] path)
        {
            if (!lookup.Domains.TryGetValue(AddressLookup.DomainOf(address), out var domain))
            {
                Ends.Add(new ToElsewhere(address, path));
                return;
            }
            if (domain.IsInTrash)
            {
                Ends.Add(new ToNowhere(address, path, NowhereReason.DomainInTrash));
                return;
            }
            if (domain.AliasOf is { } other)
            {
                Visit(AddressLookup.LocalOf(address) + "@" + other, path);
                return;
            }
            if (TryStand(address, path)) return;
            if (AddressLookup.WithoutExtension(address) is var plain && plain != address && TryStand(plain, path)) return;
            if (domain.Postmaster is { } postmaster && postmaster != address && ReservedAddresses.IsReserved(address))
            {
                Visit(postmaster, path);
                return;
            }
            var catchAll = "@" + AddressLookup.DomainOf(address);
            if (address != catchAll && lookup.Aliases.TryGetValue(catchAll, out var all) && Leads(all)) Visit(catchAll, path);
            else Ends.Add(new ToNowhere(address, path, WhyNot(address)));
        }

        /// <summary>True when an alias or a mailbox stands at the address and decides.</summary>
        private bool TryStand(string address, string[] path)
        {
            var isStanding = lookup.Mailboxes.TryGetValue(address, out var mailbox);
            // At the address of a mailbox that takes no mail an alias leads nowhere: the address is refused.
            if (lookup.Aliases.TryGetValue(address, out var alias) && Leads(alias) && !(isStanding && (mailbox!.IsInTrash || mailbox.State == MailboxState.Suspended)))
            {
                foreach (var target in alias.Targets)
                {
                    if (target == address) Self(address, path);
                    else Visit(target, path);
                }
                return true;
            }
            if (!isStanding) return false;
            Deliver(address, mailbox!, path);
            return true;
        }

        private void Deliver(string address, AddressLookup.MailboxFacts mailbox, string[] path) => Ends.Add(
            mailbox.IsInTrash ? new ToNowhere(address, path, NowhereReason.MailboxInTrash)
            : mailbox.State == MailboxState.Suspended ? new ToNowhere(address, path, NowhereReason.Suspended)
            : new ToMailbox(address, path));

        private NowhereReason WhyNot(string address) => !lookup.Aliases.TryGetValue(address, out var alias) ? NowhereReason.Unknown
            : alias.IsInTrash ? NowhereReason.AliasInTrash : NowhereReason.Expired;

        private bool Leads(AddressLookup.AliasFacts alias) => !alias.IsInTrash && (alias.ExpiresAt is null || alias.ExpiresAt > now);

        private bool KeepsItself(string address) => lookup.Mailboxes.ContainsKey(address) && lookup.Aliases.TryGetValue(address, out var alias) && Leads(alias) && alias.Targets.Contains(address);
    }
}
