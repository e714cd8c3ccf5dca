using System.Globalization;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Hashes of one algorithm: how they are written, which are strong, how a password is compared.</summary>
/// <remarks>
/// The ceilings matter as much as the floors: Dovecot 2.3 verifies in one process, so a single imported hash that takes a minute would stop everybody's logins.
/// </remarks>
internal abstract class HashFamily
{
    /// <summary>The families whose hashes are taken.</summary>
    public static IReadOnlyList<HashFamily> All => Families;

    private static readonly HashFamily[] Families =
        [new ShaCryptHashes("SHA512-CRYPT", "$6$", 86), new ShaCryptHashes("SHA256-CRYPT", "$5$", 43), new BcryptHashes(), new YescryptHashes(), new Argon2Hashes("ARGON2ID"), new Argon2Hashes("ARGON2I")];

    /// <summary>The family that data begins as; null when it is none of them.</summary>
    public static HashFamily? Of(string data)
    {
        foreach (var family in Families)
            if (family.Owns(data)) return family;
        return null;
    }

    /// <summary>Dovecot's own scheme name for it; null when it is known as CRYPT only.</summary>
    public abstract string? Name { get; }

    /// <summary>True when Dovecot also takes it as <c>{CRYPT}</c>.</summary>
    public abstract bool IsCrypt { get; }

    /// <summary>True when the data begins as this family's does.</summary>
    public abstract bool Owns(string data);

    /// <summary>What is wrong with the data, without repeating it; null when it is whole and strong.</summary>
    public abstract Objection? Judge(string data);

    /// <summary>True when the password gives this hash.</summary>
    /// <param name="password">Any password that has a UTF-8 form without NUL.</param>
    /// <param name="data">Data that <see cref="Judge"/> found right.</param>
    public abstract bool Matches(Secret password, string data);

    /// <summary>The data does not have the algorithm's form.</summary>
    protected static Objection Broken(string name) =>
        new($"The {name} hash is cut off or has characters that do not belong.", "Copy the whole hash, from the { or the first $ to the end.");

    /// <summary>The hash is cheaper to break or dearer to verify than we take.</summary>
    protected static Objection OutOfRange(string name, string what, long value, long least, long most) => new(
        string.Create(CultureInfo.InvariantCulture, $"The {name} hash has {what} {value}; {(value < least ? "that is too weak" : "verifying it would hold up everybody's logins")}."),
        string.Create(CultureInfo.InvariantCulture, $"Between {least} and {most} is taken; set a new password instead."));
}
