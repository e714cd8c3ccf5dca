using System.Globalization;
using System.Text.RegularExpressions;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>bcrypt: <c>$2y$cost$salt-and-hash</c>, also <c>$2a$</c> and <c>$2b$</c>. Not <c>$2x$</c> (a known bug) nor <c>$2$</c>.</summary>
/// <remarks>Source: crypt(5), libxcrypt 4. Only the first 72 bytes of a password count; Dovecot ignores the rest as we do here.</remarks>
internal sealed partial class BcryptHashes : HashFamily
{
    public const int LowestCost = 5;     // what doveadm pw makes by default
    public const int HighestCost = 14;

    public override string Name => "BLF-CRYPT";

    public override bool IsCrypt => true;

    public override bool Owns(string data) => data.StartsWith("$2", StringComparison.Ordinal);

    public override Objection? Judge(string data)
    {
        var match = Form().Match(data);
        if (!match.Success) return Broken(Name);
        var cost = int.Parse(match.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture);
        return cost is < LowestCost or > HighestCost ? OutOfRange(Name, "cost", cost, LowestCost, HighestCost) : null;
    }

    public override bool Matches(Secret password, string data) => Crypt.Matches(password, data);

    [GeneratedRegex(@"\A\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
