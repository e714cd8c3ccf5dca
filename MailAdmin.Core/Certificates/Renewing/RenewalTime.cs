using System.Globalization;
using System.Security.Cryptography;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>When to renew and when to try again: shares of the lifetime, never days. Pure but for the jitter.</summary>
public static class RenewalTime
{
    // Authorities ask for it: else whole fleets come at the same minute.
    private const double Jitter = 0.02;

    private static readonly TimeSpan ShortLived = TimeSpan.FromDays(10);

    /// <summary>The time chosen in the authority's window, evenly (RFC 9773, 4.2).</summary>
    public static (DateTimeOffset At, string Reason) Of(RenewalSuggestion suggestion) =>
        (suggestion.Start + (suggestion.End - suggestion.Start) * Share(), string.Create(CultureInfo.InvariantCulture, $"the authority suggests {suggestion.Start.UtcDateTime:yyyy-MM-dd HH:mm} to {suggestion.End.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));

    /// <summary>The time at which a share of the lifetime is left, some jitter before.</summary>
    public static (DateTimeOffset At, string Reason) Of(DateTimeOffset notBefore, DateTimeOffset notAfter, CertificateOptions options)
    {
        var lifetime = notAfter - notBefore;
        var left = lifetime < ShortLived ? options.RenewShortLivedAtFraction : options.RenewAtFraction;
        return (Lifetime.When(Math.Min(0.95, left + Jitter * Share()), notBefore, notAfter), string.Create(CultureInfo.InvariantCulture, $"when {left:P0} of its lifetime is left"));
    }

    /// <summary>The next try: later after each failure, up to a twenty-fourth of the lifetime and a day; never before the authority permits. Without end.</summary>
    /// <param name="failures">How many tries failed in a row, from 1.</param>
    public static DateTimeOffset NextTry(TimeSpan lifetime, int failures, IssueResult.Failed failed, DateTimeOffset now)
    {
        var first = TimeSpan.FromMinutes(failed.WaitingHelps ? 5 : 60);
        var most = lifetime / 24 is var share && share > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : share;
        var wait = first * Math.Pow(2, Math.Min(failures - 1, 20));
        if (wait > most) wait = most;
        var next = now + wait * (1 + Share() / 4);
        return failed.NotBefore is { } permitted && permitted > next ? permitted : next;
    }

    private static double Share() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
