using System.Globalization;
using System.Text;
using MailAdmin.Core.Addresses;
using BCryptNet = BCrypt.Net.BCrypt;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>BLF-CRYPT (bcrypt, <c>$2y$</c>) by BCrypt.Net-Next.</summary>
/// <param name="cost">5 to 14; each step doubles the time.</param>
/// <remarks>bcrypt reads 72 bytes and forgets the rest: a longer password is refused, never cut.</remarks>
public sealed class BlfCrypt(int cost = 10) : IPasswordScheme
{
    private const int MostBytes = 72;

    private readonly int _cost = cost is >= BcryptHashes.LowestCost and <= BcryptHashes.HighestCost
        ? cost
        : throw new ArgumentOutOfRangeException(nameof(cost), cost, "A cost of 5 to 14.");

    /// <inheritdoc/>
    public string Name => "BLF-CRYPT";

    /// <inheritdoc/>
    public string Summary => "bcrypt: slow to guess, and slow for Dovecot too; passwords up to 72 bytes.";

    /// <inheritdoc/>
    public bool Accepts(Secret password, out Objection why)
    {
        var bytes = Encoding.UTF8.GetByteCount(password.Reveal());
        why = bytes <= MostBytes
            ? default
            : new Objection(string.Create(CultureInfo.InvariantCulture, $"The password has {bytes} bytes; bcrypt would ignore all after byte {MostBytes}."), "Choose a shorter one, or another scheme.");
        return bytes <= MostBytes;
    }

    /// <inheritdoc/>
    public HashText Hash(Secret password)
    {
        password.ThrowIfUnhashable();
        if (!Accepts(password, out var why)) throw new ArgumentException(why, nameof(password));
        return HashText.Parse($"{{{Name}}}{BCryptNet.HashPassword(password.Reveal(), BCryptNet.GenerateSalt(_cost, 'y'))}");
    }
}
