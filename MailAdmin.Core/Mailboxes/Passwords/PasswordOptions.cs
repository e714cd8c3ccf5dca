using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Settings of mailbox passwords, section <c>Mailboxes:Passwords</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>The scheme for new passwords: SHA512-CRYPT, BLF-CRYPT or ARGON2ID. Default SHA512-CRYPT.</summary>
    [RegularExpression("SHA512-CRYPT|BLF-CRYPT|ARGON2ID")]
    public string DefaultScheme { get; set; } = "SHA512-CRYPT";

    /// <summary>Rounds of SHA512-CRYPT, 5,000 to 1,000,000. Default 5,000.</summary>
    [Range(ShaCryptHashes.FewestRounds, ShaCryptHashes.MostRounds)]
    public int Sha512CryptRounds { get; set; } = ShaCryptHashes.FewestRounds;

    /// <summary>Cost of BLF-CRYPT as a power of two, 5 to 14. Default 10.</summary>
    [Range(BcryptHashes.LowestCost, BcryptHashes.HighestCost)]
    public int BlfCryptCost { get; set; } = 10;

    /// <summary>Fewest characters of a mailbox password, 8 to 64. Default 8.</summary>
    [Range(8, 64)]
    public int MinimumLength { get; set; } = 8;
}
