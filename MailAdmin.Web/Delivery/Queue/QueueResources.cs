using System.ComponentModel;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Queue;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>A queue at one moment.</summary>
public sealed record QueueResource(
    [property: Description("Whose queue.")] string Host,
    [property: Description("When it was read.")] DateTimeOffset ReadAt,
    [property: Description("How many messages there are, fitting the filter or not.")] int All,
    [property: Description("How many messages are in each of Postfix's queues; those with none are left out.")] IReadOnlyDictionary<string, int> ByQueue,
    [property: Description("The largest groups of the messages that fit: same destination, same reason.")] IReadOnlyList<QueueGroupResource> Groups,
    [property: Description("How many groups there are.")] int GroupCount,
    [property: Description("One page of the messages that fit.")] IReadOnlyList<QueuedMessageResource> Items,
    [property: Description("How many messages fit.")] int Total,
    [property: Description("Rows before this page.")] int Offset,
    [property: Description("Bytes of the messages that fit.")] long SizeBytes,
    [property: Description("Lines of Postfix that were not understood.")] int Unread)
{
    internal static QueueResource Of(QueueView q) => new(q.Host, q.ReadAt, q.All, q.ByQueue.ToDictionary(p => p.Key.ToString().ToLowerInvariant(), p => p.Value),
        [.. q.Groups.Select(QueueGroupResource.Of)], q.GroupCount, [.. q.Rows.Select(QueuedMessageResource.Of)], q.Total, q.Offset, q.Bytes, q.Unread);
}

/// <summary>Messages that wait for the same destination for the same reason.</summary>
public sealed record QueueGroupResource(string Destination,
    [property: Description("The reason's name, as the filter reason takes it.")] string Reason,
    [property: Description("Enhanced status code (RFC 3463); null when the reason has none.")] string? Code,
    string Cause, Who WhoActs, string NextStep,
    [property: Description("One of the reasons exactly as Postfix says it; null when it says none.")] string? Sample,
    int Messages, int Recipients, long SizeBytes, DateTimeOffset Since)
{
    internal static QueueGroupResource Of(QueueGroup g) => new(g.Destination, g.Reason.Name, g.Reason.Code, g.Reason.Cause.Sentence, g.Reason.Cause.WhoActs, g.Reason.Cause.NextStep, g.Sample, g.Messages, g.Recipients, g.Bytes, g.Since);
}

/// <summary>One message in the queue.</summary>
public sealed record QueuedMessageResource(string Id, QueueName Queue, DateTimeOffset ArrivedAt, long SizeBytes,
    [property: Description("Envelope sender; empty for a notification.")] string Sender,
    [property: Description("Whom it still has to reach; the first 100.")] IReadOnlyList<QueuedRecipientResource> Recipients,
    int RecipientCount, bool ForcedToExpire)
{
    internal static QueuedMessageResource Of(QueuedMessage m) => new(m.Id, m.Queue, m.ArrivedAt, m.SizeBytes, m.Sender, [.. m.Recipients.Select(QueuedRecipientResource.Of)], m.RecipientCount, m.IsForcedToExpire);
}

/// <summary>One recipient that is still waited for.</summary>
public sealed record QueuedRecipientResource(string Address,
    [property: Description("Why the last try failed, as Postfix says it; null when there was none.")] string? Text,
    string? Code, string? Reason, string? Cause, Who? WhoActs, string? NextStep)
{
    internal static QueuedRecipientResource Of(QueuedRecipient r) => r.Reason is null ? new(r.Address, null, null, null, null, null, null)
        : DelayReason.Of(r.Reason) is var why ? new(r.Address, r.Reason, why.Code, why.Name, why.Cause.Sentence, why.Cause.WhoActs, why.Cause.NextStep) : throw new System.Diagnostics.UnreachableException();
}

/// <summary>The content of a message, as text.</summary>
public sealed record MessageContentResource(QueuedMessageResource Message,
    [property: Description("Decoded subject; empty when there is none.")] string Subject,
    [property: Description("Header lines as they are.")] string Headers,
    [property: Description("The body as it is; parts are neither decoded nor told apart.")] string Body,
    [property: Description("True when the message is longer than what is given here.")] bool Cut,
    [property: Description("Postfix's own record of it.")] string Envelope)
{
    internal static MessageContentResource Of(MessageContent c) => new(QueuedMessageResource.Of(c.Message), c.Subject, c.Headers, c.Body, c.IsCut, c.Envelope);
}

/// <summary>What to count.</summary>
public sealed record QueueCountPost
{
    [Description("The host's name; absent: the only host.")]
    public string? Host { get; init; }

    [Description("Text in the id, the sender, a recipient or a reason.")]
    public string? Search { get; init; }

    public QueueName? Queue { get; init; }

    [Description("Whole address; empty for notifications.")]
    public string? Sender { get; init; }

    [Description("Whole address, or @domain.")]
    public string? Recipient { get; init; }

    [Description("A recipient's domain.")]
    public string? Destination { get; init; }

    [Description("A reason's name, as groups have it.")]
    public string? Reason { get; init; }

    public DateTimeOffset? Before { get; init; }

    public DateTimeOffset? After { get; init; }

    internal QueueFilter Filter() => new() { Search = Search, Queue = Queue, Sender = Sender, Recipient = Recipient, Destination = Destination, Reason = Reason, Before = Before, After = After };
}

/// <summary>What was counted, and the name by which to act on it.</summary>
public sealed record QueueCountResource(
    [property: Description("Send this back with the act.")] string Selection,
    string Host, [property: Description("The filter in words.")] string Which, int Messages, long SizeBytes, DateTimeOffset? Oldest, DateTimeOffset? Newest, DateTimeOffset ExpiresAt)
{
    internal static QueueCountResource Of(QueueCount c) => new(c.Selection, c.Host, c.Words, c.Messages, c.Bytes, c.Oldest, c.Newest, c.ExpiresAt);
}

/// <summary>What to do, to which messages: ids, or a selection that was counted, or for flush a destination or all.</summary>
public sealed record QueueActPost
{
    [Description("The host's name; absent: the only host.")]
    public string? Host { get; init; }

    public required QueueAct Act { get; init; }

    [Description("Queue ids, up to 1000.")]
    public IReadOnlyList<string>? Ids { get; init; }

    [Description("What POST /queue/count gave.")]
    public string? Selection { get; init; }

    [Description("With a selection: the number that was counted. Must be there for delete.")]
    public int? Confirm { get; init; }

    [Description("For flush: only what waits for this domain.")]
    public string? Destination { get; init; }

    [Description("For flush: true for everything.")]
    public bool All { get; init; }
}

/// <summary>Work on a queue.</summary>
public sealed record QueueWorkResource(
    [property: Description("Number, as at /api/v1/queue/acts/{id}; null when Postfix took the request as a whole.")] int? Id,
    string Host, QueueAct Act, [property: Description("To which messages, in words.")] string Which, string Actor, int Total, int Done,
    [property: Description("How many had left the queue meanwhile, or needed nothing.")] int Gone,
    QueueWorkState State, string Sentence, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    internal static QueueWorkResource Of(QueueWork w) => new(w.Id, w.Host, w.Act, w.Words, w.Actor, w.Total, w.Done, w.Gone, w.State, w.Sentence, w.StartedAt, w.FinishedAt);
}
