using MailAdmin.Core.Aliases;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Aliases;

/// <summary>Aliases in words.</summary>
public static class AliasWords
{
    /// <summary>An alias by name; a catch-all is called so.</summary>
    public static string Name(string address) => address.StartsWith('@') ? $"Catch-all of {address[1..]}" : address;

    /// <summary>The state in a word.</summary>
    public static (Tone Tone, string Text) Of(AliasView alias) =>
        alias.TrashedUntil is not null ? (Tone.Bad, "In trash") : alias.IsExpired ? (Tone.Quiet, "Expired") : alias.Expires is not null ? (Tone.Warn, "Until a date") : (Tone.Good, "Active");

    /// <summary>What becomes of mail at an end.</summary>
    public static (Tone Tone, string Text) Of(Destination end) => end switch
    {
        ToMailbox => (Tone.Good, "Mailbox"),
        ToElsewhere => (Tone.Good, "Elsewhere"),
        InCircles => (Tone.Bad, "In circles"),
        ToNowhere { Reason: NowhereReason.Suspended } => (Tone.Warn, "Suspended"),
        ToNowhere { Reason: NowhereReason.MailboxInTrash or NowhereReason.AliasInTrash or NowhereReason.DomainInTrash } => (Tone.Bad, "In trash"),
        ToNowhere { Reason: NowhereReason.Expired } => (Tone.Bad, "Expired"),
        _ => (Tone.Bad, "Nowhere"),
    };
}
