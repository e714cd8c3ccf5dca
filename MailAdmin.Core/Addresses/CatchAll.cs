using System.Diagnostics.CodeAnalysis;

namespace MailAdmin.Core.Addresses;

/// <summary>Every address of a domain that nothing else has, written <c>@domain</c>. Also the right to send as any address of a domain.</summary>
/// <remarks>Source: virtual(5), "@domain".</remarks>
public sealed record CatchAll(DomainName Domain)
{
    /// <summary>For people: the domain in Unicode where that is safe.</summary>
    public string Unicode => $"@{Domain.Unicode}";

    /// <summary>The canonical text.</summary>
    public override string ToString() => $"@{Domain}";

    /// <summary>True when the text is meant as a catch-all: it begins with an @. Says nothing about the domain after it.</summary>
    public static bool IsMeantBy([NotNullWhen(true)] string? text) => text is ['@', ..];

    /// <summary>Reads <c>@domain</c>.</summary>
    /// <param name="text">What was given; null counts as empty.</param>
    /// <param name="catchAll">The catch-all; null when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CatchAll? catchAll, out Objection why)
    {
        catchAll = null;
        if (!IsMeantBy(text))
        {
            why = new Objection($"'{ShownText.Of(text, 80)}' is not a catch-all.", "Write it as @domain, such as @example.test.");
            return false;
        }
        if (!DomainName.TryParse(text[1..], out var domain, out why)) return false;
        catchAll = new CatchAll(domain);
        return true;
    }

    /// <summary>Reads <c>@domain</c> that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message says why and what to do.</exception>
    public static CatchAll Parse(string? text) => TryParse(text, out var catchAll, out var why) ? catchAll : throw new FormatException(why);
}
