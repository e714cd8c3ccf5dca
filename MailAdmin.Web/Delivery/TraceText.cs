using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Web.Delivery;

/// <summary>One entry of the store as text for a terminal. Everything that came from the log is shown with control characters made visible.</summary>
internal static class TraceText
{
    private const int Longest = 300;

    public static void Write(TextWriter to, TraceDetail detail)
    {
        var hit = detail.Hit;
        to.WriteLine(hit.Kind switch
        {
            TraceKind.Message => $"{Shown(hit.QueueId)}  {Sender(hit.From)} → {Shown(hit.To ?? "?")}{(hit.Recipients > 1 ? $" and {hit.Recipients - 1} more" : "")}  {hit.FirstSeen:yyyy-MM-dd HH:mm:ss}Z  {StateOf(hit.State)}",
            TraceKind.Reject => $"refused  {Sender(hit.From)} → {Shown(hit.To ?? "?")}  {hit.FirstSeen:yyyy-MM-dd HH:mm:ss}Z  from {Shown(hit.Client)}",
            _ => $"{(hit.Kind == TraceKind.Login ? "login" : "failed login")}  {Shown(hit.User)}  {hit.FirstSeen:yyyy-MM-dd HH:mm:ss}Z  from {Shown(hit.Client)}",
        });
        if (hit.IsTimeUncertain) to.WriteLine("  (the log does not say its times surely)");
        foreach (var entry in detail.Timeline)
        {
            to.WriteLine($"  {entry.Time:HH:mm:ss.ff}  {Shown(entry.Sentence)}");
            if (entry.Kind == Core.Delivery.Parsing.EventKind.Tried && entry.Text is not null)
                to.WriteLine($"               {entry.Dsn} {Shown(entry.Text)}{(entry.Delays is { } delays ? $"  [delays {Shown(delays)}]" : "")}{(entry.Tls is { } tls ? $"  [{Shown(tls)}]" : "")}");
        }
        for (var i = 0; i < (detail.Message?.Recipients.Count ?? 0); i++) Write(to, detail.Message!.Recipients[i], i < detail.Causes.Count ? detail.Causes[i] : null);
        if (detail.Reject is not null && detail.Causes is [{ } cause, ..]) Write(to, cause);
        foreach (var related in detail.Related) to.WriteLine($"  {Relation(related.Relation)}: {Shown(related.Hit.QueueId)} on {Shown(related.Hit.Host)}, {Sender(related.Hit.From)} → {Shown(related.Hit.To ?? "?")}, {StateOf(related.Hit.State)}  (no. {related.Hit.Id})");
    }

    private static void Write(TextWriter to, TracedRecipient recipient, Cause? cause)
    {
        var folder = recipient.Folder is { } name ? $" to {Shown(name)}" : "";
        var delay = recipient.DelaySeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" after {seconds:0.##} s") : "";
        to.WriteLine($"  {Shown(recipient.To)}: {StateOf(recipient.State)}{folder}{delay}{(recipient.Tries > 1 ? $", {recipient.Tries} tries" : "")}{(recipient.SieveNote is { } note ? $" ({Shown(note)})" : "")}");
        if (cause is not null) Write(to, cause);
    }

    private static void Write(TextWriter to, Cause cause) => to.WriteLine($"    {cause.Name}: {cause.Sentence} {WhoActs(cause.WhoActs)} {cause.NextStep}");

    private static string WhoActs(Who who) => who switch
    {
        Who.Nobody => "Nobody has to act.",
        Who.Us => "You have to act.",
        Who.Recipient => "The recipient's side has to act.",
        Who.Sender => "The sender's side has to act.",
    };

    private static string Relation(TraceRelation relation) => relation switch
    {
        TraceRelation.Before => "Came as",
        TraceRelation.After => "Went on as",
        TraceRelation.Notification => "The sender was told by",
        TraceRelation.NotifiedAbout => "Tells about",
        TraceRelation.Forwarded => "Sent on as",
        TraceRelation.SameMessageId => "Same Message-ID",
    };

    private static string StateOf(RecipientState? state) => state switch
    {
        null => "",
        RecipientState.PassedOn => "passed on",
        RecipientState.RemovedByAdministrator => "removed by an administrator",
        RecipientState.LostSight => "lost from sight",
        RecipientState.GivenUp => "given up by the client",
        { } other => other.ToString().ToLowerInvariant(),
    };

    private static string Sender(string? from) => from is null ? "?" : from.Length == 0 ? "<>" : Shown(from);

    private static string Shown(string? text) => ShownText.Of(text, Longest);
}
