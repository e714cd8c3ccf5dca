namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>When a line was written.</summary>
/// <param name="Utc">The time in UTC; seconds or finer, as the log has it.</param>
/// <param name="IsUncertain">True when the log does not say it surely: an hour that came twice or never by daylight saving, a year past the file's last change.</param>
public readonly record struct Stamp(DateTime Utc, bool IsUncertain);
