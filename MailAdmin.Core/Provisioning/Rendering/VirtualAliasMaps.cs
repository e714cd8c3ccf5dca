namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Addresses that lead elsewhere: aliases, forwards, catch-alls with the identity rows that keep them from stealing, alias domains, the fallback for postmaster and abuse.</summary>
/// <remarks>
/// Source: virtual(5). Postfix asks for the whole address first and for <c>@domain</c> last, and asks again for each result; so a catch-all takes every address
/// without a row of its own, mailboxes included. RFC 5321 4.5.1 wants a postmaster in each domain, RFC 2142 an abuse.
/// </remarks>
public static class VirtualAliasMaps
{
    /// <summary>The map's name in the managed folder.</summary>
    public const string Name = "virtual_alias_maps";

    internal static readonly string[] Duties = ["abuse", "postmaster"];

    /// <summary>The file.</summary>
    public static RenderedFile Render(Snapshot snapshot)
    {
        var lines = MapFile.Begin(snapshot.InMaps.Sum(d => d.Aliases.Count + Duties.Length));
        if (snapshot.Host.PostmasterAddress is { } postmaster) FieldGrammar.RequireAddress(postmaster, "host", FieldGrammar.Printable(snapshot.Host.Name));
        foreach (var domain in snapshot.InMaps)
        {
            // An alias domain's own rows; the mirrored ones come with the domain it stands for.
            var addresses = new DomainAddresses(domain);
            AddOwn(lines, addresses);
            if (domain.AliasOf is not null) continue;
            AddDuties(lines, addresses, addresses, snapshot.Host.PostmasterAddress);
            foreach (var mirror in addresses.Mirrors)
            {
                AddMirrored(lines, addresses, mirror);
                AddDuties(lines, addresses, mirror, snapshot.Host.PostmasterAddress);
            }
        }
        return MapFile.End(snapshot.Host, Name, lines);
    }

    private static void AddOwn(Lines lines, DomainAddresses addresses)
    {
        foreach (var alias in addresses.Leading) AddAlias(lines, alias.Address, alias);
        if (addresses.CatchAll is not { } all) return;
        AddAlias(lines, all.Address, all);
        foreach (var mailbox in addresses.Domain.Mailboxes)
            if (!addresses.HasLeading(mailbox.Address) || !mailbox.Receives) lines.Row(mailbox.Address, mailbox.Address);
    }

    private static void AddMirrored(Lines lines, DomainAddresses target, DomainAddresses mirror)
    {
        var name = mirror.Domain.Name;
        foreach (var mailbox in target.Domain.Mailboxes)
        {
            var local = DomainAddresses.Local(mailbox.Address);
            if ((mailbox.Receives || target.CatchAll is not null) && !mirror.Knows($"{local}@{name}")) lines.Row(local, name, mailbox.Address);
        }
        foreach (var alias in target.Leading)
        {
            var local = DomainAddresses.Local(alias.Address);
            if (!target.HasMailbox(alias.Address) && !mirror.Knows($"{local}@{name}")) lines.Row(local, name, alias.Address);
        }
        if (target.CatchAll is { } all && mirror.CatchAll is null) AddAlias(lines, "@" + name, all);
    }

    private static void AddDuties(Lines lines, DomainAddresses target, DomainAddresses of, string? postmaster)
    {
        if (postmaster is null) return;
        foreach (var duty in Duties)
        {
            var address = $"{duty}@{of.Domain.Name}";
            if (address != postmaster && !of.Knows(address) && !target.Knows($"{duty}@{target.Domain.Name}")) lines.Row(address, postmaster);
        }
    }

    private static void AddAlias(Lines lines, string address, SnapshotAlias alias)
    {
        if (alias.Targets.Count == 0) throw new UnrepresentableException($"alias {alias.Address}", "it leads nowhere");
        foreach (var target in alias.Targets) FieldGrammar.RequireAddress(target, "alias", alias.Address);
        lines.Row(address, alias.Targets);
    }
}
