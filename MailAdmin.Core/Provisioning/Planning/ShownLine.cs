using System.Text.RegularExpressions;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>A line of a server file as people may see it: enough of a hash to tell two apart, none of a secret.</summary>
public static partial class ShownLine
{
    /// <summary>Shortens what must not be shown.</summary>
    /// <param name="kind">In a passwd-file the second field is a secret, whatever it looks like.</param>
    public static string Of(string line, RenderedKind kind)
    {
        if (kind == RenderedKind.PasswdFile && !line.StartsWith('#'))
        {
            var first = line.IndexOf(':');
            if (first < 0) return line.Length == 0 ? "" : "…";
            var second = line.IndexOf(':', first + 1);
            var field = second < 0 ? line[(first + 1)..] : line[(first + 1)..second];
            // A hand may have written more secrets behind: only what we write ourselves is shown.
            var rest = second < 0 ? "" : Ours().Match(line[second..]) is { Success: true } ours ? ours.Value : ":…";
            return line[..first] + ":" + Shorten(field) + rest;
        }
        return Hash().Replace(line, match => Shorten(match.Value));
    }

    private static string Shorten(string field)
    {
        if (field.Length == 0) return "(empty)";
        if (field == "{CRYPT}!") return field;
        var match = Form().Match(field);
        if (!match.Success) return "…";
        var data = match.Groups["data"].Value;
        return $"{match.Groups["head"].Value}{data[..Math.Min(2, data.Length / 8)]}…{data[^Math.Min(2, data.Length / 8)..]}";
    }

    // Behind the marker come rounds or parameters and the salt; the end of the hash tells two apart better than any of these.
    [GeneratedRegex(@"^(?<head>(\{[A-Z0-9.-]{1,32}\})?!?\$[0-9a-z]{1,10}\$)(?<data>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^::::::(userdb_quota_rule=\*:bytes=[0-9]+|userdb_quota_storage_size=[0-9]+B)? ?(userdb_mailadmin=[0-9a-f]{8})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Ours();

    [GeneratedRegex(@"\{[A-Z0-9.-]{2,32}\}[^\s:,]+|\$[0-9a-z]{1,10}\$[^\s:,]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
