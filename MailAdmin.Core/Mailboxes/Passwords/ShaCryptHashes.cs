using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>SHA-crypt: <c>$6$[rounds=N$]salt$hash</c> and <c>$5$…</c>.</summary>
/// <remarks>Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512" (SHA-crypt.txt), 0.6.</remarks>
internal sealed partial class ShaCryptHashes(string name, string marker, int hashCharacters) : HashFamily
{
    public const int FewestRounds = 5000;   // the default of the algorithm, when no rounds are written
    public const int MostRounds = 1_000_000;

    public override string Name => name;

    public override bool IsCrypt => true;

    public override bool Owns(string data) => data.StartsWith(marker, StringComparison.Ordinal);

    public override Objection? Judge(string data)
    {
        if (IsUsual(data)) return null;
        var match = Form().Match(data);
        if (!match.Success || match.Groups["hash"].Length != hashCharacters) return Broken(name);
        if (!match.Groups["rounds"].Success) return null;
        var rounds = int.Parse(match.Groups["rounds"].ValueSpan, CultureInfo.InvariantCulture);
        return rounds is < FewestRounds or > MostRounds ? OutOfRange(name, "rounds", rounds, FewestRounds, MostRounds) : null;
    }

    public override bool Matches(Secret password, string data) => Crypt.Matches(password, data);

    // Without rounds, as nearly all are: a whole run judges every hash there is, and this is a tenth of the work.
    private bool IsUsual(ReadOnlySpan<char> data)
    {
        var at = data.Length - hashCharacters - 1;
        return at > marker.Length && at <= marker.Length + 16 && data[at] == '$' && data.StartsWith(marker, StringComparison.Ordinal)
            && !data[marker.Length..at].ContainsAnyExcept(Base64) && !data[(at + 1)..].ContainsAnyExcept(Base64);
    }

    private static readonly SearchValues<char> Base64 = SearchValues.Create("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    [GeneratedRegex(@"\A\$[56]\$(rounds=(?<rounds>[1-9][0-9]{3,8})\$)?[./0-9A-Za-z]{1,16}\$(?<hash>[./0-9A-Za-z]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
