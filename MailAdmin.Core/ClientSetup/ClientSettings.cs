using MailAdmin.Core.Addresses;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.ClientSetup;

/// <summary>What a mail client needs to know for the addresses of one domain: the one truth that every format is written from. The same for every local part, so that nobody learns who exists.</summary>
/// <param name="Domain">The mail domain as A-label.</param>
/// <param name="LoginDomain">What stands after the @ in the login name: the domain itself, or for an alias domain the one it is an alias of, since only that has accounts.</param>
/// <param name="HostName">The name that clients connect to and that the certificate holds.</param>
/// <param name="Incoming">Where mail is read by IMAP, best first; empty when nothing is offered.</param>
/// <param name="Outgoing">Where mail is sent by submission, best first (RFC 8314: implicit TLS before STARTTLS); empty when nothing is offered.</param>
/// <remarks>Login is by PLAIN inside TLS everywhere: it is what the daemons offer, and they offer it only after TLS.</remarks>
public sealed record ClientSettings(string Domain, string LoginDomain, string HostName, IReadOnlyList<ClientServer> Incoming, IReadOnlyList<ClientServer> Outgoing)
{
    /// <summary>The settings of a domain on a host: only ports that it has and that were not seen closed, never 143, 110 or 995.</summary>
    /// <param name="domain">The mail domain as A-label.</param>
    /// <param name="aliasOf">The domain whose accounts answer under this name; null for a domain of its own.</param>
    /// <param name="hostName">The host's name.</param>
    /// <param name="ports">Its ports; 0 means off.</param>
    /// <param name="isClosed">True for a port that was found closed from outside; null when nothing was looked at.</param>
    public static ClientSettings Of(string domain, string? aliasOf, string hostName, HostPorts ports, Func<int, bool>? isClosed = null)
    {
        return new(domain, aliasOf ?? domain, hostName, [.. Offered(ports.Imaps, ClientTls.Implicit)], [.. Offered(ports.Submissions, ClientTls.Implicit), .. Offered(ports.Submission, ClientTls.StartTls)]);

        IEnumerable<ClientServer> Offered(int port, ClientTls tls) => port == 0 || isClosed?.Invoke(port) == true ? [] : [new ClientServer(port, tls)];
    }

    /// <summary>Shown to the user; at most 60 characters.</summary>
    public string DisplayName => Bounded(DomainName.TryParse(Domain, out var name, out _) ? name.Unicode : Domain, 60);

    /// <summary>Shown where there is little room; at most 20 characters.</summary>
    public string ShortName => Bounded(DisplayName, 20);

    /// <summary>The login name that belongs to an address of this domain.</summary>
    public string LoginOf(Address address) => $"{address.Local}@{LoginDomain}";

    private static string Bounded(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}

/// <summary>One door of the mail server.</summary>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">How TLS begins.</param>
public sealed record ClientServer(int Port, ClientTls Tls);

/// <summary>How TLS begins.</summary>
public enum ClientTls
{
    /// <summary>With the first byte (RFC 8314).</summary>
    Implicit,

    /// <summary>By the command STARTTLS, which clients must insist on.</summary>
    StartTls,
}
