using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Accounts (RFC 8555 7.3).</summary>
public sealed partial class AcmeClient
{
    /// <summary>Registers the key in use as an account, or finds the account that it has already.</summary>
    /// <param name="contact">Contact URIs such as <c>mailto:…</c>.</param>
    /// <param name="termsAgreed">The person agreed to the terms.</param>
    /// <param name="binding">For authorities that ask for one.</param>
    public async Task<AcmeAccountInfo> RegisterAsync(IReadOnlyList<string> contact, bool termsAgreed, ExternalAccount? binding, CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        var payload = new JsonObject { ["termsOfServiceAgreed"] = termsAgreed };
        if (contact.Count > 0) payload["contact"] = Texts(contact);
        if (binding is not null) payload["externalAccountBinding"] = Jws.Bind(binding.KeyId, binding.MacKey, Key!.Jwk(), directory.NewAccount);
        return Use(await PostAsync(directory.NewAccount, payload, Key!, null, ct));
    }

    /// <summary>Finds the account of the key in use.</summary>
    /// <returns>Null when the authority knows none.</returns>
    public async Task<AcmeAccountInfo?> FindAccountAsync(CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        try
        {
            return Use(await PostAsync(directory.NewAccount, new JsonObject { ["onlyReturnExisting"] = true }, Key!, null, ct));
        }
        catch (AcmeProblemException e) when (e.Problem.Type == "accountDoesNotExist")
        {
            return null;
        }
    }

    /// <summary>Changes the contact addresses.</summary>
    public async Task<AcmeAccountInfo> ChangeContactAsync(IReadOnlyList<string> contact, CancellationToken ct) =>
        Info(await PostAsync(Account!, new JsonObject { ["contact"] = Texts(contact) }, ct), Account!);

    /// <summary>Ends the account for good.</summary>
    public async Task<AcmeAccountInfo> DeactivateAsync(CancellationToken ct) => Info(await PostAsync(Account!, new JsonObject { ["status"] = "deactivated" }, ct), Account!);

    /// <summary>Exchanges the account's key (RFC 8555 7.3.5). Afterwards the new key is in use.</summary>
    public async Task RollKeyAsync(AcmeKey next, CancellationToken ct)
    {
        var directory = await DirectoryAsync(ct);
        var inner = Jws.Sign(next, new JsonObject { ["jwk"] = next.Jwk(), ["url"] = directory.KeyChange.AbsoluteUri }, new JsonObject { ["account"] = Account!.AbsoluteUri, ["oldKey"] = Key!.Jwk() });
        await PostAsync(directory.KeyChange, inner, ct);
        Key = next;
    }

    private AcmeAccountInfo Use(AcmeAnswer answer)
    {
        Account = answer.Location;
        return Info(answer, Account);
    }

    private static AcmeAccountInfo Info(AcmeAnswer answer, Uri account) => new(account, answer.Text(answer.Json, "status"),
        answer.Json.TryGetProperty("contact", out var contact) && contact.ValueKind == JsonValueKind.Array ? [.. contact.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)] : []);

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}

/// <summary>A customer's key at an authority (external account binding).</summary>
/// <param name="keyId">The key's name.</param>
/// <param name="macKey">The secret, decoded.</param>
public sealed class ExternalAccount(string keyId, byte[] macKey)
{
    /// <summary>The key's name.</summary>
    public string KeyId { get; } = keyId;

    internal byte[] MacKey { get; } = macKey;

    /// <inheritdoc />
    public override string ToString() => KeyId;
}
