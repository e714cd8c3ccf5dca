using System.Text;
using System.Text.RegularExpressions;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Transfer;

namespace MailAdmin.Core.Adoption;

/// <summary>A row of a managed passwd-file, read as another server's would be.</summary>
internal static partial class PasswdRow
{
    /// <summary>The row without the mark by which we recognise our own.</summary>
    public static ImportRow Read(string user, string value, string? domain)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes($"{user}:{Mark().Replace(value, "").TrimEnd()}\n"));
        return DovecotPasswd.Read(text, domain).Single();
    }

    /// <summary>What the row says, however it is written; null when it says something that is not known here.</summary>
    public static (string? Hash, string? Quota, bool IsLocked)? Means(string user, string value)
    {
        var row = Read(user, value, null);
        if (row.Problem is not null) return null;
        return HashText.TryParse(row.PasswordHash, out var hash, out _) ? (hash.Unlocked().Text, row.Quota, hash.IsLocked || row.State is not null) : (row.PasswordHash, row.Quota, row.State is not null);
    }

    [GeneratedRegex(" ?userdb_mailadmin=[0-9a-f]{8}", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
