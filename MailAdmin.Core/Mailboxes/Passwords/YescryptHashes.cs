using System.Text.RegularExpressions;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>yescrypt: <c>$y$j9T$salt$hash</c>, the default of Debian's own accounts; Dovecot takes it as <c>{CRYPT}</c> where the system's libcrypt does.</summary>
/// <remarks>Source: crypt(5), libxcrypt 4. The parameters j7T to jCT need 4 to 128 MiB; the auth process has 256 MiB.</remarks>
internal sealed partial class YescryptHashes : HashFamily
{
    public override string? Name => null;

    public override bool IsCrypt => true;

    public override bool Owns(string data) => data.StartsWith("$y$", StringComparison.Ordinal);

    public override Objection? Judge(string data)
    {
        var match = Form().Match(data);
        if (!match.Success) return Broken("yescrypt");
        return match.Groups["cost"].ValueSpan is "j7T" or "j8T" or "j9T" or "jAT" or "jBT" or "jCT"
            ? null
            : new("The yescrypt hash has parameters other than j7T to jCT.", "Set a new password instead.");
    }

    public override bool Matches(Secret password, string data) => Crypt.Matches(password, data);

    [GeneratedRegex(@"\A\$y\$(?<cost>[./A-Za-z0-9]{3,12})\$[./A-Za-z0-9]{8,86}\$[./A-Za-z0-9]{43}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
