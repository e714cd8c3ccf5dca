using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Web.Commands;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>The queue in words. Texts from outside come out safe to look at.</summary>
public static class QueueWords
{
    // A try that failed a moment ago is no delay yet: Postfix itself tries again after five minutes.
    private static readonly TimeSpan Delayed = TimeSpan.FromMinutes(10);

    /// <summary>The page's answer in one sentence, and what it means.</summary>
    public static (Tone Tone, string Sentence) Answer(QueueView queue, DateTimeOffset now)
    {
        if (queue.All == 0) return (Tone.Good, "Nothing waits.");
        if (Worst(queue) is { } worst) return (IsDelayed(worst, now) ? Tone.Warn : Tone.Quiet, $"{Waiting(worst, now)}{Others(queue, worst)}.");
        var held = queue.ByQueue.GetValueOrDefault(QueueName.Hold);
        return held == queue.All ? (Tone.Quiet, $"{Messages(held)} {(held == 1 ? "is" : "are")} held.") : (Tone.Quiet, $"{Messages(queue.All)} {(queue.All == 1 ? "is" : "are")} on {(queue.All == 1 ? "its" : "their")} way.");
    }

    /// <summary>"214 messages wait for outlook.com since 13:40 (Too much at once, 4.7.0)".</summary>
    public static string Waiting(QueueGroup group, DateTimeOffset now) =>
        $"{Messages(group.Messages)} {(group.Messages == 1 ? "waits" : "wait")} for {ShownText.Of(group.Destination, 80)} since {Clock(group.Since, now)} ({Reason(group.Reason)})";

    /// <summary>The largest group that failed at least once; null when there is none.</summary>
    public static QueueGroup? Worst(QueueView queue) => queue.Groups.FirstOrDefault(g => g.Sample is not null);

    public static bool IsDelayed(QueueGroup group, DateTimeOffset now) => now - group.Since > Delayed;

    /// <summary>"too much at once, 4.7.0".</summary>
    public static string Reason(DelayReason reason) => reason.Code is null ? reason.Cause.Name : $"{reason.Cause.Name}, {reason.Code}";

    /// <summary>The time of day (UTC), with the day when it was not within the last 20 hours.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.ToString(now - at < TimeSpan.FromHours(20) ? "HH:mm" : "d MMM HH:mm", CultureInfo.InvariantCulture);

    public static string Messages(int count) => count == 1 ? "1 message" : $"{Number(count)} messages";

    public static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Size(long bytes) => bytes == 0 ? "0 B" : new SizeText(bytes).ToString();

    public static (Tone Tone, string Word) State(QueueName queue) => queue switch
    {
        QueueName.Active => (Tone.Good, "Delivering"),
        QueueName.Incoming => (Tone.Quiet, "Arriving"),
        QueueName.Maildrop => (Tone.Quiet, "Handed in"),
        QueueName.Deferred => (Tone.Warn, "Waiting"),
        QueueName.Hold => (Tone.Quiet, "Held"),
        QueueName.Corrupt => (Tone.Bad, "Damaged"),
    };

    /// <summary>Who has to act.</summary>
    public static string Acts(Who who) => who switch
    {
        Who.Nobody => "Nobody has to act.",
        Who.Us => "We have to act.",
        Who.Recipient => "The recipient's side has to act.",
        Who.Sender => "The sender has to act.",
    };

    /// <summary>"Delete", "Try now".</summary>
    public static string Verb(QueueAct act) => act switch
    {
        QueueAct.Flush => "Try now",
        QueueAct.Hold => "Hold",
        QueueAct.Release => "Release",
        QueueAct.Requeue => "Take in anew",
        QueueAct.Delete => "Delete",
    };

    /// <summary>What the act means for the messages.</summary>
    public static string Consequence(QueueAct act) => act switch
    {
        QueueAct.Flush => "Postfix tries them now, whatever their turn. Held ones stay held.",
        QueueAct.Hold => "No try is made until they are released. They do not expire meanwhile.",
        QueueAct.Release => "Held ones go back to waiting and are tried again.",
        QueueAct.Requeue => "Addresses and ways are worked out anew by today's configuration. The messages get other ids.",
        QueueAct.Delete => "They are gone for good, and neither senders nor recipients are told.",
    };

    public static string Icon(QueueAct act) => act switch
    {
        QueueAct.Flush => "play",
        QueueAct.Hold => "circle-pause",
        QueueAct.Release => "send",
        QueueAct.Requeue => "rotate-ccw",
        QueueAct.Delete => "trash-2",
    };

    private static string Others(QueueView queue, QueueGroup worst)
    {
        var others = queue.All - worst.Messages;
        return others <= 0 ? "" : $"; {Number(others)} more {(others == 1 ? "is" : "are")} in the queue";
    }
}
