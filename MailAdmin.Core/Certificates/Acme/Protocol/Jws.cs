using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Signed JSON in the flattened form that ACME asks for (RFC 7515 7.2.2, RFC 8555 6.2).</summary>
internal static class Jws
{
    /// <summary>Signs a payload; null is the empty payload of POST-as-GET.</summary>
    public static JsonObject Sign(AcmeKey key, JsonObject header, JsonNode? payload)
    {
        header["alg"] = key.Algorithm;
        return Assemble(header, payload, key.Sign);
    }

    /// <summary>Binds an account's key to a customer of the authority (RFC 8555 7.3.4).</summary>
    /// <param name="keyId">The key's name, as the authority gave it.</param>
    /// <param name="macKey">The secret, decoded.</param>
    /// <param name="accountKey">The account's public key.</param>
    /// <param name="newAccount">The address to which the account's request goes.</param>
    public static JsonObject Bind(string keyId, byte[] macKey, JsonObject accountKey, Uri newAccount) =>
        Assemble(new JsonObject { ["alg"] = "HS256", ["kid"] = keyId, ["url"] = newAccount.AbsoluteUri }, accountKey, data => HMACSHA256.HashData(macKey, data));

    private static JsonObject Assemble(JsonObject header, JsonNode? payload, Func<byte[], byte[]> sign)
    {
        var (head, body) = (Encode(header.ToJsonString()), payload is null ? "" : Encode(payload.ToJsonString()));
        return new JsonObject { ["protected"] = head, ["payload"] = body, ["signature"] = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{head}.{body}"))) };
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
