using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Makes the way to an authority: HTTPS through the connector, with the system's roots or with the one root that was given. Tests put their own in front.</summary>
public class AcmeHandlers(IConnector connector)
{
    // An order under way asks again and again for a minute and a half; a chain has some kilobytes.
    private static readonly OutboundLimits Limits = new() { Connect = TimeSpan.FromSeconds(15), Lifetime = TimeSpan.FromMinutes(4), Bytes = 16 << 20 };

    /// <summary>A handler that trusts the system's roots, or only <paramref name="rootPem"/> when given.</summary>
    /// <param name="directory">The authority's directory: its own port may lie inside, every other address must be one of the Internet.</param>
    public virtual HttpMessageHandler For(Uri directory, string? rootPem)
    {
        SslClientAuthenticationOptions? tls = null;
        if (rootPem is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(rootPem);
            tls = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }
        return OutboundHttp.Handler(connector, Limits, to => to.Port == directory.Port && to.Host.Equals(directory.IdnHost, StringComparison.OrdinalIgnoreCase) ? OutboundPolicy.Named(to.Port) : OutboundPolicy.Public, tls);
    }
}

/// <summary>Sends one request to an authority and reads the answer, within limits of time and size.</summary>
internal sealed class AcmeTransport(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly string Agent = $"MailAdmin/{typeof(AcmeTransport).Assembly.GetName().Version?.ToString(3)} (ACME; .NET {Environment.Version.Major})";

    private readonly HttpMessageInvoker _http = new(handler);

    /// <exception cref="AcmeUnreachableException">There was no answer.</exception>
    /// <exception cref="AcmeUntrustedException">The TLS certificate is not trusted.</exception>
    public async Task<AcmeAnswer> SendAsync(HttpMethod method, Uri url, byte[]? jose, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.TryAddWithoutValidation("User-Agent", Agent);
            request.Headers.TryAddWithoutValidation("Accept-Language", "en");
            if (jose is not null) request.Content = new ByteArrayContent(jose) { Headers = { ContentType = new MediaTypeHeaderValue("application/jose+json") } };
            using var response = await _http.SendAsync(request, either.Token);
            return new AcmeAnswer(url, (int)response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, await ReadAsync(response, url, either.Token), time.GetUtcNow());
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new AcmeUnreachableException($"{url.Authority} did not answer within {Patience.TotalSeconds:0} seconds.", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new AcmeUntrustedException($"The TLS certificate of {url.Authority} is not trusted: {e.InnerException.Message} Give the authority's root certificate (--ca-root), or look at what stands between.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AcmeUnreachableException($"{url.Authority} could not be reached: {(e.InnerException ?? e).Message}", e);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken ct)
    {
        await using var from = await response.Content.ReadAsStreamAsync(ct);
        using var to = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
        {
            if (to.Length + read > LargestAnswer) throw new AcmeMalformedException($"The answer of {url.Authority} is larger than {LargestAnswer / 1024} KiB.");
            to.Write(buffer, 0, read);
        }
        return to.ToArray();
    }

    public void Dispose() => _http.Dispose();
}
