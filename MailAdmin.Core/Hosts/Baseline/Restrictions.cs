using System.Text;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Lists such as smtpd_recipient_restrictions: ours put first, foreign ones kept.</summary>
internal static class Restrictions
{
    /// <summary>Ours, then what stood there before, without earlier forms of ours.</summary>
    /// <param name="existing">The value in force; null when unset.</param>
    /// <param name="ours">Each restriction with its argument: <c>check_recipient_access cdb:/path</c>.</param>
    /// <param name="isOurs">Recognises the argument of an earlier form of ours, such as one with another map type.</param>
    public static string Merge(string? existing, IReadOnlyList<string> ours, Func<string, bool> isOurs)
    {
        var words = Words(existing ?? "");
        var kept = new List<string>();
        foreach (var word in words)
        {
            if (isOurs(word))
            {
                // Its argument goes and its verb with it.
                if (kept.Count > 0 && kept[^1].StartsWith("check_", StringComparison.Ordinal)) kept.RemoveAt(kept.Count - 1);
            }
            else if (!ours.Contains(word))
            {
                kept.Add(word);
            }
        }
        return string.Join(", ", ours.Concat(Join(kept)));
    }

    // A check_… and its argument are one restriction, for the eye only: Postfix takes commas and blanks alike.
    private static IEnumerable<string> Join(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
            yield return words[i].StartsWith("check_", StringComparison.Ordinal) && i + 1 < words.Count ? $"{words[i]} {words[++i]}" : words[i];
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var depth = 0;
        foreach (var c in text + " ")
        {
            if (depth == 0 && (c is ' ' or ',' or '\t'))
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
                continue;
            }
            depth += c switch { '{' => 1, '}' => -1, _ => 0 };
            word.Append(c);
        }
        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }
}
