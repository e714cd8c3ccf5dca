using System.Globalization;

namespace MailAdmin.Web.Controls;

/// <summary>Moments in words. English, UTC, the same on every machine.</summary>
public static class Moments
{
    /// <summary>The exact moment with its zone: <c>22 Nov 2026, 09:12:04 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>As people say it: <c>just now</c>, <c>5 min ago</c>, <c>in 3 days</c>, <c>12 Oct</c>, <c>12 Oct 2025</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var (age, utc) = (now - at, at.ToUniversalTime());
        if (age.Duration() < TimeSpan.FromSeconds(45)) return age < TimeSpan.Zero ? "in a moment" : "just now";
        if (age.Duration() > TimeSpan.FromDays(31))
            return utc.ToString(utc.Year == now.UtcDateTime.Year ? "d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture);
        var amount = age.Duration() switch
        {
            { TotalMinutes: < 59.5 } d => $"{Math.Round(d.TotalMinutes):0} min",
            { TotalHours: < 23.5 } d => $"{Math.Round(d.TotalHours):0} h",
            var d => Math.Round(d.TotalDays) is var days && days == 1 ? "1 day" : $"{days:0} days",
        };
        return age < TimeSpan.Zero ? $"in {amount}" : $"{amount} ago";
    }
}
