using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>One answer of an authority, read completely; asks for what must be in it.</summary>
internal sealed record AcmeAnswer(Uri Url, int Status, HttpResponseHeaders Headers, string? MediaType, byte[] Body, DateTimeOffset At)
{
    private JsonElement? _json;

    /// <summary>The body as JSON object.</summary>
    /// <exception cref="AcmeMalformedException">It is none.</exception>
    public JsonElement Json
    {
        get
        {
            if (_json is { } known) return known;
            try
            {
                using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 20 });
                if (document.RootElement.ValueKind != JsonValueKind.Object) throw Malformed("is JSON, but no object");
                _json = document.RootElement.Clone();
                return _json.Value;
            }
            catch (JsonException e)
            {
                throw Malformed($"is no JSON ({(Body.Length == 0 ? "it is empty" : $"it begins with '{ShownText.Of(System.Text.Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(60, Body.Length))), 60)}'")})", e);
            }
        }
    }

    /// <summary>Retry-After as a moment (UTC): seconds or a date; null when absent.</summary>
    public DateTimeOffset? RetryAt => Headers.RetryAfter switch
    {
        { Delta: { } wait } => At + (wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(60) ? TimeSpan.FromDays(60) : wait),
        { Date: { } date } => date > At ? date : At,
        _ => null,
    };

    /// <summary>The Location header, absolute.</summary>
    public Uri Location => Headers.Location is { } to ? new Uri(Url, to) : throw Malformed("has no Location header");

    /// <summary>Targets of Link headers of one relation (RFC 8288).</summary>
    public IEnumerable<Uri> Links(string relation)
    {
        if (!Headers.TryGetValues("Link", out var values)) yield break;
        foreach (var part in values.SelectMany(v => v.Split(',')))
        {
            var (open, close) = (part.IndexOf('<'), part.IndexOf('>'));
            if (open < 0 || close < open) continue;
            if (part[close..].Replace("\"", "").Split(';').Any(p => p.Trim().Equals($"rel={relation}", StringComparison.OrdinalIgnoreCase)) && Uri.TryCreate(Url, part[(open + 1)..close], out var target)) yield return target;
        }
    }

    public string Text(JsonElement json, string name) => TextOrNull(json, name) ?? throw Malformed($"has no '{name}'");

    public static string? TextOrNull(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public Uri Link(JsonElement json, string name) => LinkOrNull(json, name) ?? throw Malformed($"has no '{name}'");

    public Uri? LinkOrNull(JsonElement json, string name) => TextOrNull(json, name) is { Length: > 0 } text ? AsLink(text, name) : null;

    public IReadOnlyList<Uri> LinksIn(JsonElement json, string name) => [.. Array(json, name).Select(e => AsLink(e.ValueKind == JsonValueKind.String ? e.GetString()! : "", name))];

    public IEnumerable<JsonElement> Array(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Take(200) : throw Malformed($"has no list '{name}'");

    public DateTimeOffset? TimeOrNull(JsonElement json, string name) => TextOrNull(json, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw Malformed($"has '{ShownText.Of(text, 40)}' as '{name}', which is no time");

    public AcmeMalformedException Malformed(string what, Exception? inner = null) => new($"The answer of {Url.GetLeftPart(UriPartial.Path)} {what}. Is it an ACME authority, and nothing between us and it?", inner);

    // RFC 8555 6.1: HTTPS only. An authority that sends us elsewhere is not followed.
    private Uri AsLink(string text, string name) => Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps ? link : throw Malformed($"has '{ShownText.Of(text, 80)}' as '{name}', which is no https address");
}
