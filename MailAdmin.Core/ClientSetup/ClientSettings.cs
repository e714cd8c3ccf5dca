using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.ClientSetup;

/// <summary>What a mail client needs to know for the addresses of one domain. The same for every local part, so that nobody learns who exists.</summary>
/// <param name="Domain">The mail domain as A-label.</param>
/// <param name="DisplayName">Shown to the user; at most 60 characters.</param>
/// <param name="ShortName">Shown where there is little room; at most 20 characters.</param>
/// <param name="Incoming">Where mail is read, best first.</param>
/// <param name="Outgoing">Where mail is sent, best first (RFC 8314: implicit TLS before STARTTLS).</param>
public sealed record ClientSettings(string Domain, string DisplayName, string ShortName, IReadOnlyList<ClientServer> Incoming, IReadOnlyList<ClientServer> Outgoing)
{
    /// <summary>The settings of a domain on a host: only the ports that it has, never 143, 110 or 995.</summary>
    public static ClientSettings Of(string domain, string hostName, HostPorts ports) => new(domain, Bounded(domain, 60), Bounded(domain, 20),
        [.. Offered(ports.Imaps, ClientTls.Implicit)], [.. Offered(ports.Submissions, ClientTls.Implicit), .. Offered(ports.Submission, ClientTls.StartTls)])
    {
        HostName = hostName,
    };

    /// <summary>The name that clients connect to and that the certificate holds.</summary>
    public string HostName { get; private init; } = "";

    private static IEnumerable<ClientServer> Offered(int port, ClientTls tls) => port == 0 ? [] : [new ClientServer(port, tls)];

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
