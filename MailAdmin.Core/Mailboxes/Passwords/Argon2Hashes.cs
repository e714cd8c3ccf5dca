using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Konscious.Security.Cryptography;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Argon2: <c>$argon2id$v=19$m=65536,t=3,p=1$salt$hash</c> (PHC string format), and <c>$argon2i$…</c>.</summary>
/// <remarks>Source: RFC 9106; the text form is libsodium's, which Dovecot uses and which takes at most 127 characters.</remarks>
internal sealed partial class Argon2Hashes(string name) : HashFamily
{
    public const int LeastMemoryKib = 7168;      // OWASP's smallest advice
    public const int MostMemoryKib = 131_072;    // Dovecot's auth process has 256 MiB by default (default_vsz_limit)
    private const int LongestText = 127;         // crypto_pwhash_STRBYTES less the NUL

    private readonly string _marker = $"${name.ToLowerInvariant()}$";

    public override string Name => name;

    public override bool IsCrypt => false;

    public override bool Owns(string data) => data.StartsWith(_marker, StringComparison.Ordinal);

    public override Objection? Judge(string data)
    {
        var match = Form().Match(data);
        if (!match.Success || data.Length > LongestText || Salt(match).Length < 8 || Hash(match).Length < 16) return Broken(name);
        if (Number(match, "m") is var memory and (< LeastMemoryKib or > MostMemoryKib)) return OutOfRange(name, "a memory in KiB of", memory, LeastMemoryKib, MostMemoryKib);
        if (Number(match, "t") is var passes and > 20) return OutOfRange(name, "a pass count of", passes, 1, 20);
        if (Number(match, "p") is var lanes and > 16) return OutOfRange(name, "a lane count of", lanes, 1, 16);
        return null;
    }

    public override bool Matches(Secret password, string data)
    {
        var match = Form().Match(data);
        var expected = Hash(match);
        return CryptographicOperations.FixedTimeEquals(expected,
            Compute(name, password, Salt(match), Number(match, "m"), Number(match, "t"), Number(match, "p"), expected.Length));
    }

    /// <summary>The raw hash.</summary>
    public static byte[] Compute(string name, Secret password, byte[] salt, int memoryKib, int passes, int lanes, int bytes)
    {
        var phrase = password.ToUtf8();
        try
        {
            using Argon2 argon2 = name == "ARGON2ID" ? new Konscious.Security.Cryptography.Argon2id(phrase) : new Argon2i(phrase);
            argon2.Salt = salt;
            argon2.MemorySize = memoryKib;
            argon2.Iterations = passes;
            argon2.DegreeOfParallelism = lanes;
            return argon2.GetBytes(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(phrase);
        }
    }

    /// <summary>Base64 without padding, as in PHC strings.</summary>
    public static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Salt(Match match) => Bytes(match.Groups["salt"].Value);

    private static byte[] Hash(Match match) => Bytes(match.Groups["hash"].Value);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>The decoded bytes; none when the text is not canonical Base64.</summary>
    private static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var count) && Base64(bytes[..count]) == base64 ? bytes[..count] : [];
    }

    [GeneratedRegex(@"\A\$argon2id?\$v=19\$m=(?<m>[1-9][0-9]{0,8}),t=(?<t>[1-9][0-9]{0,4}),p=(?<p>[1-9][0-9]{0,2})\$(?<salt>[+/A-Za-z0-9]+)\$(?<hash>[+/A-Za-z0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
