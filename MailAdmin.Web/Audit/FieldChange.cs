using System.Text.Json;

namespace MailAdmin.Web.Audit;

/// <summary>One field of an object before and after a change, as text.</summary>
/// <param name="Name">The field as the API names it.</param>
/// <param name="Before">Its value before; null when the object or field was not there.</param>
/// <param name="After">Its value after; null when the object or field is gone.</param>
public sealed record FieldChange(string Name, string? Before, string? After)
{
    /// <summary>True when the value is another one.</summary>
    public bool Differs => !string.Equals(Before, After, StringComparison.Ordinal);

    /// <summary>The fields of two JSON objects side by side, in the order in which they stand. Text that is no object is one unnamed field.</summary>
    public static IReadOnlyList<FieldChange> Of(string? before, string? after)
    {
        var (former, current) = (Fields(before), Fields(after));
        return [.. former.Keys.Concat(current.Keys).Distinct(StringComparer.Ordinal)
            .Select(name => new FieldChange(name, former.GetValueOrDefault(name), current.GetValueOrDefault(name)))];
    }

    private static Dictionary<string, string?> Fields(string? json)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(json)) return fields;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                foreach (var property in document.RootElement.EnumerateObject()) fields[property.Name] = Text(property.Value);
            else
                fields[""] = Text(document.RootElement);
        }
        catch (JsonException)   // an older or foreign form: shown as it stands
        {
            fields[""] = json;
        }
        return fields;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "none",
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : "empty",
        JsonValueKind.Array when value.GetArrayLength() == 0 => "none",
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) => string.Join(", ", value.EnumerateArray().Select(item => item.GetString())),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.GetRawText(),
    };
}
