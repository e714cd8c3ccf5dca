using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Orders, proofs and certificates (RFC 8555 7.4 to 7.6).</summary>
public sealed partial class AcmeClient
{
    private const int MostChains = 10;

    /// <summary>Orders a certificate.</summary>
    /// <param name="names">DNS names, wildcards with <c>*.</c>.</param>
    /// <param name="profile">One of the directory's profiles; null for the authority's own choice.</param>
    /// <param name="replaces">ARI's id of the certificate that this one follows (RFC 9773 5); null for none.</param>
    public async Task<AcmeOrderInfo> OrderAsync(IReadOnlyList<string> names, string? profile, string? replaces, CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        var payload = new JsonObject { ["identifiers"] = new JsonArray([.. names.Select(n => (JsonNode)new JsonObject { ["type"] = "dns", ["value"] = n })]) };
        if (profile is not null) payload["profile"] = profile;
        if (replaces is not null && directory.RenewalInfo is not null) payload["replaces"] = replaces;
        var answer = await PostAsync(directory.NewOrder, payload, ct);
        return Order(answer, answer.Location);
    }

    /// <summary>The order as it is now.</summary>
    public async Task<AcmeOrderInfo> ReadOrderAsync(Uri order, CancellationToken ct) => Order(await PostAsync(order, null, ct), order);

    /// <summary>The proof of one name as it is now.</summary>
    public async Task<AcmeAuthorization> ReadAuthorizationAsync(Uri authorization, CancellationToken ct)
    {
        var answer = await PostAsync(authorization, null, ct);
        var json = answer.Json;
        var identifier = json.TryGetProperty("identifier", out var i) && i.ValueKind == JsonValueKind.Object ? i : throw answer.Malformed("has no 'identifier'");
        return new AcmeAuthorization(authorization, answer.Text(identifier, "value").ToLowerInvariant(), answer.Text(json, "status"), json.TryGetProperty("wildcard", out var w) && w.ValueKind == JsonValueKind.True,
            answer.TimeOrNull(json, "expires"), [.. answer.Array(json, "challenges").Where(c => c.ValueKind == JsonValueKind.Object).Select(c => Challenge(answer, c))], answer.RetryAt);
    }

    /// <summary>Tells the authority to look at the answer to a challenge.</summary>
    public async Task AnswerAsync(Uri challenge, CancellationToken ct) => await PostAsync(challenge, new JsonObject(), ct);

    /// <summary>What answers a challenge (RFC 8555 8.1): token and the key's thumbprint.</summary>
    public string KeyAuthorization(string token) => $"{token}.{Key!.Thumbprint()}";

    /// <summary>Sends the certificate request.</summary>
    public async Task<AcmeOrderInfo> FinalizeAsync(AcmeOrderInfo order, byte[] request, CancellationToken ct) =>
        Order(await PostAsync(order.Finalize, new JsonObject { ["csr"] = Base64Url.EncodeToString(request) }, ct), order.Url);

    /// <summary>Every chain that the authority offers for the certificate, its own choice first.</summary>
    public async Task<IReadOnlyList<AcmeChain>> DownloadAsync(Uri certificate, CancellationToken ct)
    {
        var first = await PostAsync(certificate, null, ct);
        var chains = new List<AcmeChain> { Chain(first) };
        foreach (var other in first.Links("alternate").Take(MostChains)) chains.Add(Chain(await PostAsync(other, null, ct)));
        return chains;
    }

    /// <summary>Revokes a certificate (RFC 8555 7.6).</summary>
    /// <param name="der">The leaf.</param>
    /// <param name="reason">A reason of RFC 5280 5.3.1; 0 for none.</param>
    /// <param name="certificateKey">Signs with the certificate's own key instead of the account's; null for the account.</param>
    public async Task RevokeAsync(byte[] der, int reason, AcmeKey? certificateKey, CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        var payload = new JsonObject { ["certificate"] = Base64Url.EncodeToString(der) };
        if (reason != 0) payload["reason"] = reason;
        if (certificateKey is null) await PostAsync(directory.RevokeCert, payload, ct);
        else await PostAsync(directory.RevokeCert, payload, certificateKey, null, ct);
    }

