using System.Diagnostics.CodeAnalysis;

namespace MailAdmin.Core.Addresses;

/// <summary>A mail address, <c>local@domain</c>, canonical: lower case, A-label domain, up to 254 characters (RFC 5321 4.5.3.1.3 less the angle brackets).</summary>
/// <remarks>No display names, comments, quoted local parts, address literals or source routes. See <see cref="LocalPart"/> for the characters.</remarks>
public sealed record Address
{
    private Address(LocalPart local, DomainName domain)
    {
        Local = local;
        Domain = domain;
    }

    /// <summary>Before the @.</summary>
    public LocalPart Local { get; }

    /// <summary>After the @.</summary>
    public DomainName Domain { get; }

    /// <summary>For people: the domain in Unicode where that is safe.</summary>
    public string Unicode => $"{Local}@{Domain.Unicode}";

    /// <summary>The canonical text: what goes into files and the database.</summary>
    public override string ToString() => $"{Local}@{Domain}";

    /// <summary>Reads an address that a mailbox can have (it is also a login name).</summary>
    /// <param name="text">What was given; null counts as empty. Blanks around it are refused: a door that wants to forgive them trims first.</param>
    /// <param name="address">The address; null when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Address? address, out Objection why) => TryParse(text, wide: false, out address, out why);

    /// <summary>Reads an address that receives and never logs in: an alias's own, an alias's target here or elsewhere, a sender. It may also have <c>+ = ' &amp;</c> before the @.</summary>
    /// <param name="text">What was given; null counts as empty.</param>
    /// <param name="address">The address; null when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParseTarget(string? text, [NotNullWhen(true)] out Address? address, out Objection why) => TryParse(text, wide: true, out address, out why);

    /// <summary>Reads an address of a mailbox that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message says why and what to do.</exception>
    public static Address Parse(string? text) => TryParse(text, out var address, out var why) ? address : throw new FormatException(why);

    /// <summary>Puts both parts together.</summary>
    /// <param name="local">Before the @.</param>
    /// <param name="domain">After the @.</param>
    /// <param name="address">The address; null when both together are too long.</param>
    /// <param name="why">The reason when refused.</param>
    /// <remarks>Also for the same local part under an alias domain, whose name may be longer.</remarks>
    public static bool TryCombine(LocalPart local, DomainName domain, [NotNullWhen(true)] out Address? address, out Objection why)
    {
        address = new Address(local, domain);
        var length = address.ToString().Length;
        if (length <= 254)
        {
            why = default;
            return true;
        }
        why = new Objection($"'{ShownText.Of(address.ToString(), 80)}' has {length} characters.", "An address has at most 254; shorten it.");
        address = null;
        return false;
    }

    private static bool TryParse(string? text, bool wide, [NotNullWhen(true)] out Address? address, out Objection why)
    {
        address = null;
        text ??= "";
        var shown = ShownText.Of(text, 80);
        if (text.Length == 0)
        {
            why = new Objection("The address is empty.", "Type one, such as alice@example.test.");
            return false;
        }
        var at = text.IndexOf('@');
        if (at < 0)
        {
            why = new Objection($"'{shown}' has no @.", "Write it as name@domain.");
            return false;
        }
        if (text.IndexOf('@', at + 1) >= 0)
        {
            why = new Objection($"'{shown}' has more than one @.", "Write it as name@domain, one address at a time.");
            return false;
        }
        if (at == 0)
        {
            why = new Objection($"'{shown}' has nothing before the @.", "Type a name before it; a catch-all, @domain, is made among the aliases.");
            return false;
        }
        if (at == text.Length - 1)
        {
            why = new Objection($"'{shown}' has nothing after the @.", "Type the domain after it, such as example.test.");
            return false;
        }
        return LocalPart.TryParse(text[..at], shown, wide, out var local, out why)
            && DomainName.TryParse(text[(at + 1)..], out var domain, out why)
            && TryCombine(local, domain, out address, out why);
    }
}
