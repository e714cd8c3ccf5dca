using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Posts changes as JSON.</summary>
internal sealed class WebhookChannel(AlertSettings settings, IConnector connector) : IAlertChannel
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public string Name => "webhook";

    public string? Target => AlertHttp.Shown(settings.Now.WebhookUrl);

    public Task<string?> TellAsync(IReadOnlyList<AlertNews> news, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            title = AlertText.Title(news),
            changes = news.Select(item => new { item.Now.Alarm.Key, item.Now.Alarm.Severity, item.Was, item.Now.Alarm.What, item.Now.Alarm.WhatToDo, item.Now.Alarm.Link, item.Now.Since }),
        }, Json);
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Now.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (settings.Now.WebhookKey.Length > 0)
            request.Headers.Add("X-MailAdmin-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Now.WebhookKey), body)));
        return AlertHttp.SendAsync(connector, request, ct);
    }
}
