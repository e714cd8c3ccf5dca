using System.Globalization;
using MailAdmin.Core.Domains;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Domains;

/// <summary>Domains in words.</summary>
public static class DomainWords
{
    /// <summary>The state in a word.</summary>
    public static (Tone Tone, string Text) Of(DomainView domain) =>
        domain.TrashedUntil is not null ? (Tone.Bad, "In trash") : domain.AliasOf is not null ? (Tone.Good, "Alias") : (Tone.Good, "Active");

    /// <summary>How many of how many: <c>26 of 500</c>, <c>26</c>.</summary>
    public static string Of(int count, int? most) => most is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"{count:N0} of {limit:N0}") : count.ToString("N0", CultureInfo.InvariantCulture);
}
