namespace MailAdmin.Core.Certificates;

/// <summary>Thinks of a certificate's time in shares of its lifetime: lifetimes of 6, 45, 64 and 90 days are all in use, and get shorter.</summary>
public static class Lifetime
{
    /// <summary>With less than this share left people are alerted.</summary>
    public const double FirstAlert = 1d / 3;

    /// <summary>With less than this share left people are alerted again, louder.</summary>
    public const double LastAlert = 1d / 6;

    /// <summary>The share of the lifetime that is left: 1 at its begin or before, 0 at its end or after.</summary>
    public static double LeftOf(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now) =>
        notAfter <= notBefore ? 0 : Math.Clamp((notAfter - now) / (notAfter - notBefore), 0, 1);

    /// <summary>When this share of the lifetime will be left.</summary>
    public static DateTimeOffset When(double left, DateTimeOffset notBefore, DateTimeOffset notAfter) => notAfter - (notAfter - notBefore) * left;
}
