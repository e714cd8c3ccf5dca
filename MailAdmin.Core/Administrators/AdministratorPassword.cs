using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Administrators;

/// <summary>Which passwords administrators may have: long, and not among the first that anyone tries (NIST SP 800-63B, 3.1.1.2). No composition rules.</summary>
public static class AdministratorPassword
{
    /// <summary>Fewest characters.</summary>
    public const int MinimumLength = 12;

    /// <summary>Most characters; longer ones are refused, never cut.</summary>
    public const int MaximumLength = 256;

    /// <summary>Why a password will not do, or null when it will.</summary>
    public static Refusal? Refuse(string userName, Secret password)
    {
        var text = password.Reveal();
        if (text.EnumerateRunes().Count() < MinimumLength) return new PasswordTooWeak($"The password has fewer than {MinimumLength} characters.");
        if (text.Length > MaximumLength) return new PasswordTooWeak($"The password has more than {MaximumLength} characters.");
        var plain = Plain(text);
        if (plain.Distinct().Count() < 5) return new PasswordTooWeak("The password repeats a few characters.");
        if (userName.Length >= 3 && plain.Replace(Plain(userName), "").Length < 8) return new PasswordTooWeak("The password is little more than the user name.");
        if (Runs.Any(run => run.Contains(plain))) return new PasswordTooWeak("The password is a row of neighbouring keys or numbers.");
        var rest = plain;
        foreach (var word in Common) rest = rest.Replace(word, "");
        // What is left when the words everybody tries are taken away must still be something: "Password2026" leaves "2026".
        if (rest.Length < 8) return new PasswordTooWeak("The password is one of those that are tried first.");
        return null;
    }

    // Lower case, with the usual look-alikes put back: p@ssw0rd is password.
    private static string Plain(string text) => string.Concat(text.ToLowerInvariant().Select(c => c switch
    {
        '@' => 'a', '0' => 'o', '1' => 'i', '!' => 'i', '3' => 'e', '$' => 's', '5' => 's', '7' => 't', _ => c,
    }));

    private static readonly string[] Runs = [.. new[]
    {
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "12345678901234567890123456789012345678901234567890", "09876543210987654321098765432109876543210987654321",
        "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp", "zaq1xsw2cde3vfr4bgt5nhy6",
    }.Select(Plain)];

    private static readonly string[] Common = [.. new[]
    {
        "administrator", "correcthorsebatterystaple", "password", "passwort", "motdepasse", "contrasena", "mailadmin", "mailserver", "postmaster", "changeme", "letmein", "welcome", "iloveyou",
        "sunshine", "princess", "football", "baseball", "superman", "starwars", "trustno1", "whatever", "computer", "internet", "security", "dragon", "monkey", "shadow", "master", "qwerty", "qwertz",
        "azerty", "asdfgh", "zxcvbn", "yxcvbn", "secret", "abc123", "123456789", "12345678", "1234567", "123456", "12345", "1234", "admin", "default", "example", "hello", "login", "access",
        "summer", "winter", "spring", "autumn", "michael", "jordan", "jennifer", "charlie", "root", "test", "user", "pass", "mail", "server", "portal",
    }.Select(Plain).OrderByDescending(w => w.Length)];
}
