using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Transfer;

/// <summary>Reads another server's Postfix virtual alias map: <c>address targets…</c>, comments, continuation lines, <c>@domain</c> catch-alls.</summary>
/// <remarks>Source: virtual(5) and postconf(5) on table text. <c>@a @b</c> becomes an alias domain; a domain alone (<c>example.test anything</c>) becomes a domain; an address that leads to itself alone is an identity row, which is written by itself here.</remarks>
public static class PostfixVirtual
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>One row for each entry.</summary>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        (int Number, string Text)? entry = null;
        foreach (var (number, text) in ImportLimits.Lines(stream))
        {
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart(Blanks)[0] == '#') continue;
            if (Blanks.Contains(text[0]))
            {
                if (entry is null) yield return new ImportRow(number, ImportKind.Alias, text.Trim()) { Problem = new Malformed("address", ShownText.Of(text), "The line begins with a blank, and there is no entry before it that it could continue.", "Begin the line with an address.") };
                else entry = entry.Value with { Text = entry.Value.Text + " " + text.Trim(Blanks) };
                if (entry?.Text.Length > ImportLimits.LineCharacters) throw new ImportFormatException($"The entry on line {entry.Value.Number} is longer than {ImportLimits.LineCharacters:n0} characters.");
                continue;
            }
            if (entry is { } whole) yield return Row(whole.Number, whole.Text);
            entry = (number, text);
        }
        if (entry is { } last) yield return Row(last.Number, last.Text);
    }

    private static ImportRow Row(int number, string text)
    {
        var end = text.IndexOfAny(Blanks);
        var key = end < 0 ? text : text[..end];
        var targets = end < 0 ? [] : text[end..].Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
        if (!key.Contains('@'))
        {
            return key.Contains('.') ? new ImportRow(number, ImportKind.Domain, key) { Remark = "The right side says nothing in a list of domains." }
                : new ImportRow(number, ImportKind.Alias, key) { Problem = new Malformed("address", ShownText.Of(key), $"'{ShownText.Of(key)}' is a local name, which stands for several addresses.", "Write the whole address.") };
        }
        if (targets.Length == 0) return new ImportRow(number, ImportKind.Alias, key) { Problem = new Malformed("targets", null, "The entry leads nowhere.", "Give at least one address.") };
        if (key[0] == '@' && targets is [['@', .. var other]]) return new ImportRow(number, ImportKind.Domain, key[1..]) { AliasOf = other };
        if (targets.FirstOrDefault(t => t[0] is '|' or '/' or ':' or '"' || !t.Contains('@')) is { } odd)
            return new ImportRow(number, ImportKind.Alias, key) { Problem = new Malformed("targets", ShownText.Of(odd), $"'{ShownText.Of(odd)}' is not an address.", "Write the whole address; pipes, files and local names are not taken.") };
        return new ImportRow(number, ImportKind.Alias, key) { Targets = targets };
    }
}
