namespace MailAdmin.Core.ClientSetup;

/// <summary>One DNS record that helps mail clients to find the settings.</summary>
/// <param name="Name">Its full name, without final dot.</param>
/// <param name="Type">SRV or CNAME.</param>
/// <param name="Value">In presentation form, names with final dot.</param>
/// <param name="Why">What it is for, in one sentence.</param>
public sealed record AdvisedRecord(string Name, string Type, string Value, string Why)
{
    /// <summary>As it stands in a zone file.</summary>
    public string ZoneLine => $"{Name}. IN {Type} {Value}";
}

/// <summary>The DNS records to publish for a domain's mail clients.</summary>
/// <remarks>RFC 6186 (SRV for mail), RFC 8314 5.1 (_submissions). A service that is not offered is said so by the target "." (RFC 2782).</remarks>
public static class DnsAdvice
{
    /// <summary>The records, in the order in which they matter.</summary>
    /// <param name="settings">What the host offers.</param>
    /// <param name="portalHost">The name by which the portal is reached from outside; null: the mail host's.</param>
    public static IReadOnlyList<AdvisedRecord> Of(ClientSettings settings, string? portalHost)
    {
        var (domain, answers) = (settings.Domain, $"{portalHost ?? settings.HostName}.");
        return
        [
            new($"autoconfig.{domain}", "CNAME", answers, "Thunderbird and others ask here first. The certificate of that server must hold this name."),
            new($"autodiscover.{domain}", "CNAME", answers, "Outlook asks here. The certificate of that server must hold this name."),
            Service("_imaps", settings.Incoming.FirstOrDefault(s => s.Tls == ClientTls.Implicit), "Reading by IMAP with TLS from the first byte."),
            Service("_submissions", settings.Outgoing.FirstOrDefault(s => s.Tls == ClientTls.Implicit), "Sending with TLS from the first byte, which RFC 8314 prefers."),
            Service("_submission", settings.Outgoing.FirstOrDefault(s => s.Tls == ClientTls.StartTls), "Sending with STARTTLS."),
            Service("_imap", null, "Reading by IMAP that begins without TLS."),
            Service("_pop3", null, "Reading by POP3 that begins without TLS."),
            Service("_pop3s", null, "Reading by POP3 with TLS."),
            new($"_autodiscover._tcp.{domain}", "SRV", $"0 0 443 {answers}", "Outlook asks this when autodiscover.DOMAIN does not answer."),
        ];

        AdvisedRecord Service(string service, ClientServer? server, string why) => server is null
            ? new($"{service}._tcp.{domain}", "SRV", "0 0 0 .", $"{why} Not offered here, and so said.")
            : new($"{service}._tcp.{domain}", "SRV", $"0 1 {Formats.Number(server.Port)} {settings.HostName}.", why);
    }
}
