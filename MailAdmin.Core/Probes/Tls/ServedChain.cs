using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>What a server showed in a handshake.</summary>
/// <param name="Certificates">DER, the leaf first; never empty after a handshake. The others in no certain order.</param>
/// <param name="Protocol">The TLS version agreed on.</param>
/// <param name="Cipher">The cipher suite agreed on.</param>
/// <param name="Remote">The address and port that answered.</param>
/// <param name="Greeting">The first line of the SMTP greeting, made safe to show; empty with implicit TLS.</param>
/// <param name="ConnectTime">What the TCP connection took.</param>
/// <param name="HandshakeTime">What TLS itself took.</param>
public sealed record ServedChain(IReadOnlyList<byte[]> Certificates, SslProtocols Protocol, TlsCipherSuite Cipher, IPEndPoint Remote, string Greeting, TimeSpan ConnectTime, TimeSpan HandshakeTime)
{
    /// <summary>SHA-256 of the leaf, hexadecimal in lower case; empty when the server showed no certificate.</summary>
    public string LeafFingerprint => Certificates.Count == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Certificates[0]));
}

/// <summary>A connection came about, and no TLS on it.</summary>
public sealed class HandshakeException(HandshakeFailure reason, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Why.</summary>
    public HandshakeFailure Reason { get; } = reason;
}

/// <summary>Why there was no handshake.</summary>
public enum HandshakeFailure
{
    /// <summary>The server offers no TLS here, or speaks something else.</summary>
    NotOffered,

    /// <summary>They could not agree: no common version, cipher or key.</summary>
    NoTls,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>The connection ended, or what came made no sense.</summary>
    Broken,
}
