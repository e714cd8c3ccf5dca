namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>The mailboxes that receive. Delivery is by LMTP, so Postfix only needs to know that they exist.</summary>
/// <remarks>Source: postconf(5), virtual_mailbox_maps. The value is where the mail lies below the mail root.</remarks>
public static class VirtualMailboxMaps
{
    /// <summary>The map's name in the managed folder.</summary>
    public const string Name = "virtual_mailbox_maps";

    /// <summary>The file.</summary>
    public static RenderedFile Render(Snapshot snapshot)
    {
        var lines = MapFile.Begin(snapshot.InMaps.Sum(d => d.Mailboxes.Count));
        foreach (var domain in snapshot.InMaps)
        {
            foreach (var mailbox in domain.Mailboxes)
            {
                if (!mailbox.Receives) continue;
                FieldGrammar.RequireMailbox(mailbox.Address, domain.Name);
                lines.Add(mailbox.Address).Separate().Add(domain.Name).Add("/").Add(DomainAddresses.Local(mailbox.Address)).Add("/").End();
            }
        }
        return MapFile.End(snapshot.Host, Name, lines);
    }
}
