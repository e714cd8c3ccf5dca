using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Addresses;

/// <summary>A domain name that mail is sent to: at least two labels, lower case, in A-label (ASCII) form.</summary>
/// <remarks>
/// Letters, digits and hyphens only (RFC 1123 2.1), labels up to 63 and names up to 253 characters (RFC 1035 2.3.4), no trailing dot, no IP literal.
/// Names written in Unicode become A-labels (RFC 5890, UTS 46, STD 3 rules); equal names are equal whichever way they were written.
/// </remarks>
public sealed record DomainName
{
    private const int LongestText = 1000;   // a Unicode name is longer than its mapped form only by foldable characters; beyond this it is no name

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    private readonly string _ascii;

    private DomainName(string ascii) => _ascii = ascii;

    /// <summary>The name for people: Unicode where its A-labels have one that leads back to the same name and cannot be taken for another script; else the A-label form.</summary>
    public string Unicode => _ascii.Contains("xn--", StringComparison.Ordinal) && ToUnicode(_ascii) is { } unicode ? unicode : _ascii;

    /// <summary>The A-label form, lower case: what goes into files, DNS and the database.</summary>
    public override string ToString() => _ascii;

    /// <summary>Reads a domain name, in ASCII or Unicode, with or without the trailing dot.</summary>
    /// <param name="text">What was given; null counts as empty.</param>
    /// <param name="domain">The name; null when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DomainName? domain, out Objection why)
    {
        domain = null;
        if (Canonical(text ?? "", out var ascii, out why)) domain = new DomainName(ascii);
        return domain is not null;
    }

    /// <summary>Reads a domain name that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message says why and what to do.</exception>
    public static DomainName Parse(string? text) => TryParse(text, out var domain, out var why) ? domain : throw new FormatException(why);

    private static bool Canonical(string text, out string ascii, out Objection why)
    {
        ascii = "";
        var shown = ShownText.Of(text, 80);
        if (text.Length == 0) return Refuse("The domain name is empty.", "Type one, such as example.test.", out why);
        if (text.Length > LongestText) return Refuse($"'{shown}' is too long for a domain name.", "A domain name has at most 253 characters.", out why);
        if (text.StartsWith('@')) return Refuse($"'{shown}' begins with an @.", "Leave the @ out: only the domain name belongs here.", out why);
        if (text.Contains('@')) return Refuse($"'{shown}' is an address.", "Give only what stands after the @.", out why);
        if (text.StartsWith('[') || text.Contains(':')) return Refuse($"'{shown}' is not a domain name but looks like an IP address, a port or a link.", "Give a name such as example.test.", out why);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || rune.Value == ' ' || ShownText.IsHidden(rune))
                return Refuse($"'{shown}' has {ShownText.Name(rune)} in it.", "Remove it.", out why);
        }

        var name = text.EndsWith('.') ? text[..^1] : text;
        if (name.Length == 0 || name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal))
            return Refuse($"'{shown}' has a dot with nothing before or after it.", "Remove the extra dot.", out why);

        if (Ascii.IsValid(name)) name = name.ToLowerInvariant();
        else if (ToAscii(name) is { } mapped) name = mapped.ToLowerInvariant();
        else return Refuse($"'{shown}' is not a valid internationalised domain name.", "Check its spelling; letters, digits, hyphens and dots are allowed.", out why);

        var labels = name.Split('.');
        foreach (var label in labels)
        {
            if (label.Length == 0) return Refuse($"'{shown}' has a dot with nothing before or after it.", "Remove the extra dot.", out why);
            if (label.Length > 63) return Refuse($"'{ShownText.Of(label, 20)}' in '{shown}' has {label.Length} characters.", "Each part between dots has at most 63.", out why);
            if (label.StartsWith('-') || label.EndsWith('-')) return Refuse($"'{label}' in '{shown}' begins or ends with a hyphen.", "Remove that hyphen.", out why);
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                    return Refuse($"'{shown}' has {ShownText.Name(new Rune(c))} in it.", "Use letters, digits, hyphens and dots only.", out why);
            }
        }
        if (name.Length > 253) return Refuse($"'{shown}' has {name.Length} characters.", "A domain name has at most 253.", out why);
        // RFC 3696 2: a top-level name is never all digits; so 192.0.2.1 is an IP address.
        if (labels[^1].All(char.IsAsciiDigit)) return Refuse($"'{shown}' ends in a number, as an IP address does.", "Give a name such as example.test.", out why);
        if (labels.Length < 2) return Refuse($"'{shown}' has no dot.", $"Give the whole name, such as {ShownText.Of(name, 40)}.test.", out why);

        ascii = name;
        why = default;
        return true;
    }

    private static bool Refuse(string sentence, string nextStep, out Objection why)
    {
        why = new Objection(sentence, nextStep);
        return false;
    }

    private static string? ToAscii(string unicode)
    {
        // IdnMapping reports a refused name by an exception only.
        try { return Idn.GetAscii(unicode); }
        catch (ArgumentException) { return null; }
    }

    private static string? ToUnicode(string ascii)
    {
        string unicode;
        try { unicode = Idn.GetUnicode(ascii); }
        catch (ArgumentException) { return null; }
        return ToAscii(unicode) == ascii && !ShownText.HasHidden(unicode) && !unicode.Split('.').Any(MixesScripts) ? unicode : null;
    }

    /// <summary>Latin, Greek and Cyrillic look alike; one label with two of them is written to deceive or by mistake.</summary>
    private static bool MixesScripts(string label)
    {
        bool latin = false, greek = false, cyrillic = false;
        foreach (var c in label)
        {
            latin |= char.IsAsciiLetter(c) || c is (>= '\u00C0' and <= '\u024F') or (>= '\u1E00' and <= '\u1EFF');
            greek |= c is (>= '\u0370' and <= '\u03FF') or (>= '\u1F00' and <= '\u1FFF');
            cyrillic |= c is (>= '\u0400' and <= '\u052F') or (>= '\u1C80' and <= '\u1C8F') or (>= '\u2DE0' and <= '\u2DFF') or (>= '\uA640' and <= '\uA69F');
        }
        return (latin ? 1 : 0) + (greek ? 1 : 0) + (cyrillic ? 1 : 0) > 1;
    }
}
