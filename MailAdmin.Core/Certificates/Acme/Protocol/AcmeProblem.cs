using System.Text.Json;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>An authority's own account of what went wrong (RFC 8555 6.7, RFC 9457), with its parts (subproblems).</summary>
/// <param name="Type">The last part of the URN, such as <c>rateLimited</c>; empty when it is none of ACME's.</param>
/// <param name="Detail">The authority's sentence; empty when it gave none.</param>
/// <param name="Status">The HTTP status; 0 when it came inside an answer.</param>
/// <param name="Identifier">The DNS name that a part is about; null for the whole.</param>
/// <param name="Parts">The problems of single names.</param>
public sealed record AcmeProblem(string Type, string Detail, int Status, string? Identifier, IReadOnlyList<AcmeProblem> Parts)
{
    private const string Prefix = "urn:ietf:params:acme:error:";
    private const int LongestDetail = 1000;
    private const int MostParts = 100;

    /// <summary>Everything the authority said, in its words: detail, then each part with its name.</summary>
    public string Words
    {
        get
        {
            var own = (Identifier is null ? "" : $"{Identifier}: ") + (Detail.Length > 0 ? Detail : Type.Length > 0 ? Type : $"HTTP {Status}") + (Type.Length > 0 && Detail.Length > 0 ? $" ({Type})" : "");
            return Parts.Count == 0 ? own : $"{own}; {string.Join("; ", Parts.Select(p => p.Words))}";
        }
    }

    /// <summary>Reads a problem out of an answer; what is missing is empty.</summary>
    public static AcmeProblem Read(JsonElement json, int status) => Read(json, status, nested: true);

    private static AcmeProblem Read(JsonElement json, int status, bool nested)
    {
        if (json.ValueKind != JsonValueKind.Object) return new AcmeProblem("", "", status, null, []);
        var type = Text(json, "type");
        var parts = nested && json.TryGetProperty("subproblems", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Take(MostParts).Select(part => Read(part, 0, nested: false)).ToList() : [];
        return new AcmeProblem(
            type.StartsWith(Prefix, StringComparison.Ordinal) ? type[Prefix.Length..] : "",
            Text(json, "detail"),
            status != 0 ? status : json.TryGetProperty("status", out var own) && own.ValueKind == JsonValueKind.Number && own.TryGetInt32(out var number) ? number : 0,
            json.TryGetProperty("identifier", out var identifier) && identifier.ValueKind == JsonValueKind.Object ? Text(identifier, "value") : null,
            parts);
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? ShownText.Of(value.GetString()!, LongestDetail) : "";
}
