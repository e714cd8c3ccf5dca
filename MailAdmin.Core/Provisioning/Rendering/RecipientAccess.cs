using MailAdmin.Core.Mailboxes;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Recipients that are refused although something else would take their mail: suspended mailboxes, mailboxes in trash, aliases that ended.</summary>
/// <remarks>Source: access(5); codes of RFC 3463: 5.2.1 mailbox disabled, 5.1.1 no such mailbox.</remarks>
public static class RecipientAccess
{
    /// <summary>The map's name in the managed folder.</summary>
    public const string Name = "recipient_access";

    private const string Suspended = "REJECT 5.2.1 This mailbox is suspended and takes no mail";
    private const string Gone = "REJECT 5.1.1 This address is no longer in use";

    /// <summary>The file.</summary>
    public static RenderedFile Render(Snapshot snapshot)
    {
        var lines = MapFile.Begin();
        foreach (var domain in snapshot.InMaps)
        {
            if (domain.Mailboxes.TrueForAll(m => m.Receives) && domain.Aliases.TrueForAll(a => a.Leads)) continue;
            var addresses = new DomainAddresses(domain);
            foreach (var (address, answer) in Refused(addresses, snapshot)) lines.Row(address, answer);
            if (domain.AliasOf is not null) continue;
            foreach (var mirror in addresses.Mirrors)
            {
                var own = Refused(mirror, snapshot).Select(r => r.Address).ToHashSet(StringComparer.Ordinal);
                foreach (var (address, answer) in Refused(addresses, snapshot))
                {
                    var mirrored = $"{DomainAddresses.Local(address)}@{mirror.Domain.Name}";
                    if (!mirror.Knows(mirrored) && !own.Contains(mirrored)) lines.Row(mirrored, answer);
                }
            }
        }
        return MapFile.End(snapshot.Host, Name, lines);
    }

    private static IEnumerable<(string Address, string Answer)> Refused(DomainAddresses addresses, Snapshot snapshot)
    {
        foreach (var mailbox in addresses.Domain.Mailboxes)
            if (mailbox.InTrash) yield return (mailbox.Address, Gone);
            else if (mailbox.State == MailboxState.Suspended) yield return (mailbox.Address, Suspended);
        foreach (var alias in addresses.Domain.Aliases)
        {
            if (alias.Leads || alias.Address[0] == '@' || addresses.HasMailbox(alias.Address)) continue;
            // What everybody must be able to write to has a fallback.
            if (snapshot.Host.PostmasterAddress is not null && VirtualAliasMaps.Duties.Any(duty => DomainAddresses.Local(alias.Address).SequenceEqual(duty))) continue;
            yield return (alias.Address, Gone);
        }
    }
}
