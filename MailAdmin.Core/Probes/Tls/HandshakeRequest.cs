using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>A handshake to make.</summary>
/// <param name="Target">Where.</param>
/// <param name="Start">How TLS begins there.</param>
/// <param name="ServerName">The name to ask for (server name indication); an IP address is not sent.</param>
public sealed record HandshakeRequest(Endpoint Target, TlsStart Start, string ServerName)
{
    /// <summary>The kind of key that the server must show, by TLS 1.2; null leaves it to the server.</summary>
    public TlsKey? Key { get; init; }

    /// <summary>What EHLO says.</summary>
    public string ClientName { get; init; } = "mailadmin.invalid";
}

/// <summary>How TLS begins on a port.</summary>
public enum TlsStart
{
    /// <summary>At once (RFC 8314).</summary>
    Implicit,

    /// <summary>After STARTTLS in SMTP (RFC 3207).</summary>
    SmtpStartTls,
}

/// <summary>A kind of server key.</summary>
public enum TlsKey
{
    /// <summary>RSA.</summary>
    Rsa,

    /// <summary>ECDSA.</summary>
    Ecdsa,
}
