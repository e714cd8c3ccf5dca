using System.Net;
using System.Net.Security;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>HTTP over the connector: no redirects, no proxy, no cookies, bounded.</summary>
public static class OutboundHttp
{
    /// <summary>A client whose every connection goes through the connector and its policy. The caller disposes it.</summary>
    /// <param name="tls">Changes how certificates are judged; null means as the system does.</param>
    public static HttpClient Client(IConnector connector, OutboundPolicy policy, SslClientAuthenticationOptions? tls = null) =>
        new(Handler(connector, policy, tls))
        {
            Timeout = policy.Limits.Connect + policy.Limits.Lifetime,
            MaxResponseContentBufferSize = policy.Limits.Bytes,
        };

    /// <summary>The handler of <see cref="Client"/>, to be given further settings before its first request.</summary>
    public static SocketsHttpHandler Handler(IConnector connector, OutboundPolicy policy, SslClientAuthenticationOptions? tls = null) => Handler(connector, policy.Limits, _ => policy, tls);

    /// <summary>A handler whose policy depends on where a connection goes.</summary>
    /// <param name="limits">What a connection may cost, whatever the policy.</param>
    public static SocketsHttpHandler Handler(IConnector connector, OutboundLimits limits, Func<DnsEndPoint, OutboundPolicy> policy, SslClientAuthenticationOptions? tls = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = limits.Connect,
            // A connection lives no longer than its limit; a new one costs little.
            PooledConnectionLifetime = limits.Lifetime / 2,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            ConnectCallback = async (context, ct) =>
                (await connector.ConnectAsync(new Endpoint(context.DnsEndPoint.Host, IPAddress.TryParse(context.DnsEndPoint.Host, out var address) ? address : null, context.DnsEndPoint.Port), policy(context.DnsEndPoint) with { Limits = limits }, ct)).Stream,
        };
        if (tls is not null) handler.SslOptions = tls;
        return handler;
    }
}
