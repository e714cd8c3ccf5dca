using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes;

namespace MailAdmin.Web.Commands;

/// <summary>Reads arguments that have a form of their own; a wrong one is named with its value and what to do.</summary>
internal static class Values
{
    /// <summary>An option that may be left out, which means "unchanged".</summary>
    public static Optional<T> Given<T>(this ParseResult parsed, Option<T> option) => parsed.GetResult(option) is { Implicit: false } ? new Optional<T>(parsed.GetValue(option)!) : default;

    /// <summary>An option with a form of its own that may be left out.</summary>
    public static Optional<T> Given<T>(this ParseResult parsed, Option<string?> option, Func<string, string, T> read) =>
        parsed.GetResult(option) is { Implicit: false } ? new Optional<T>(read(option.Name, parsed.GetValue(option) ?? "")) : default;

    /// <summary>A size such as 5G; <c>none</c> (or <c>default</c>) for null.</summary>
    public static long? Quota(string argument, string text)
    {
        if (text is "none" or "default") return null;
        return ByteQuota.TryParse(text, out var quota, out var why) ? quota.Bytes : throw new UsageException(argument, text, why.Sentence, why.NextStep);
    }

    /// <summary>A whole number from 0; <c>none</c> for null.</summary>
    public static int? Number(string argument, string text) => text == "none" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UsageException(argument, text, $"'{ShownText.Of(text)}' is not a whole number.", "Give a number from 0, or none.");

    /// <summary>A date (the beginning of that day) or a moment in UTC; <c>never</c> or <c>none</c> for null.</summary>
    public static DateTimeOffset? Moment(string argument, string text) => text is "never" or "none" ? null
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment
        : throw new UsageException(argument, text, $"'{ShownText.Of(text)}' is not a date.", "Give 2027-01-31, or 2027-01-31T12:00Z, or never.");

    /// <summary>A mailbox state, in kebab or camel case.</summary>
    public static MailboxState State(string argument, string text) => Folded(text) switch
    {
        "active" => MailboxState.Active,
        "receiveonly" => MailboxState.ReceiveOnly,
        "suspended" => MailboxState.Suspended,
        _ => throw new UsageException(argument, text, $"There is no state '{ShownText.Of(text)}'.", "Choose active, receive-only or suspended."),
    };

    /// <summary>A role, in kebab or camel case.</summary>
    public static Role Role(string argument, string text) => Folded(text) switch
    {
        "owner" => Core.Administrators.Role.Owner,
        "administrator" => Core.Administrators.Role.Administrator,
        "domainadministrator" => Core.Administrators.Role.DomainAdministrator,
        "auditor" => Core.Administrators.Role.Auditor,
        _ => throw new UsageException(argument, text, $"There is no role '{ShownText.Of(text)}'.", "Choose owner, administrator, domain-administrator or auditor."),
    };

    /// <summary>yes or no.</summary>
    public static bool YesOrNo(string argument, string text) => text switch
    {
        "yes" or "true" or "on" => true,
        "no" or "false" or "off" => false,
        _ => throw new UsageException(argument, text, $"'{ShownText.Of(text)}' is neither yes nor no.", "Give yes or no."),
    };

    /// <summary>A list by commas; <c>none</c> for an empty one.</summary>
    public static IReadOnlyList<string> Words(string text) => text == "none" ? [] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An option that takes text with a form of its own.</summary>
    public static Option<string?> Text(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };

    /// <summary>An argument that must be there.</summary>
    public static Argument<string> Word(string name, string description) => new(name) { Description = description };

    private static string Folded(string text) => text.Replace("-", "").ToLowerInvariant();
}
