using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

public sealed partial class SqliteTraceStore
{
    private const int MostRelated = 20;

    /// <inheritdoc />
    public Task<TraceDetail?> GetAsync(long id, CancellationToken ct) => ReadAsync(db => Entry(db, id) is { } entry ? DetailOf(db, entry) : null, null, ct);

    /// <inheritdoc />
    public Task<LogFileMark?> FileAsync(int file, CancellationToken ct) => ReadAsync(db =>
    {
        var statement = db.Prepared("SELECT host, source, device, inode, head_length, head FROM file WHERE id = ?");
        statement.With(file);
        var mark = statement.Next() ? new LogFileMark(statement.Text(0), statement.Text(1), statement.Long(2), statement.Long(3), statement.Int(4), statement.Blob(5).ToArray()) : null;
        statement.Reset();
        return mark;
    }, null, ct);

    private TraceDetail DetailOf(ReadConnection db, StoredEntry entry)
    {
        IReadOnlyList<Cause?> causes = entry.Message is { } message ? [.. message.List.Select(recipient => StoredEntry.IsTrouble(recipient.State) ? Cause.Of(recipient) : null)]
            : entry.Reject is { } reject ? [Cause.Of(reject)] : [];
        return new TraceDetail(entry.ToHit(), entry.Message, entry.Reject, Timeline.Of(entry), causes, entry.Message is { } mail ? Related(db, entry, mail) : []);
    }

    private StoredEntry? Entry(ReadConnection db, long id) => new Finder(db).Get(id) is { } packed ? Unpack(db, packed) : null;

    // Queue ids come again after a while, so of several messages with one id the nearest in time is meant.
    private List<RelatedTrace> Related(ReadConnection db, StoredEntry entry, Trace message)
    {
        var found = new Dictionary<long, RelatedTrace>();
        if (message.Parent is { } parent && Nearest(db, entry, Terms.QueueId(parent), other => other.QueueId == parent) is { } before)
            Add(IsNotification(message) ? TraceRelation.NotifiedAbout : TraceRelation.Before, before);
        foreach (var next in All(db, entry, Terms.ContinuedFrom(message.QueueId), other => other.Parent == message.QueueId && other.FirstSeen >= message.FirstSeen.AddSeconds(-2)))
            Add(IsNotification(next.Message!) ? TraceRelation.Notification : TraceRelation.After, next);
        foreach (var queuedAs in message.List.Select(recipient => recipient.QueuedAs).OfType<string>().Distinct().Take(MostRelated))
            if (Nearest(db, entry, Terms.QueueId(queuedAs), other => other.QueueId == queuedAs) is { } after) Add(TraceRelation.After, after);
        foreach (var former in All(db, entry, Terms.QueueId(message.QueueId), other => other.List.Exists(recipient => recipient.QueuedAs == message.QueueId) && other.FirstSeen <= message.LastSeen.AddSeconds(2)))
            Add(TraceRelation.Before, former);
        if (!string.IsNullOrEmpty(message.MessageId))
        {
            foreach (var same in All(db, entry, Terms.MessageId(message.MessageId), other => other.MessageId == message.MessageId))
            {
                var isForwarded = message.List.Exists(recipient => recipient.State == RecipientState.Forwarded) && same.FirstSeen >= message.FirstSeen && same.Message!.List.Exists(recipient => message.List.Exists(own => own.SieveNote?.Contains(recipient.OriginalTo ?? recipient.To, StringComparison.OrdinalIgnoreCase) == true));
                Add(isForwarded ? TraceRelation.Forwarded : TraceRelation.SameMessageId, same);
            }
        }
        return [.. found.Values.OrderBy(related => related.Hit.FirstSeen).ThenBy(related => related.Hit.Id)];

        void Add(TraceRelation relation, StoredEntry other)
        {
            if (found.Count < MostRelated) found.TryAdd(other.Id, new RelatedTrace(relation, other.ToHit()));
        }
    }

    private static bool IsNotification(Trace message) => message.From is { Length: 0 } && message.Client is null;

    private StoredEntry? Nearest(ReadConnection db, StoredEntry entry, int term, Func<Trace, bool> test) =>
        All(db, entry, term, test).MinBy(other => Math.Abs((other.FirstSeen - entry.FirstSeen).Ticks));

    private List<StoredEntry> All(ReadConnection db, StoredEntry entry, int term, Func<Trace, bool> test) =>
        [.. new Finder(db).ByTerms([[term]], long.MinValue, long.MaxValue).Take(100).Where(candidate => candidate.Id != entry.Id).Select(candidate => Unpack(db, candidate)).OfType<StoredEntry>().Where(other => other.Message is { } message && test(message))];
}
