using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>One request, and why it was not taken.</summary>
internal static class AlertHttp
{
    private static readonly OutboundPolicy Policy = OutboundPolicy.Public with { Limits = new OutboundLimits { Connect = TimeSpan.FromSeconds(10), Lifetime = TimeSpan.FromSeconds(20), Bytes = 256 << 10 } };

    public static async Task<string?> SendAsync(IConnector connector, HttpRequestMessage request, CancellationToken ct)
    {
        using var _ = request;
        try
        {
            using var http = OutboundHttp.Client(connector, Policy);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return response.IsSuccessStatusCode ? null : $"{Shown(request.RequestUri!.ToString())} answered {(int)response.StatusCode}.";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or FormatException or InvalidOperationException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return $"{Shown(request.RequestUri!.ToString())} was not reached: {e.InnerException?.Message ?? e.Message}";
        }
    }

    /// <summary>An address without what may be a secret: paths and queries of hooks are keys. Null when it is empty.</summary>
    public static string? Shown(string url) => url.Length == 0 ? null : Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? $"{parsed.Scheme}://{parsed.Authority}/…" : "…";
}
