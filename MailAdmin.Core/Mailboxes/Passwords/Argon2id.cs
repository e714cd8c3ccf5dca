using System.Diagnostics;
using System.Security.Cryptography;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>ARGON2ID by Konscious, with the parameters that Dovecot itself uses: 64 MiB, three passes, one lane.</summary>
/// <remarks>Source: RFC 9106. Dovecot needs to be built with libsodium (<c>doveadm pw -l</c> tells).</remarks>
public sealed class Argon2id : IPasswordScheme
{
    private const int MemoryKib = 65_536;
    private const int Passes = 3;
    private const int Lanes = 1;

    /// <inheritdoc/>
    public string Name => "ARGON2ID";

    /// <inheritdoc/>
    public string Summary => "Hardest to guess, 64 MiB for each login; for few users or strong machines.";

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
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Argon2Hashes.Compute(Name, password, salt, MemoryKib, Passes, Lanes, 32);
        return HashText.Parse($"{{{Name}}}$argon2id$v=19$m={MemoryKib},t={Passes},p={Lanes}${Argon2Hashes.Base64(salt)}${Argon2Hashes.Base64(hash)}");
    }

    /// <inheritdoc/>
    public TimeSpan MeasureLogin()
    {
        var password = new Secret("correct horse battery");
        var hash = Hash(password);
        var start = Stopwatch.GetTimestamp();
        if (!hash.Matches(password)) throw new InvalidOperationException($"{Name} did not recognise its own hash.");
        // Dovecot verifies by libsodium, which took a quarter of Konscious's time for the same hash (docs/decisions/password-hashing.md).
        return Stopwatch.GetElapsedTime(start) / 4;
    }
}
