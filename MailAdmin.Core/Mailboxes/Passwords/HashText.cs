using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>A strong, whole password hash as Dovecot reads it: <c>{SCHEME}data</c>, or locked: <c>{SCHEME}!data</c>, for Dovecot 2.4 <c>{SCHEME}data!</c>.</summary>
/// <remarks>
/// Taken: SHA512-CRYPT, SHA256-CRYPT, BLF-CRYPT, ARGON2ID, ARGON2I, and CRYPT with <c>$6$ $5$ $2y$ $2b$ $2a$ $y$</c>. Everything else is refused, above all clear text,
/// the MD5, SHA1 and DES families and unsalted or fast hashes. Data never has a colon, a blank or a control character, so it fits a passwd-file field.
/// </remarks>
public sealed partial record HashText
{
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    private readonly HashFamily _family;

    private HashText(string scheme, string data, bool isLocked, HashFamily family)
    {
        Scheme = scheme;
        Data = data;
        IsLocked = isLocked;
        _family = family;
    }

    /// <summary>The scheme's name as in the braces, upper case: <c>SHA512-CRYPT</c>.</summary>
    public string Scheme { get; }

    /// <summary>What stands after the braces, without the lock.</summary>
    public string Data { get; }

    /// <summary>True when a <c>!</c> stands before the data: the hash is kept, and no password matches it. An importer takes such a mailbox as "receive only".</summary>
    public bool IsLocked { get; }

    /// <summary>The whole text for Dovecot's passwd-file and the database. Anybody who reads it can try passwords: show <see cref="ToString"/> instead.</summary>
    public string Text => IsLocked ? $"{{{Scheme}}}!{Data}" : $"{{{Scheme}}}{Data}";

    /// <summary>True when <see cref="Text"/> is this.</summary>
    internal bool IsWritten(ReadOnlySpan<char> text) => IsLocked ? text.SequenceEqual(Text)
        : text.Length == Scheme.Length + Data.Length + 2 && text[0] == '{' && text[1..].StartsWith(Scheme, StringComparison.Ordinal) && text[Scheme.Length + 1] == '}' && text[(Scheme.Length + 2)..].SequenceEqual(Data);

    /// <summary>The same hash, locked.</summary>
    public HashText Locked() => new(Scheme, Data, isLocked: true, _family);

    /// <summary>The same hash, without the lock.</summary>
    public HashText Unlocked() => new(Scheme, Data, isLocked: false, _family);

    /// <summary>True when the password is the one that was hashed; never for a locked hash, never for an empty password.</summary>
    /// <exception cref="ArgumentException">The password has a NUL or half a surrogate pair.</exception>
    /// <remarks>As slow as a login: go through <see cref="PasswordHasher"/>.</remarks>
    public bool Matches(Secret password) => !IsLocked && password.Reveal().Length > 0 && _family.Matches(password, Data);

    /// <summary>The scheme and the first characters: enough to tell two hashes apart, not enough to attack one.</summary>
    public override string ToString() => $"{{{Scheme}}}{(IsLocked ? "!" : "")}{Data[..Math.Min(8, Data.Length)]}…";

    /// <summary>True for a text that stands for "no password was set": <c>{CRYPT}!</c>, <c>!</c>, <c>!!</c>, <c>*</c>. Empty does not count: an empty field can let anybody in.</summary>
    public static bool MeansNoPassword([NotNullWhen(true)] string? text) => text is { Length: <= 35 } && NoPassword().IsMatch(text);

    /// <summary>Reads a hash from elsewhere.</summary>
    /// <param name="text"><c>{SCHEME}data</c>; without braces, Dovecot's default CRYPT or Argon2's own marker is assumed. A <c>!</c> before the data (or before everything, or after it) locks it.</param>
    /// <param name="hash">The hash; null when refused.</param>
    /// <param name="why">The reason when refused; it never repeats the data, which might be somebody's password.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HashText? hash, out Objection why)
    {
        hash = null;
        text ??= "";
        if (text.Length == 0) return Refuse("The password hash is empty.", "Give {SCHEME}data, or set a password.", out why);
        if (text.Length > 300) return Refuse("The password hash is too long.", "Give one hash only.", out why);
        if (MeansNoPassword(text)) return Refuse("The password hash is only a lock, without a hash behind it.", "Leave the hash out to add the mailbox without a password.", out why);

        var outerLock = text.StartsWith('!');
        if (!TrySplit(outerLock ? text[1..] : text, out var scheme, out var data))
            return Refuse("The password hash is not of the form {SCHEME}data.", "Give a hash such as {SHA512-CRYPT}$6$…; a clear text is set as a password.", out why);

        var isLocked = outerLock || data.StartsWith('!');
        if (data.StartsWith('!')) data = data[1..];
        // As it is written for Dovecot 2.4. No scheme's data ends so.
        if (data.EndsWith('!')) (isLocked, data) = (true, data[..^1]);
        scheme = scheme.ToUpperInvariant();
        var named = scheme.Length == 0 ? "given" : $"{{{scheme}}}";

        var family = HashFamily.Of(data);
        if (scheme.Length == 0) scheme = family is null or { IsCrypt: true } ? "CRYPT" : family.Name!;
        if (family?.Name != scheme && scheme != "CRYPT" && HashFamily.All.All(f => f.Name != scheme))
            return Refuse($"Hashes of the kind {{{scheme}}} are not taken: too weak, or not known here.", "Set a new password instead.", out why);
        if (data.Length == 0) return Refuse($"The {named} hash has no data.", "Copy the whole hash.", out why);
        if (family is null || (scheme == "CRYPT" ? !family.IsCrypt : family.Name != scheme))
        {
            return scheme == "CRYPT"
                ? Refuse($"The {named} hash is not of a strong kind ($6$, $5$, $2y$, $y$).", "Set a new password instead.", out why)
                : Refuse($"The {named} hash does not have that scheme's form.", "Copy the whole hash, and check the name in the braces.", out why);
        }
        if (family.Judge(data) is { } objection)
        {
            why = objection;
            return false;
        }
        hash = new HashText(scheme, data, isLocked, family);
        why = default;
        return true;
    }

    /// <summary>Reads a hash that must be right, such as one from our own database.</summary>
    /// <exception cref="FormatException">It is not; the message does not repeat it.</exception>
    public static HashText Parse(string? text) => TryParse(text, out var hash, out var why) ? hash : throw new FormatException(why);

    private static bool Refuse(string sentence, string nextStep, out Objection why)
    {
        why = new Objection(sentence, nextStep);
        return false;
    }

    // By hand: a whole run reads every hash there is.
    private static bool TrySplit(string text, out string scheme, out string data)
    {
        var brace = text.StartsWith('{') ? text.IndexOf('}') : -1;
        scheme = brace < 0 ? "" : text[1..brace];
        data = text[(brace + 1)..];
        // Without braces the data must begin as a hash does: then no clear text is taken for one.
        var isHash = brace < 0 ? data.StartsWith('$') || data.StartsWith("!$", StringComparison.Ordinal)
            : scheme.Length is > 0 and <= 31 && char.IsAsciiLetterOrDigit(scheme[0]) && !scheme.AsSpan().ContainsAnyExcept(SchemeCharacters);
        return isHash && !data.AsSpan().ContainsAnyExceptInRange('!', '~') && !data.Contains(':');
    }

    [GeneratedRegex(@"\A(\{[A-Za-z0-9][A-Za-z0-9.-]{0,30}\})?(!{1,2}|\*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex NoPassword();
}
