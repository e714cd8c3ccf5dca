using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Certificates;

namespace MailAdmin.Web.Certificates;

/// <summary>The certificate that the portal's own HTTPS shows: a managed one, looked at anew so that a renewal needs no restart.</summary>
public sealed partial class PortalCertificate(CertificateStore store, PortalHttps settings, TimeProvider time, ILogger<PortalCertificate> log)
{
    private SslStreamCertificateContext? _current;
    private string _mark = "";

    /// <summary>For the next handshake.</summary>
    public SslServerAuthenticationOptions Options() => new() { ServerCertificateContext = _current ?? StandIn() };

    /// <summary>Looks whether another version is live.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        if (settings.Port == 0) return;
        if (await store.ReadLiveAsync(settings.Certificate, ct) is not var (number, material))
        {
            if (_current is null) Missing(log, settings.Certificate);
            _current ??= StandIn();
            return;
        }
        var mark = $"{settings.Certificate} {number}";
        if (mark == _mark) return;
        _current = ContextOf(material[0]);
        _mark = mark;
        Switched(log, mark);
    }

    // Connections under way keep what they began with; the former context is left to the collector.
    private static SslStreamCertificateContext ContextOf(CertificateMaterial material)
    {
        var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(material.ChainPem), Encoding.ASCII.GetString(material.KeyPem));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(Encoding.ASCII.GetString(material.ChainPem));
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private SslStreamCertificateContext StandIn() => _current ??= ContextOf(CertificateStore.StandIn(settings.Certificate is { Length: > 0 } name ? name : "localhost", time.GetUtcNow()));

    [LoggerMessage(LogLevel.Warning, "The portal's HTTPS has no live certificate {Certificate}; a self-signed one stands in")]
    private static partial void Missing(ILogger log, string certificate);

    [LoggerMessage(LogLevel.Information, "The portal's HTTPS shows {Certificate}")]
    private static partial void Switched(ILogger log, string certificate);
}

/// <summary>Where the portal speaks HTTPS itself.</summary>
/// <param name="Port">TCP port; 0: it does not.</param>
/// <param name="Certificate">Main name of the managed certificate.</param>
public sealed record PortalHttps(int Port, string Certificate);
