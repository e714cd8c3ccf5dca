using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>Asks the listener for challenges on this machine itself. Only ever the loopback and the port of the settings.</summary>
public sealed class LocalHttp : IDisposable
{
    private const int LargestAnswer = 4096;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.Zero });

    /// <summary>The answer's body with status 200; else null and why.</summary>
    public async Task<(string? Body, string? Problem)> GetAsync(int port, string host, string path, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{IPAddress.Loopback}:{port}{path}");
            request.Headers.Host = host;
            using var response = await _http.SendAsync(request, patience.Token);
            if (response.StatusCode != HttpStatusCode.OK) return (null, $"HTTP {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            var buffer = new byte[LargestAnswer];
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, patience.Token);
            return (Encoding.ASCII.GetString(buffer, 0, read), null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, "no answer within ten seconds");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return (null, e is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } ? "nothing listens there" : e.Message);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
