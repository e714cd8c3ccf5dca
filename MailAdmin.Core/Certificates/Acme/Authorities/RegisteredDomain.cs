namespace MailAdmin.Core.Certificates.Acme.Authorities;

/// <summary>The domain that somebody registered, which authorities count by.</summary>
/// <remarks>
/// Authorities use the Public Suffix List. Here the last two labels count, or three below the suffixes of two labels that are common: a wrong guess makes
/// the shown budget smaller or larger, never an order impossible.
/// </remarks>
public static class RegisteredDomain
{
    private static readonly HashSet<string> SecondLevel = new(StringComparer.Ordinal) { "co", "com", "net", "org", "ac", "gov", "edu", "or", "ne", "gv", "go", "me", "ltd", "plc", "asn", "id" };

    /// <summary>Of a DNS name, with or without <c>*.</c>.</summary>
    public static string Of(string name)
    {
        var labels = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..].Split('.') : name.Split('.');
        var take = labels.Length >= 3 && labels[^1].Length == 2 && SecondLevel.Contains(labels[^2]) ? 3 : 2;
        return string.Join('.', labels.TakeLast(take));
    }
}
