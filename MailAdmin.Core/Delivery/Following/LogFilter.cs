using System.Text.RegularExpressions;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Which lines somebody wants to see. Everything that is given must hold; nothing given means all lines.</summary>
public sealed class LogFilter
{
    /// <summary>Most characters of a pattern.</summary>
    public const int LongestPattern = 500;

    private Regex? _regex;

    /// <summary>Every line.</summary>
    public static LogFilter All { get; } = new();

    /// <summary>Must occur in the line, upper and lower case alike.</summary>
    public string? Text { get; init; }

    /// <summary>A regular expression that must match within the line, upper and lower case alike; without look-around and back references, so that its time grows with the line's length only.</summary>
    public string? Pattern { get; init; }

    /// <summary>The service, or the last part of its name: <c>smtpd</c> also means <c>submission/smtpd</c>.</summary>
    public string? Service { get; init; }

    /// <summary>At least this serious.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>About this message.</summary>
    public string? QueueId { get; init; }

    /// <summary>A user or address: the line is about it, or names it.</summary>
    public string? User { get; init; }

    /// <summary>The host as registered.</summary>
    public string? Host { get; init; }

    /// <summary>True when every line passes.</summary>
    public bool IsAll => Text is null && Pattern is null && Service is null && Level is null && QueueId is null && User is null && Host is null;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public Refusal? Check()
    {
        if (Pattern is null) return null;
        if (Pattern.Length > LongestPattern)
            return new Malformed("pattern", ShownText.Of(Pattern, 40), $"A pattern has at most {LongestPattern} characters.", "Shorten it.");
        try
        {
            Regex();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return new Malformed("pattern", ShownText.Of(Pattern, 80), $"'{ShownText.Of(Pattern, 80)}' is not a pattern that can be used here: {ShownText.Of(e.Message)}", "Give a regular expression without look-around and back references, or search for a plain text.");
        }
    }

    /// <summary>True when the line passes.</summary>
    /// <exception cref="ArgumentException">The pattern is not one; see <see cref="Check"/>.</exception>
    public bool Matches(LogLine line) =>
        (Level is not { } level || line.Level >= level)
        && (QueueId is null || line.QueueId == QueueId)
        && (Host is null || string.Equals(line.Host, Host, StringComparison.OrdinalIgnoreCase))
        && (Service is null || IsService(line.Service, Service))
        && (User is null || string.Equals(line.User, User, StringComparison.OrdinalIgnoreCase) || line.Raw.Contains(User, StringComparison.OrdinalIgnoreCase))
        && (Text is null || line.Raw.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (Pattern is null || Regex().IsMatch(line.Raw));

    private static bool IsService(string service, string wanted) =>
        service.EndsWith(wanted, StringComparison.OrdinalIgnoreCase) && (service.Length == wanted.Length || service[service.Length - wanted.Length - 1] == '/');

    private Regex Regex() => _regex ??= new Regex(Pattern!, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
