using System.Globalization;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>SHA512-CRYPT by libcrypt, the default: Dovecot verifies hundreds a second with it.</summary>
/// <param name="rounds">5,000 to 1,000,000; more makes guessing and logging in slower in the same measure.</param>
/// <remarks>Source: SHA-crypt.txt (Ulrich Drepper), crypt(5).</remarks>
public sealed class Sha512Crypt(int rounds = ShaCryptHashes.FewestRounds) : IPasswordScheme
{
    // Written only when it differs, as doveadm pw does.
    private readonly string _prefix = rounds is >= ShaCryptHashes.FewestRounds and <= ShaCryptHashes.MostRounds
        ? rounds == ShaCryptHashes.FewestRounds ? "$6$" : string.Create(CultureInfo.InvariantCulture, $"$6$rounds={rounds}$")
        : throw new ArgumentOutOfRangeException(nameof(rounds), rounds, "5,000 to 1,000,000 rounds.");

    /// <inheritdoc/>
    public string Name => "SHA512-CRYPT";

    /// <inheritdoc/>
    public string Summary => "Quick to verify, so that many people can log in at once; known by every Dovecot.";

    /// <inheritdoc/>
    public bool Accepts(Secret password, out Objection why)
    {
        why = default;
        return true;
    }

    /// <inheritdoc/>
    public HashText Hash(Secret password)
    {
        password.ThrowIfUnhashable();
        return HashText.Parse($"{{{Name}}}{Crypt.Hash(password, _prefix + Crypt.Salt(16))}");
    }
}
