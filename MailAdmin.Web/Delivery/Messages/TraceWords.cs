using System.Globalization;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Commands;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Delivery.Messages;

/// <summary>Messages in words. Texts from outside come out safe to look at.</summary>
public static class TraceWords
{
    /// <summary>What became of it, as tone and word.</summary>
    public static (Tone Tone, string Word) Of(RecipientState state) => state switch
    {
        RecipientState.Waiting => (Tone.Quiet, "Under way"),
        RecipientState.Delivered => (Tone.Good, "Delivered"),
        RecipientState.Filed => (Tone.Good, "Filed"),
        RecipientState.Discarded => (Tone.Warn, "Discarded"),
        RecipientState.Forwarded => (Tone.Good, "Forwarded"),
        RecipientState.Accepted => (Tone.Good, "Accepted"),
        RecipientState.PassedOn => (Tone.Good, "Passed on"),
        RecipientState.Deferred => (Tone.Warn, "Waiting"),
        RecipientState.Bounced => (Tone.Bad, "Bounced"),
        RecipientState.Expired => (Tone.Bad, "Expired"),
        RecipientState.Rejected => (Tone.Bad, "Refused"),
        RecipientState.Held => (Tone.Warn, "Held"),
        RecipientState.RemovedByAdministrator => (Tone.Warn, "Removed"),
        RecipientState.LostSight => (Tone.Quiet, "Lost sight"),
        RecipientState.GivenUp => (Tone.Quiet, "Given up"),
    };

    /// <summary>The same as a whole sentence about one recipient.</summary>
    public static string Sentence(TracedRecipient recipient) => recipient.State switch
    {
        RecipientState.Waiting => "The log says nothing of a try yet.",
        RecipientState.Delivered => $"It lies in {Folder(recipient)}.",
        RecipientState.Filed => $"A Sieve script filed it in {Folder(recipient)}.",
        RecipientState.Discarded => "A Sieve script or a rule threw it away.",
        RecipientState.Forwarded => "A Sieve script sent it on; the message that carries it stands below.",
        RecipientState.Accepted => $"{Relay(recipient)} took it. What happens there, this server cannot see.",
        RecipientState.PassedOn => $"It was handed to {Relay(recipient)}.",
        RecipientState.Deferred => $"It waits and is tried again; {Tries(recipient.Tries)} so far.",
        RecipientState.Bounced => "It was refused for good, and the sender was told.",
        RecipientState.Expired => $"It was tried for too long ({Tries(recipient.Tries)}) and given back to the sender.",
        RecipientState.Rejected => "It was refused.",
        RecipientState.Held => "It is held in the queue until somebody releases it.",
        RecipientState.RemovedByAdministrator => "An administrator removed it from the queue.",
        RecipientState.LostSight => "The log ends, or has a gap, before it says what became of it.",
        RecipientState.GivenUp => "Its client went away before it had handed the message over.",
    };

    /// <summary>What an entry of a list became.</summary>
    public static (Tone Tone, string Word) Of(TraceHit hit) => hit.Kind switch
    {
        TraceKind.Login => (Tone.Good, "Signed in"),
        TraceKind.LoginFailed or TraceKind.SaslFailed => (Tone.Warn, "Sign-in failed"),
        TraceKind.Reject => (Tone.Bad, "Refused"),
        TraceKind.Message => hit.State is { } state ? Of(state) : (Tone.Quiet, "Under way"),
    };

    public static string Relation(TraceRelation relation) => relation switch
    {
        TraceRelation.Before => "Carried it before",
        TraceRelation.After => "Carries it on",
        TraceRelation.Notification => "Tells the sender",
        TraceRelation.NotifiedAbout => "Is about",
        TraceRelation.Forwarded => "Sent on by Sieve",
        TraceRelation.SameMessageId => "Has the same Message-ID",
    };

    public static string Acts(Who who) => Queue.QueueWords.Acts(who);

    /// <summary>The address as a list shows it: "nobody" for notifications.</summary>
    public static string From(TraceHit hit) => hit.From switch { null => VisibleText.Of(hit.User ?? hit.Client ?? ""), "" => "a notification", var from => VisibleText.Of(from) };

    public static string To(TraceHit hit) => hit.To is null ? "" : VisibleText.Of(hit.OriginalTo ?? hit.To) + (hit.Recipients > 1 ? $" +{hit.Recipients - 1}" : "");

    /// <summary>"0.6 s", "4 min", "3 h".</summary>
    public static string Delay(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.0#", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        < 7200 => (seconds / 60).ToString("0", CultureInfo.InvariantCulture) + " min",
        < 172_800 => (seconds / 3600).ToString("0", CultureInfo.InvariantCulture) + " h",
        _ => (seconds / 86_400).ToString("0", CultureInfo.InvariantCulture) + " days",
    };

    /// <summary>The time of day with its hundredths, UTC.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString(at.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.ff", CultureInfo.InvariantCulture);

    public static string Size(long bytes) => bytes == 0 ? "0 B" : new SizeText(bytes).ToString();

    private static string Folder(TracedRecipient recipient) => recipient.Folder is { Length: > 0 } folder ? VisibleText.Of(folder) : "the mailbox";

    private static string Relay(TracedRecipient recipient) => recipient.Relay is { Length: > 0 } relay && relay != "none" ? VisibleText.Of(relay) : "Another server";

    private static string Tries(int count) => count == 1 ? "1 try" : $"{count} tries";
}
