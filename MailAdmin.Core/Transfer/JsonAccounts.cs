using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailAdmin.Core.Transfer;

/// <summary>The tree of accounts as JSON.</summary>
public static class JsonAccounts
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        // A misspelt field is a mistake that silence would hide.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 8,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new NumbersAsText() },
    };

    /// <summary>Reads a tree.</summary>
    /// <exception cref="ImportFormatException">It is not one.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        using var text = ImportLimits.Text(stream);
        try
        {
            return (JsonSerializer.Deserialize<AccountTree>(text.ReadToEnd(), Form) ?? throw new ImportFormatException("The file holds nothing. It must begin with {\"domains\": [")).Rows();
        }
        catch (JsonException e)
        {
            throw new ImportFormatException($"The file is not such a tree (line {e.LineNumber + 1}, {Addresses.ShownText.Of(e.Path)}): {Addresses.ShownText.Of(e.Message, 300)}", e);
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new ImportFormatException("The file is not UTF-8. Convert it first, such as with iconv.", e);
        }
    }

    internal static string Print(TreeDomain domain) => JsonSerializer.Serialize(domain, Form);

    // quota: 5368709120 reads as well as quota: "5G".
    private sealed class NumbersAsText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            JsonTokenType.String => reader.GetString(),
            _ => throw new JsonException("A text belongs here."),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
