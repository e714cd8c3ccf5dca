using System.Globalization;
using System.Text;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Which clear-text passwords a mailbox may have: long enough, not among the first that are guessed, and typeable.</summary>
/// <remarks>No rules about kinds of characters (NIST SP 800-63B 3.1.1.2). Not normalised: SASL PLAIN carries what the client typed.</remarks>
public sealed class PasswordPolicy(PasswordOptions options)
{
    /// <summary>Most bytes in UTF-8.</summary>
    public const int MostBytes = 256;

    /// <summary>Judges a password.</summary>
    /// <param name="password">The clear text.</param>
    /// <param name="address">Whose password it will be; null when not known.</param>
    /// <param name="why">The reason when refused; it never repeats the password.</param>
    public bool Accepts(Secret password, Address? address, out Objection why)
    {
        why = Find(password.Reveal(), address) ?? default;
        return why == default;
    }

    private Objection? Find(string text, Address? address)
    {
        if (text.Length == 0) return new("The password is empty.", "Type one, or let one be generated.");
        if (text.Length > MostBytes || Encoding.UTF8.GetByteCount(text) > MostBytes)
            return new("The password is too long.", string.Create(CultureInfo.InvariantCulture, $"Choose one of at most {MostBytes} bytes."));
        var characters = 0;
        for (var i = 0; i < text.Length; characters++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || Rune.IsControl(rune))
                return new("The password has a character that no keyboard types, such as a line break.", "Remove it; letters, digits, blanks and signs are all allowed.");
            i += rune.Utf16SequenceLength;
        }
        if (characters < options.MinimumLength)
            return new(string.Create(CultureInfo.InvariantCulture, $"The password has {characters} characters."), string.Create(CultureInfo.InvariantCulture, $"Choose at least {options.MinimumLength}; several words are fine."));
        if (CommonPasswords.Contains(text)) return new("The password is among the first that are guessed.", "Choose another; several unrelated words are fine.");
        if (address is not null && (text.Equals(address.ToString(), StringComparison.OrdinalIgnoreCase) || text.Equals(address.Local.ToString(), StringComparison.OrdinalIgnoreCase)))
            return new("The password is the address itself.", "Choose another; several unrelated words are fine.");
        return null;
    }
}
