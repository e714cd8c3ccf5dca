using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Aliases;

/// <summary>What of a way an actor may see: addresses of other people's domains are shown only where the actor named them.</summary>
internal sealed class Sight(AddressLookup lookup, Access access, IReadOnlyCollection<string> named)
{
    public bool Sees(string address) => named.Contains(address) || !lookup.Domains.TryGetValue(AddressLookup.DomainOf(address), out var domain) || access.Sees(domain.Id);

    public IReadOnlyList<string> Show(IReadOnlyList<string> path) => [.. path.Select(Show)];

    public Destination Show(Destination end) => end with { Address = Show(end.Address), Path = Show(end.Path) };

    private string Show(string address) => Sees(address) ? address : "…";
}
