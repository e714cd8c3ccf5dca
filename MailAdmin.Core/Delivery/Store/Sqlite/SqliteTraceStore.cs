using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Traces;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The store in a SQLite file of its own in the data directory.</summary>
/// <param name="data">Where it lies.</param>
/// <param name="time">Bounds searches.</param>
public sealed partial class SqliteTraceStore(DataDirectory data, TimeProvider time) : ITraceStore, IDisposable
{
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(2);

    private readonly ReadConnections _connections = new(data);

    /// <inheritdoc />
    public Task<TracePage> SearchAsync(TraceQuery query, CancellationToken ct) => ReadAsync(db => Search(db, query, ct), new TracePage([], null, false), ct);

    /// <inheritdoc />
    public void Dispose() => _connections.Dispose();

    private TracePage Search(ReadConnection db, TraceQuery query, CancellationToken ct)
    {
        var condition = Condition.Of(query);
        var page = Search(db, query, condition, ct);
        return condition.IsEither && page is { Rows.Count: 0, IsPartial: false } ? Search(db, query, Condition.Of(query, takesPart: true), ct) : page;
    }

    private TracePage Search(ReadConnection db, TraceQuery query, Condition condition, CancellationToken ct)
    {
        var until = time.GetTimestamp();
        var found = new List<TraceHit>();
        var upper = Math.Min(query.Before ?? long.MaxValue, query.Until is { } end ? EntryId.Least(end.UtcDateTime.AddSeconds(2)) : long.MaxValue);
        // An entry's number may be a little larger than its second, when there were very many in it; never less.
        var lower = query.Since is { } begin ? EntryId.Least(begin.UtcDateTime) : long.MinValue;
        long? goOn = null;
        var looked = 0;
        var finder = new Finder(db);
        var candidates = condition.Part is { } part ? finder.ByPart(part, condition.Groups, lower, upper) : condition.Groups.Count > 0 ? finder.ByTerms(condition.Groups, lower, upper) : finder.All(lower, upper);
        foreach (var candidate in candidates)
        {
            if (++looked % 64 == 0)
            {
                ct.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(until) > LongestSearch) return new TracePage(found, goOn, goOn is not null);
            }
            goOn = candidate.Id;
            if (!condition.Kinds.Contains(EntryCodec.KindOf(candidate.Bytes.Span))) continue;
            if (Unpack(db, candidate) is not { } entry || !condition.Holds(entry)) continue;
            found.Add(entry.ToHit());
            if (found.Count == query.Limit) return new TracePage(found, candidate.Id, false);
        }
        return new TracePage(found, null, false);
    }

    private StoredEntry? Unpack(ReadConnection db, Packed packed)
    {
        try
        {
            return EntryCodec.Read(packed.Id, packed.Bytes.Span, number => _connections.WordOf(db, number));
        }
        catch (InvalidDataException)
        {
            return null;   // one damaged row must not hide all others
        }
    }

    private async Task<T> ReadAsync<T>(Func<ReadConnection, T> read, T nothing, CancellationToken ct)
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        if (_connections.Take() is not { } db) return nothing;
        try
        {
            db.Begin();
            var result = read(db);
            db.End();
            _connections.Give(db);
            return result;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }
}
