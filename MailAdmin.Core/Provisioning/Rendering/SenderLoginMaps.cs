namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Who may send as which address: a mailbox as itself, as the aliases that name it, as the same under alias domains, and by its sender rights.</summary>
/// <remarks>
/// Source: postconf(5), smtpd_sender_login_maps. Postfix takes the first match, whole address before <c>@domain</c>; so who may send as all of a domain
/// stands in each of its rows as well. Mailboxes that cannot log in own nothing.
/// </remarks>
public static class SenderLoginMaps
{
    /// <summary>The map's name in the managed folder.</summary>
    public const string Name = "sender_login_maps";

    /// <summary>The file.</summary>
    public static RenderedFile Render(Snapshot snapshot)
    {
        var lines = MapFile.Begin(snapshot.InMaps.Sum(d => d.Mailboxes.Count + d.Aliases.Count));
        var logins = new HashSet<string>(snapshot.InMaps.Sum(d => d.Mailboxes.Count) + snapshot.OtherLogins.Count, StringComparer.Ordinal);
        foreach (var mailbox in snapshot.InMaps.SelectMany(d => d.Mailboxes))
            if (mailbox.LogsIn) logins.Add(mailbox.Address);
        logins.UnionWith(snapshot.OtherLogins);
        foreach (var (login, sender) in snapshot.SenderRights) FieldGrammar.RequireSender(sender, $"mailbox {FieldGrammar.Printable(login)}");
        var rights = snapshot.SenderRights.ToLookup(r => r.Sender[(r.Sender.IndexOf('@') + 1)..], StringComparer.Ordinal);
        var known = new HashSet<string>(snapshot.Domains.Select(d => d.Name), StringComparer.Ordinal);

        foreach (var domain in snapshot.InMaps)
        {
            var owners = new Owners(domain.Mailboxes.Count + domain.Aliases.Count);
            Add(owners, domain, domain.Name, logins, rights);
            if (domain.AliasOf is { } target) Add(owners, target, domain.Name, logins, rights);
            owners.WriteTo(lines, "@" + domain.Name);
        }
        foreach (var elsewhere in rights.Where(r => !known.Contains(r.Key)))
        {
            var owners = new Owners(0);
            foreach (var (login, sender) in elsewhere) owners.Add(sender, login);
            owners.WriteTo(lines, "@" + elsewhere.Key);
        }
        return MapFile.End(snapshot.Host, Name, lines);
    }

    private static void Add(Owners owners, SnapshotDomain domain, string name, HashSet<string> logins, ILookup<string, (string Login, string Sender)> rights)
    {
        string Under(string address) => name == domain.Name ? address : $"{DomainAddresses.Local(address)}@{name}";
        foreach (var mailbox in domain.Mailboxes)
        {
            if (!mailbox.LogsIn) continue;
            FieldGrammar.RequireMailbox(mailbox.Address, domain.Name);
            owners.Add(Under(mailbox.Address), mailbox.Address);
        }
        foreach (var alias in domain.Aliases)
        {
            if (!alias.Leads) continue;
            FieldGrammar.RequireAlias(alias.Address, domain.Name);
            foreach (var target in alias.Targets)
                if (logins.Contains(target)) owners.Add(Under(alias.Address), target);
        }
        foreach (var (login, sender) in rights[domain.Name]) owners.Add(Under(sender), login);
        foreach (var (login, sender) in rights[domain.Name])
            if (sender[0] == '@') owners.EveryRow.Add(login);
    }

    /// <summary>The owners of the addresses of one domain.</summary>
    private sealed class Owners(int addresses)
    {
        private readonly Dictionary<string, string> _one = new(addresses, StringComparer.Ordinal);
        private readonly Dictionary<string, SortedSet<string>> _several = new(StringComparer.Ordinal);

        /// <summary>Who may send as every address of the domain.</summary>
        public HashSet<string> EveryRow { get; } = new(StringComparer.Ordinal);

        public void Add(string sender, string login)
        {
            if (_several.TryGetValue(sender, out var more)) more.Add(login);
            else if (!_one.TryAdd(sender, login) && _one[sender] != login) _several[sender] = new(StringComparer.Ordinal) { _one[sender], login };
        }

        public void WriteTo(Lines lines, string wholeDomain)
        {
            foreach (var (sender, login) in _one)
            {
                if (EveryRow.Count == 0 && !_several.ContainsKey(sender))
                {
                    lines.Row(sender, login);
                    continue;
                }
                var all = _several.TryGetValue(sender, out var more) ? more : new(StringComparer.Ordinal) { login };
                if (sender != wholeDomain) all.UnionWith(EveryRow);
                lines.Row(sender, [.. all]);
            }
        }
    }
}
