using MailAdmin.Core.Addresses;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Transfer;

/// <summary>Reads another server's Dovecot passwd-file: <c>user:{SCHEME}data:uid:gid:gecos:home:shell:extra fields</c>.</summary>
/// <remarks>
/// Source: Dovecot's documentation of passwd-files and of password and user database extra fields. A locked hash (<c>!</c>) or
/// <c>nologin</c> makes the mailbox receive-only. Extra fields that limit or redirect a login are refused by name: to leave them out would let somebody in.
/// </remarks>
public static class DovecotPasswd
{
    private static readonly HashSet<string> Harmless = ["uid", "gid", "home", "mail", "quota_rule", "quota_storage_size"];

    /// <summary>One row for each user.</summary>
    /// <param name="domain">For users without a domain; null refuses them.</param>
    public static IEnumerable<ImportRow> Read(Stream stream, string? domain)
    {
        foreach (var (number, text) in ImportLimits.Lines(stream))
        {
            if (text.Length == 0 || text[0] == '#' || string.IsNullOrWhiteSpace(text)) continue;
            yield return Row(number, text, domain);
        }
    }

    private static ImportRow Row(int number, string text, string? domain)
    {
        var fields = text.Split(':', 8);
        var user = fields[0];
        var row = new ImportRow(number, ImportKind.Mailbox, user.Contains('@') || domain is null ? user : $"{user}@{domain}");
        if (fields.Length < 2) return row with { Problem = new Malformed("passwordHash", null, "The row ends after the user name.", "Give user:{SCHEME}data:::::: or remove the row.") };
        if (fields[1].Length == 0) return row with { Problem = new Malformed("passwordHash", null, "The password field is empty, which can let anybody in.", "Put a hash there, or {CRYPT}! for no password.") };
        if (fields.ElementAtOrDefault(4) is { Length: > 0 } gecos) row = row with { DisplayName = gecos };

        var receivesOnly = false;
        if (!HashText.MeansNoPassword(fields[1]))
        {
            row = row with { PasswordHash = fields[1] };
            receivesOnly = HashText.TryParse(fields[1], out var hash, out _) && hash.IsLocked;
        }
        var left = new List<string>();
        foreach (var extra in (fields.ElementAtOrDefault(7) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = extra.IndexOf('=') is var at and > 0 ? (extra[..at], extra[(at + 1)..]) : (extra, "");
            if (key is "nologin" or "reason") receivesOnly = true;
            else if (key is "userdb_quota_rule" or "userdb_quota_storage_size")
            {
                if (Quota(value) is not { } quota) return row with { Problem = new Malformed("quotaBytes", ShownText.Of(extra), $"'{ShownText.Of(extra)}' is not a quota that is known here.", "Write userdb_quota_rule=*:storage=5G, or remove it.") };
                row = row with { Quota = quota };
            }
            else if (key.StartsWith("userdb_", StringComparison.Ordinal) && Harmless.Contains(key["userdb_".Length..])) left.Add(key);
            else return row with { Problem = new Malformed("passwordHash", null, $"The extra field '{ShownText.Of(key)}' has no counterpart here, and without it the login would be another.", "Remove it from the row if that is right, then import again.") };
        }
        if (fields.ElementAtOrDefault(5) is { Length: > 0 }) left.Add("home");
        // Only said when it must be: an import does not wake up what is suspended here.
        if (receivesOnly) row = row with { State = "receiveOnly" };
        return left.Count == 0 ? row : row with { Remark = $"Left out: {string.Join(", ", left.Distinct())} (the host's own apply)." };
    }

    // "*:storage=5G", "*:bytes=123", "5G"; what a rule says of messages or other folders is not known here.
    private static string? Quota(string value)
    {
        if (value.StartsWith("*:", StringComparison.Ordinal)) value = value[2..];
        if (value.Contains(':')) return null;
        if (value.StartsWith("storage=", StringComparison.Ordinal)) value = value["storage=".Length..] is var size && size.Length > 0 && size.All(char.IsAsciiDigit) ? size + "K" : size;
        else if (value.StartsWith("bytes=", StringComparison.Ordinal)) value = value["bytes=".Length..];
        if (value.EndsWith('B') && value.Length > 1 && char.IsAsciiDigit(value[^2])) value = value[..^1];
        return ByteQuota.TryParse(value, out var quota, out _) ? quota.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
    }
}
