namespace MailAdmin.Core.Probes.Smtp;

/// <summary>What there is to say about the TLS of a visit.</summary>
internal static class TlsJudge
{
    /// <summary>The finding against it; null when it is as it should be. RFC 8996, RFC 9325.</summary>
    public static Finding? Of(string port, Visit visit) =>
        visit.Protocol is "" or "None" ? Finding.Critical($"{port} offers TLS, and it does not come about: {visit.BrokeOff ?? "no reason was given"}", "See the daemon's log of this minute; often the key does not belong to the certificate, or the file cannot be read.")
        : visit.Protocol is "Tls" or "Tls11" or "Ssl3" or "Ssl2" ? Finding.Critical($"{port} speaks {visit.Protocol}, which is broken.", "Permit TLS 1.2 and later only.", visit.Cipher)
        : null;
}
