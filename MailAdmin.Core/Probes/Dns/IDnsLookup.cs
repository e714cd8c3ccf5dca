namespace MailAdmin.Core.Probes.Dns;

/// <summary>The seam to DNS: asks one question, and tells what was answered.</summary>
public interface IDnsLookup
{
    /// <summary>Asks for the records of one type at one name.</summary>
    /// <param name="name">A host or domain name, with or without the final dot; international names in either form.</param>
    /// <returns>The answer. Aliases (CNAME) on the way are followed. A failure is an answer too, never an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken ct);
}

/// <summary>Asks one chosen server instead of the resolver: for what an authoritative server says now, past every cache.</summary>
public interface IDnsServers
{
    /// <summary>A look-up that asks this server only, without recursion.</summary>
    IDnsLookup At(System.Net.IPEndPoint server);
}

/// <summary>A type of DNS record that MailAdmin asks for.</summary>
public enum DnsRecordType
{
    /// <summary>IPv4 address (RFC 1035).</summary>
    A,

    /// <summary>IPv6 address (RFC 3596).</summary>
    AAAA,

    /// <summary>Alias of another name.</summary>
    CNAME,

    /// <summary>Mail server of a domain.</summary>
    MX,

    /// <summary>Text.</summary>
    TXT,

    /// <summary>Which authorities may issue certificates (RFC 8659).</summary>
    CAA,

    /// <summary>Start of a zone.</summary>
    SOA,

    /// <summary>Servers of a zone.</summary>
    NS,

    /// <summary>Where a service is (RFC 2782).</summary>
    SRV,

    /// <summary>Name of an address.</summary>
    PTR,

    /// <summary>Certificate of a service (RFC 6698).</summary>
    TLSA,
}

/// <summary>How a question ended.</summary>
public enum DnsOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists, without records of this type.</summary>
    NoData,

    /// <summary>There is no such name (NXDOMAIN).</summary>
    NameDoesNotExist,

    /// <summary>The server could not answer (SERVFAIL: often a broken DNSSEC signature), or answered with what cannot be read.</summary>
    ServerFailure,

    /// <summary>The server refuses to answer us.</summary>
    Refused,

    /// <summary>No server answered in time.</summary>
    TimedOut,
}

/// <summary>What DNS answered to one question.</summary>
/// <param name="Name">The name asked for, without the final dot.</param>
/// <param name="Type">The type asked for.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Records">
/// In presentation form, in the server's order: <c>10 mail.example.org</c>; names without the final dot, the strings of one TXT record joined and
/// unquoted, TLSA data in lower-case hexadecimal. Empty unless <see cref="DnsOutcome.Found"/>.
/// </param>
/// <param name="TimeToLive">How long it may be remembered: the smallest of the records; for none, the zone's negative time. Null when unknown.</param>
/// <param name="IsAuthenticated">The resolver says that it verified the answer with DNSSEC (the AD bit, RFC 4035 3.2.3). As trustworthy as the way to the resolver.</param>
/// <param name="Server">Who answered, address and port; empty when nobody did.</param>
public sealed record DnsAnswer(string Name, DnsRecordType Type, DnsOutcome Outcome, IReadOnlyList<string> Records, TimeSpan? TimeToLive, bool IsAuthenticated, string Server)
{
    /// <summary>True when the answer is certain: there are records, or there certainly are none.</summary>
    public bool IsCertain => Outcome is DnsOutcome.Found or DnsOutcome.NoData or DnsOutcome.NameDoesNotExist;
}
