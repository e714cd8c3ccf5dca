using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Speaks ACME with one authority as one account. Holds no state but nonces and the directory; not for several threads at once.</summary>
/// <remarks>Source: RFC 8555. Each method is one act of the protocol; the ledger of orders decides which comes next.</remarks>
public sealed partial class AcmeClient : IDisposable
{
    private const int MostNonceTries = 20;

    private readonly AcmeTransport _transport;
    private readonly Uri _directoryUrl;
    private readonly TimeProvider _time;
    private readonly Stack<string> _nonces = [];
    private AcmeDirectory? _directory;

    /// <summary>A client for one directory.</summary>
    /// <param name="directory">The directory's address; https.</param>
    /// <param name="rootPem">The only root to trust; null means the system's.</param>
    public AcmeClient(AcmeHandlers handlers, Uri directory, string? rootPem, TimeProvider time)
    {
        (_directoryUrl, _time) = (directory, time);
        _transport = new AcmeTransport(handlers.For(directory, rootPem), time);
    }

    /// <summary>The account's key; null before <see cref="UseAccount"/>.</summary>
    public AcmeKey? Key { get; private set; }

    /// <summary>The account's address; null before <see cref="UseAccount"/>.</summary>
    public Uri? Account { get; private set; }

    /// <summary>Acts as this account from now on.</summary>
    /// <param name="account">Its address; null before it is registered.</param>
    public void UseAccount(AcmeKey key, Uri? account) => (Key, Account) = (key, account);

    /// <summary>The authority's directory; asked for once.</summary>
    /// <exception cref="AcmeException">It could not be had.</exception>
    public async Task<AcmeDirectory> DirectoryAsync(CancellationToken ct)
    {
        if (_directory is not null) return _directory;
        var answer = await _transport.SendAsync(HttpMethod.Get, _directoryUrl, null, ct);
        if (answer.Status != 200) throw Refusal(answer);
        var json = answer.Json;
        var meta = json.TryGetProperty("meta", out var m) && m.ValueKind == JsonValueKind.Object ? m : default;
        var hasMeta = meta.ValueKind == JsonValueKind.Object;
        return _directory = new AcmeDirectory(
            _directoryUrl, answer.Link(json, "newNonce"), answer.Link(json, "newAccount"), answer.Link(json, "newOrder"), answer.Link(json, "revokeCert"), answer.Link(json, "keyChange"), answer.LinkOrNull(json, "renewalInfo"),
            hasMeta && AcmeAnswer.TextOrNull(meta, "termsOfService") is { } terms && Uri.TryCreate(terms, UriKind.Absolute, out var link) && link.Scheme is "https" or "http" or "data" ? new Uri(AcmeAnswer.TextOrNull(meta, "termsOfService")!) : null,
            hasMeta && meta.TryGetProperty("caaIdentities", out _) ? [.. answer.Array(meta, "caaIdentities").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!.ToLowerInvariant())] : [],
            hasMeta && meta.TryGetProperty("externalAccountRequired", out var required) && required.ValueKind == JsonValueKind.True,
            hasMeta && meta.TryGetProperty("profiles", out var profiles) && profiles.ValueKind == JsonValueKind.Object
                ? profiles.EnumerateObject().Take(50).ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : "") : [],
            answer.Headers.Date);
    }

    /// <inheritdoc />
    public void Dispose() => _transport.Dispose();

    // POST as the account, or with the key itself when there is no account yet. Null payload: POST-as-GET (RFC 8555 6.3).
    private Task<AcmeAnswer> PostAsync(Uri url, JsonNode? payload, CancellationToken ct) => PostAsync(url, payload, Key ?? throw new InvalidOperationException("No account is in use."), Account, ct);

    private async Task<AcmeAnswer> PostAsync(Uri url, JsonNode? payload, AcmeKey key, Uri? account, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var header = new JsonObject { ["nonce"] = await NonceAsync(ct), ["url"] = url.AbsoluteUri };
            if (account is null) header["jwk"] = key.Jwk();
            else header["kid"] = account.AbsoluteUri;
            var answer = await _transport.SendAsync(HttpMethod.Post, url, JsonSerializer.SerializeToUtf8Bytes(Jws.Sign(key, header, payload)), ct);
            KeepNonce(answer);
            if (answer.Status is >= 200 and < 300) return answer;
            var refusal = Refusal(answer);
            // RFC 8555 6.5: a nonce that the authority does not like costs nothing; its answer carries a fresh one.
            if (refusal is AcmeProblemException { Problem.Type: "badNonce" } && attempt < MostNonceTries) continue;
            throw refusal;
        }
    }

    private async Task<string> NonceAsync(CancellationToken ct)
    {
        if (_nonces.TryPop(out var kept)) return kept;
        var directory = await DirectoryAsync(ct);
        var answer = await _transport.SendAsync(HttpMethod.Head, directory.NewNonce, null, ct);
        if (answer.Status is not (200 or 204)) throw Refusal(answer);
        KeepNonce(answer);
        return _nonces.TryPop(out var fresh) ? fresh : throw answer.Malformed("has no Replay-Nonce header");
    }

    private void KeepNonce(AcmeAnswer answer)
    {
        // RFC 8555 6.5.1: base64url; anything else must be thrown away.
        if (answer.Headers.TryGetValues("Replay-Nonce", out var values) && values.FirstOrDefault() is { Length: > 0 and < 500 } nonce && nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && _nonces.Count < 10) _nonces.Push(nonce);
    }

    private static AcmeException Refusal(AcmeAnswer answer)
    {
        var isProblem = answer.MediaType is "application/problem+json" or "application/json";
        if (isProblem)
        {
            try
            {
                return new AcmeProblemException(AcmeProblem.Read(answer.Json, answer.Status)) { RetryAt = answer.RetryAt };
            }
            catch (AcmeMalformedException)
            {
                // The status alone has to do.
            }
        }
        if (answer.Status is >= 300 and < 400) return answer.Malformed($"is a redirect (HTTP {answer.Status})");
        return new AcmeProblemException(new AcmeProblem("", $"{answer.Url.GetLeftPart(UriPartial.Path)} answered HTTP {answer.Status}", answer.Status, null, [])) { RetryAt = answer.RetryAt };
    }
}
