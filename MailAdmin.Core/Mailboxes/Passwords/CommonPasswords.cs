using System.Collections.Frozen;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Passwords that guessing programs try first: well-known words, alone or with digits after them, keyboard rows, counted and repeated characters.</summary>
internal static class CommonPasswords
{
    private const string Rows = "01234567890 09876543210 abcdefghijklmnopqrstuvwxyz zyxwvutsrqponmlkjihgfedcba qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm yxcvbnm 1qaz2wsx3edc4rfv 1q2w3e4r5t6y7u8i qazwsxedcrfv";

    // Shorter words are here for the digits and signs that follow them.
    private static readonly FrozenSet<string> Words = new[]
    {
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "pa$$word", "password!", "mypassword", "thepassword", "newpassword", "passphrase", "kennwort", "motdepasse", "contraseña", "contrasena",
        "welcome", "willkommen", "bienvenue", "letmein", "changeme", "changeit", "default", "secret", "geheim", "trustno1", "admin", "administrator", "administrateur", "root", "toor", "master", "superuser", "superman",
        "batman", "spiderman", "pokemon", "starwars", "football", "baseball", "basketball", "liverpool", "chelsea", "arsenal", "barcelona", "sunshine", "princess", "princesse", "iloveyou", "ichliebedich", "jetaime",
        "whatever", "computer", "internet", "michelle", "jennifer", "jessica", "charlie", "michael", "jordan", "daniel", "thomas", "andrea", "nicole", "hannah", "ashley", "dragon", "monkey", "shadow", "hunter",
        "summer", "winter", "spring", "autumn", "sommer", "herbst", "frühling", "monday", "friday", "january", "december", "hello", "hallo", "bonjour", "schatz", "google", "facebook", "samsung", "microsoft", "windows",
        "qwerty", "qwertz", "azerty", "asdf", "qwer", "qweasd", "qweasdzxc", "asdfghjkl", "1q2w3e4r", "q1w2e3r4", "zaq12wsx", "abc", "abcd", "abcdef", "test", "testing", "guest", "user", "mail", "email", "postmaster", "mailbox",
        "access", "login", "server", "temp", "pass", "love", "freedom", "flower", "cheese", "cookie", "butterfly", "mustang", "ferrari", "mercedes", "porsche", "corvette", "yamaha", "killer", "ninja", "pepper", "ginger",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when the text, in any case, is one of them.</summary>
    public static bool Contains(string text)
    {
        var lower = text.ToLowerInvariant();
        return Words.Contains(lower) || Words.Contains(lower.TrimEnd("0123456789!?.*#$".ToCharArray())) || IsRow(lower) || IsRepeated(lower);
    }

    private static bool IsRow(string text) => Rows.Split(' ').Any(row => row.Contains(text, StringComparison.Ordinal));

    /// <summary>One to four characters over and over: aaaaaaaa, 12121212, abcdabcd.</summary>
    private static bool IsRepeated(string text) =>
        Enumerable.Range(1, 4).Any(period => text.Length > period && Enumerable.Range(period, text.Length - period).All(i => text[i] == text[i - period]));
}
