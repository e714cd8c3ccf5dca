using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>The domains that Postfix delivers to mailboxes here, alias domains included.</summary>
/// <remarks>Source: postconf(5), virtual_mailbox_domains: the value is not used, but must not be empty.</remarks>
public static class VirtualMailboxDomains
{
    /// <summary>The map's name in the managed folder.</summary>
    public const string Name = "virtual_mailbox_domains";

    /// <summary>What stands beside an alias domain.</summary>
    internal const string AliasDomain = "alias-domain";

    /// <summary>The file.</summary>
    public static RenderedFile Render(Snapshot snapshot)
    {
        var lines = MapFile.Begin();
        foreach (var domain in snapshot.Domains)
        {
            FieldGrammar.RequireDomain(domain.Name, $"domain {FieldGrammar.Printable(domain.Name)}");
            lines.Row(domain.Name, domain.AliasOf is null ? "domain" : AliasDomain);
        }
        return MapFile.End(snapshot.Host, Name, lines);
    }
}
