using System.Globalization;
using MailAdmin.Core.Audit;

namespace MailAdmin.Web.Audit;

/// <summary>The filter of the audit page as it stands in the URL.</summary>
public static class AuditFilter
{
    /// <summary>The query of a filter. Days are UTC; the last day counts as a whole; text that is no day is no bound.</summary>
    public static AuditQuery QueryOf(string? search, string? by, string? about, string? act, string? from, string? to, int offset, int limit) =>
        new(Some(search), Math.Max(0, offset), limit, Some(by), Some(about), Some(act), Day(from), Day(to)?.AddDays(1));

    /// <summary>The day, at its beginning in UTC; null when the text is none.</summary>
    public static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
