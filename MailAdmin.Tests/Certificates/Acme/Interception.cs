using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Probes.Connecting;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Stands between us and a real authority: sees every request, and may answer in its place.</summary>
public sealed class Interception() : AcmeHandlers(new Connector(Options.Create(new OutboundOptions()), TimeProvider.System))
{
    /// <summary>Answers instead of the authority, or null to let it answer.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage?>>? Answer { get; set; }

    /// <summary>How many requests there were.</summary>
    public int Count { get; private set; }

    public override HttpMessageHandler For(Uri directory, string? rootPem) => new Between(this, base.For(directory, rootPem));

    /// <summary>The payload of a signed request.</summary>
    public static async Task<JsonElement> PayloadAsync(HttpRequestMessage request)
    {
        using var jws = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync());
        var payload = Base64Url.DecodeFromChars(jws.RootElement.GetProperty("payload").GetString());
        return payload.Length == 0 ? default : JsonDocument.Parse(payload).RootElement.Clone();
    }

    public static HttpResponseMessage Problem(HttpStatusCode status, string type, string detail, TimeSpan? retryAfter = null)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(JsonSerializer.Serialize(new { type = $"urn:ietf:params:acme:error:{type}", detail }), Encoding.UTF8, "application/problem+json") };
        if (retryAfter is { } wait) answer.Headers.RetryAfter = new(wait);
        return answer;
    }

    public static HttpResponseMessage Text(string text, string type = "application/json") => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, type) };

    private sealed class Between(Interception owner, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            owner.Count++;
            return owner.Answer is { } answer && await answer(request, () => base.SendAsync(request, cancellationToken)) is { } instead ? instead : await base.SendAsync(request, cancellationToken);
        }
    }
}
