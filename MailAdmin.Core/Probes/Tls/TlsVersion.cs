using System.Security.Authentication;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>TLS versions as people call them.</summary>
internal static class TlsVersion
{
    /// <summary>Such as <c>TLS 1.3</c>; the name that .NET has for it when it is older than 1.2.</summary>
    public static string Of(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        var other => other.ToString(),
    };
}
