using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MailAdmin.Core.Addresses;

/// <summary>What stands before the @, in lower case, up to 64 characters.</summary>
/// <remarks>
/// An allow-list, narrower than RFC 5321's dot-atom, because the text becomes a login name, a key in Postfix maps, a row in Dovecot's passwd-file and part of a path.
/// <list type="bullet">
/// <item>A mailbox: letters, digits, dot, hyphen, underscore. Dovecot's <c>auth_username_chars</c> lets no other character log in, and Postfix takes
/// <c>+</c> (<c>recipient_delimiter</c>) as the start of an extension, so that such a mailbox would never be found.</item>
/// <item>Elsewhere (alias addresses, their targets, senders) also <c>+ = ' &amp;</c>, which occur in real addresses and mean nothing in a Postfix map.</item>
/// <item>Never <c>% !</c> (Postfix may read them as routing), <c>| /</c> (a command or file in aliases(5)), <c>: , ; " \ #</c> and blanks (they end a field or a row),
/// <c>$ ` * ? ^ ~ { }</c> (expanded somewhere, needed nowhere). The first character is a letter, a digit or an underscore: no options, comments or formulas.</item>
/// <item>Unaccented letters only: internationalised local parts need SMTPUTF8 (RFC 6531) on every server on the way.</item>
/// </list>
/// Case is folded (RFC 5321 2.4 warns against relying on it), so that one person has one address.
/// </remarks>
public sealed record LocalPart
{
    private readonly string _text;

    private LocalPart(string text) => _text = text;

    /// <summary>The canonical text.</summary>
    public override string ToString() => _text;

    /// <summary>True when a mailbox can have this name; false for one that only an alias or a target can have.</summary>
    public bool FitsMailbox => _text.All(IsMailboxCharacter);

    /// <summary>Reads the name of a mailbox.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LocalPart? local, out Objection why) =>
        TryParse(text ?? "", ShownText.Of(text, 80), wide: false, out local, out why);

    /// <summary>Reads a local part that only receives: an alias or a target elsewhere.</summary>
    public static bool TryParseTarget(string? text, [NotNullWhen(true)] out LocalPart? local, out Objection why) =>
        TryParse(text ?? "", ShownText.Of(text, 80), wide: true, out local, out why);

    /// <summary>Reads the name of a mailbox that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message says why and what to do.</exception>
    public static LocalPart Parse(string? text) => TryParse(text, out var local, out var why) ? local : throw new FormatException(why);

    internal static bool TryParse(string text, string shown, bool wide, [NotNullWhen(true)] out LocalPart? local, out Objection why)
    {
        local = null;
        if (Find(text, shown, wide) is { } objection)
        {
            why = objection;
            return false;
        }
        local = new LocalPart(text.ToLowerInvariant());
        why = default;
        return true;
    }

    private static Objection? Find(string text, string shown, bool wide)
    {
        if (text.Length == 0) return new($"'{shown}' has nothing before the @.", "Type a name before it, such as alice.");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (wide ? IsTargetCharacter((char)rune.Value) : IsMailboxCharacter((char)rune.Value))) continue;
            return new($"'{shown}' has {ShownText.Name(rune)} before the @.", NextStep(rune, wide));
        }
        if (text.Length > 64) return new($"'{shown}' has {text.Length} characters before the @.", "At most 64 are allowed; shorten it.");
        if (text[0] == '.' || text[^1] == '.') return new($"'{shown}' begins or ends with a dot before the @.", "Remove that dot.");
        if (text.Contains("..", StringComparison.Ordinal)) return new($"'{shown}' has two dots in a row before the @.", "Remove one.");
        if (!char.IsAsciiLetterOrDigit(text[0]) && text[0] != '_') return new($"'{shown}' begins with '{text[0]}'.", "Begin with a letter or a digit.");
        return null;
    }

    private static string NextStep(Rune rune, bool wide)
    {
        if (rune.Value == ' ' || ShownText.IsHidden(rune)) return "Remove it.";
        if (Rune.IsLetter(rune) && !rune.IsAscii) return "Use unaccented letters: other servers often cannot deliver to such names.";
        if (!wide && rune.Value == '+') return "Leave it and what follows out: mail to name+anything already reaches the mailbox 'name'.";
        if (!wide && IsTargetCharacter((char)rune.Value)) return "A mailbox has letters, digits, dots, hyphens and underscores only; an alias may have this character.";
        return wide ? "Use letters, digits and . - _ + = ' & only." : "Use letters, digits, dots, hyphens and underscores only.";
    }

    private static bool IsMailboxCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool IsTargetCharacter(char c) => IsMailboxCharacter(c) || c is '+' or '=' or '\'' or '&';
}
