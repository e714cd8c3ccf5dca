using CsCheck;

namespace MailAdmin.Tests.Addresses;

/// <summary>Generators of hostile and of nearly right texts.</summary>
internal static class Texts
{
    /// <summary>Any UTF-16, halves of surrogate pairs included.</summary>
    public static readonly Gen<string> Any = Gen.Frequency(
        (3, Gen.Char.Array[0, 40].Select(chars => new string(chars))),
        (3, Gen.Char[" @.-_+:/%,;\"\\'!|#$`\t\r\n\0aZé９０ß。．İıK\u0301\u00AD\u200B\u200D\u202E\u2028\uD83D\uDE00xn--01[]"].Array[0, 24].Select(chars => new string(chars))),
        (1, Gen.Char.Array[900, 1200].Select(chars => new string(chars))));

    private static readonly Gen<string> Label = Gen.Char["abcxyzABC0189"].Array[1, 12].Select(chars => new string(chars));

    private static readonly Gen<string> UnicodeLabel = Gen.Char["abcxyzäöüßéñçøλδжщ中文日本عربहि"].Array[1, 10].Select(chars => new string(chars));

    /// <summary>Texts of the form of a domain name; most are right.</summary>
    public static readonly Gen<string> Domain = Gen.Frequency((3, Label), (2, UnicodeLabel)).Array[1, 4].Select(labels => string.Join('.', labels) + ".test");

    /// <summary>Texts of the form of an address; most are right.</summary>
    public static readonly Gen<string> Address = Gen.Select(Gen.Char["abczABZ019._-+='&"].Array[1, 20], Domain, (local, domain) => new string(local) + "@" + domain);
}
