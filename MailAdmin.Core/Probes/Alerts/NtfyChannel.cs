using System.Net.Http.Headers;
using System.Text;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Publishes to a topic as ntfy does: the text as body, title and priority as headers. Source: docs.ntfy.sh/publish.</summary>
internal sealed class NtfyChannel(AlertSettings settings, IConnector connector) : IAlertChannel
{
    public string Name => "ntfy";

    public string? Target => AlertHttp.Shown(settings.Now.NtfyUrl);

    public Task<string?> TellAsync(IReadOnlyList<AlertNews> news, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Now.NtfyUrl) { Content = new StringContent(AlertText.Body(news, settings.Now.PortalUrl), Encoding.UTF8, "text/plain") };
        var worst = news.Select(item => item.Now.Alarm.Severity).Worst();
        // Headers are ASCII; what is not, ntfy reads in the form of RFC 2047.
        var title = AlertText.Title(news);
        request.Headers.Add("Title", title.All(char.IsAscii) ? title : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(title))}?=");
        request.Headers.Add("Priority", worst switch { Severity.Critical => "5", Severity.Warning => "4", _ => "3" });
        request.Headers.Add("Tags", worst switch { Severity.Critical => "rotating_light", Severity.Warning => "warning", _ => "white_check_mark" });
        if (settings.Now.NtfyToken.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Now.NtfyToken);
        return AlertHttp.SendAsync(connector, request, ct);
    }
}