    /// <summary>When the authority suggests to renew; null when it has no such service or does not know the certificate.</summary>
    public async Task<AcmeRenewalInfo?> RenewalInfoAsync(string certificateId, CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        if (directory.RenewalInfo is null) return null;
        var answer = await _transport.SendAsync(HttpMethod.Get, new Uri($"{directory.RenewalInfo.AbsoluteUri.TrimEnd('/')}/{certificateId}"), null, ct);
        if (answer.Status == 404) return null;
        if (answer.Status != 200) throw Refusal(answer);
        var window = answer.Json.TryGetProperty("suggestedWindow", out var w) && w.ValueKind == JsonValueKind.Object ? w : throw answer.Malformed("has no 'suggestedWindow'");
        var (start, end) = (answer.TimeOrNull(window, "start"), answer.TimeOrNull(window, "end"));
        if (start is null || end is null || end <= start) throw answer.Malformed("has a 'suggestedWindow' that does not end after it begins");
        // RFC 9773 4.3: ask again after Retry-After, within one minute and one day.
        var again = answer.RetryAt ?? answer.At.AddHours(6);
        again = again < answer.At.AddMinutes(1) ? answer.At.AddMinutes(1) : again > answer.At.AddDays(1) ? answer.At.AddDays(1) : again;
        return new AcmeRenewalInfo(start.Value, end.Value, AcmeAnswer.TextOrNull(answer.Json, "explanationURL") is { } page && Uri.TryCreate(page, UriKind.Absolute, out var link) && link.Scheme is "https" ? link : null, again);
    }

    /// <summary>ARI's id of a certificate (RFC 9773 4.1): the issuer's key identifier and the serial number.</summary>
    /// <returns>Null when the certificate does not name its issuer's key.</returns>
    public static string? RenewalId(X509Certificate2 leaf)
    {
        var issuer = leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return issuer is null ? null : $"{Base64Url.EncodeToString(issuer.Value.Span)}.{Base64Url.EncodeToString(leaf.SerialNumberBytes.Span)}";
    }

    private AcmeOrderInfo Order(AcmeAnswer answer, Uri url)
    {
        var json = answer.Json;
        return new AcmeOrderInfo(url, answer.Text(json, "status"), answer.TimeOrNull(json, "expires"),
            [.. answer.Array(json, "identifiers").Select(i => i.ValueKind == JsonValueKind.Object ? answer.Text(i, "value").ToLowerInvariant() : throw answer.Malformed("has an identifier that is none"))],
            answer.LinksIn(json, "authorizations"), answer.Link(json, "finalize"), answer.LinkOrNull(json, "certificate"),
            json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? AcmeProblem.Read(error, 0) : null, answer.RetryAt);
    }

    private static AcmeChallengeInfo Challenge(AcmeAnswer answer, JsonElement json)
    {
        var token = AcmeAnswer.TextOrNull(json, "token") ?? "";
        // RFC 8555 8.3: base64url only; it becomes part of a path and of a record.
        if (token.Length > 300 || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw answer.Malformed("has a token with characters that no token has");
        return new AcmeChallengeInfo(answer.Link(json, "url"), answer.Text(json, "type"), answer.Text(json, "status"), token,
            json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? AcmeProblem.Read(error, 0) : null);
    }

    private static AcmeChain Chain(AcmeAnswer answer)
    {
        var pem = Encoding.ASCII.GetString(answer.Body);
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw answer.Malformed("is no chain of certificates", e);
        }
        if (chain.Count == 0) throw answer.Malformed("holds no certificate");
        var top = chain[^1].IssuerName.Format(multiLine: false);
        foreach (var certificate in chain) certificate.Dispose();
        return new AcmeChain(pem, top);
    }
}
