using System.Globalization;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Says in a sentence what a change of a file means.</summary>
internal static class PlanSentence
{
    private const int Named = 3;

    /// <summary>What the rows that come, go and change mean in this file.</summary>
    public static string Of(string path, RenderedKind kind, RowChanges rows)
    {
        var name = Path.GetFileName(path);
        var parts = new List<string>();
        var (what, several) = Nouns(name, kind);
        if (rows.Added.Count > 0) parts.Add($"add {Names(rows.Added.Keys, what, several)}");
        if (kind == RenderedKind.PasswdFile)
        {
            foreach (var act in rows.Changed.GroupBy(c => PasswordAct(c.Value.Before, c.Value.After)).OrderBy(g => g.Key, StringComparer.Ordinal))
                parts.Add($"{act.Key} {Names(act.Select(c => c.Key), what, several)}");
        }
        else if (rows.Changed.Count > 0)
        {
            parts.Add($"change {Names(rows.Changed.Keys, what, several)}");
        }
        if (rows.Removed.Count > 0) parts.Add($"remove {Names(rows.Removed.Keys, what, several)}");
        if (parts.Count == 0) return $"Write {name} in MailAdmin's form.";
        var sentence = string.Join("; ", parts);
        return char.ToUpperInvariant(sentence[0]) + sentence[1..] + (kind == RenderedKind.PasswdFile ? $" ({name})." : $" ({Place(name)}).");
    }

    /// <summary>The names when they are few; else how many there are, and the first of them. No name twice.</summary>
    public static string Names(IEnumerable<string> keys, string what, string several)
    {
        var first = new SortedSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var key in keys)
        {
            count++;
            if (first.Count == Named && string.CompareOrdinal(key, first.Max) >= 0) continue;
            first.Add(key);
            if (first.Count > Named) first.Remove(first.Max!);
        }
        return count <= Named ? $"{(count == 1 ? what : several)} {string.Join(", ", first)}"
            : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {several} ({string.Join(", ", first)} …)");
    }

    private static string PasswordAct(string before, string after)
    {
        var (oldHash, oldOthers) = Split(before);
        var (newHash, newOthers) = Split(after);
        return oldHash == newHash ? QuotaIn(oldOthers) == QuotaIn(newOthers) ? "rewrite" : "set a new quota for"
            : newHash.Replace("}!", "}", StringComparison.Ordinal) == oldHash ? "stop the login of"
            : oldHash.Replace("}!", "}", StringComparison.Ordinal) == newHash ? "allow the login of"
            : "set a new password for";
    }

    private static (string Hash, string Others) Split(string row) => row.IndexOf(':') is var at and >= 0 ? (row[..at], row[at..]) : (row, "");

    // Of either form: userdb_quota_rule=*:bytes=N, userdb_quota_storage_size=NB.
    private static string QuotaIn(string others) => others.IndexOf("userdb_quota_", StringComparison.Ordinal) is var at and >= 0 ? others[at..].Split(' ')[0] : "";

    private static (string One, string Several) Nouns(string file, RenderedKind kind) => kind == RenderedKind.PasswdFile ? ("user", "users") : file switch
    {
        VirtualMailboxDomains.Name => ("domain", "domains"),
        VirtualMailboxMaps.Name => ("mailbox", "mailboxes"),
        VirtualAliasMaps.Name => ("alias", "aliases"),
        SenderLoginMaps.Name => ("sender", "senders"),
        RecipientAccess.Name => ("recipient", "recipients"),
        _ => ("row", "rows"),
    };

    private static string Place(string file) => file switch
    {
        VirtualMailboxDomains.Name => "domains that Postfix delivers here",
        VirtualMailboxMaps.Name => "mailboxes that receive",
        VirtualAliasMaps.Name => "addresses that lead elsewhere",
        SenderLoginMaps.Name => "who may send as what",
        RecipientAccess.Name => "refused recipients",
        _ => file,
    };
}
