namespace MailAdmin.Web.Administrators;

/// <summary>Domain names as typed into one field.</summary>
public static class DomainNames
{
    /// <summary>The names in the order typed, each once; empty for no text.</summary>
    public static IReadOnlyList<string> Of(string? text) =>
        [.. (text ?? "").Split([' ', ',', ';', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
}
