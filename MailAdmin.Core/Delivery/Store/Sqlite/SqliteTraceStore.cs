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
    private const int MostAddresses = 2_000;

    private readonly ReadConnections _connections = new(data);

    /// <inheritdoc />
    public Task<TracePage> SearchAsync(TraceQuery query, CancellationToken ct) => ReadAsync(db => Search(db, query, ct), new TracePage([], null, false), ct);

    /// <inheritdoc />
    public void Dispose() => _connections.Dispose();

    private TracePage Search(ReadConnection db, TraceQuery query, CancellationToken ct)
    {
        var condition = Condition.Of(query);
        var until = time.GetTimestamp();
        var found = new List<TraceHit>();
        var upper = Math.Min(query.Before ?? long.MaxValue, query.Until is { } end ? EntryId.Least(end.UtcDateTime.AddSeconds(2)) : long.MaxValue);
        // An entry's number may be a little larger than its second, when there were very many in it; never less.
        var lower = query.Since is { } begin ? EntryId.Least(begin.UtcDateTime) : long.MinValue;
        long? goOn = null;
        var looked = 0;
        foreach (var id in Candidates(db, condition, lower, upper))
        {
            if (++looked % 64 == 0)
            {
                ct.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(until) > LongestSearch) return new TracePage(found, goOn, goOn is not null);
            }
            goOn = id.Id;
            if (!condition.Kinds.Contains(id.Kind)) continue;
            if (id.Entry() is not { } entry || !condition.Holds(entry)) continue;
            found.Add(entry.ToHit());
            if (found.Count == query.Limit) return new TracePage(found, id.Id, false);
        }
        return new TracePage(found, null, false);
    }

    private readonly record struct Candidate(long Id, TraceKind Kind, Func<StoredEntry?> Entry);

    private IEnumerable<Candidate> Candidates(ReadConnection db, Condition condition, long lower, long upper)
    {
        var groups = condition.Groups;
        if (condition.Part is { } part)
        {
            var terms = TermsOfPart(db, part);
            if (terms.Length == 0) return [];
            // Very many addresses have it: the newest entries will do sooner than all those lists.
            if (terms.Length < MostAddresses) groups = [terms, .. groups];
        }
        return groups.Count == 0 ? Newest(db, lower, upper) : ByTerms(db, groups, lower, upper);
    }

    private IEnumerable<Candidate> Newest(ReadConnection db, long lower, long upper)
    {
        var statement = db.Prepared("SELECT id, data FROM entry WHERE id < ? AND id >= ? ORDER BY id DESC");
        statement.With(upper).With(lower);
        try
        {
            while (statement.Next())
            {
                var id = statement.Long(0);
                yield return new Candidate(id, EntryCodec.KindOf(statement.Blob(1)), () => Unpack(db, id, statement.Blob(1)));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    private IEnumerable<Candidate> ByTerms(ReadConnection db, List<int[]> groups, long lower, long upper)
    {
        foreach (var (number, first, last) in SegmentsOf(db, lower, upper))
        {
            foreach (var id in IdsIn(db, number, first, groups, Math.Max(lower, last.From), Math.Min(upper, last.To)))
            {
                var fetch = db.Prepared("SELECT data FROM entry WHERE id = ?");
                fetch.With(id);
                var entry = fetch.Next() ? (Kind: EntryCodec.KindOf(fetch.Blob(0)), Entry: Unpack(db, id, fetch.Blob(0))) : default;
                fetch.Reset();
                if (entry.Entry is not null) yield return new Candidate(id, entry.Kind, () => entry.Entry);
            }
        }
    }

    // Numbers in one segment that have a term of each group, the largest first.
    private static IEnumerable<long> IdsIn(ReadConnection db, int segment, long first, List<int[]> groups, long lower, long upper)
    {
        if (groups[0].Length > 1) return Merged(db, segment, first, groups, lower, upper);
        return One(db, segment, first, groups, groups[0][0], lower, upper);
    }

    private static IEnumerable<long> One(ReadConnection db, int segment, long first, List<int[]> groups, int term, long lower, long upper)
    {
        const int AtOnce = 256;
        var batch = new List<long>(AtOnce);
        while (true)
        {
            batch.Clear();
            var statement = db.Prepared("SELECT at FROM posting WHERE segment = ? AND term = ? AND at < ? AND at >= ? ORDER BY at DESC LIMIT ?");
            statement.With(segment).With(term).With(Relative(upper, first)).With(Relative(lower, first)).With(AtOnce);
            while (statement.Next()) batch.Add(statement.Long(0));
            foreach (var at in batch)
                if (HasOthers(db, segment, at, groups)) yield return first + at;
            if (batch.Count < AtOnce) yield break;
            upper = first + batch[^1];
        }
    }

    private static List<long> Merged(ReadConnection db, int segment, long first, List<int[]> groups, long lower, long upper)
    {
        var all = new HashSet<long>();
        var statement = db.Prepared("SELECT at FROM posting WHERE segment = ? AND term = ? AND at < ? AND at >= ?");
        foreach (var term in groups[0])
        {
            statement.With(segment).With(term).With(Relative(upper, first)).With(Relative(lower, first));
            while (statement.Next()) all.Add(statement.Long(0));
        }
        return [.. all.Where(at => HasOthers(db, segment, at, groups)).OrderDescending().Select(at => first + at)];
    }

    private static bool HasOthers(ReadConnection db, int segment, long at, List<int[]> groups)
    {
        for (var i = 1; i < groups.Count; i++)
        {
            var hasOne = false;
            foreach (var term in groups[i])
            {
                var statement = db.Prepared("SELECT 1 FROM posting WHERE segment = ? AND term = ? AND at = ?");
                statement.With(segment).With(term).With(at);
                hasOne = statement.Next();
                statement.Reset();
                if (hasOne) break;
            }
            if (!hasOne) return false;
        }
        return true;
    }

    private static long Relative(long id, long first) => id == long.MaxValue ? long.MaxValue : id == long.MinValue ? long.MinValue : id - first;

    // The newest first. What lies before the first segment belongs to it.
    private static List<(int Number, long First, (long From, long To) Ids)> SegmentsOf(ReadConnection db, long lower, long upper)
    {
        var segments = new List<(int, long, (long, long))>();
        var (statement, next) = (db.Prepared("SELECT number, first FROM segment ORDER BY first DESC"), long.MaxValue);
        var all = new List<(int Number, long First)>();
        while (statement.Next()) all.Add((statement.Int(0), statement.Long(1)));
        for (var i = 0; i < all.Count; i++)
        {
            var from = i == all.Count - 1 ? long.MinValue : all[i].First;
            if (from < upper && next > lower) segments.Add((all[i].Number, all[i].First, (from, next)));
            next = all[i].First;
        }
        return segments;
    }

    private static int[] TermsOfPart(ReadConnection db, string part)
    {
        // All its trigrams must be there; whether they stand side by side is seen at the entry.
        var match = string.Join(" AND ", Enumerable.Range(0, part.Length - 2).Select(at => $"\"{part.Substring(at, 3).Replace("\"", "\"\"", StringComparison.Ordinal)}\"").Distinct());
        var (segments, tables) = (db.Prepared("SELECT number FROM segment ORDER BY first DESC"), new List<int>());
        while (segments.Next())
            if (AddressBookOfSegment.TableOf(segments.Int(0)) is var table && !tables.Contains(table)) tables.Add(table);
        var terms = new HashSet<int>();
        foreach (var table in tables)
        {
            if (!HasTable(db, AddressBookOfSegment.Name(table))) continue;
            var statement = db.Prepared($"SELECT rowid FROM {AddressBookOfSegment.Name(table)} WHERE {AddressBookOfSegment.Name(table)} MATCH ?");
            statement.With(match);
            while (terms.Count < MostAddresses && statement.Next()) terms.Add(AddressBookOfSegment.TermOf(statement.Long(0)));
            statement.Reset();
        }
        return [.. terms];
    }

    private static bool HasTable(ReadConnection db, string name)
    {
        var statement = db.Prepared("SELECT 1 FROM sqlite_master WHERE name = ?");
        statement.With(name);
        var has = statement.Next();
        statement.Reset();
        return has;
    }

    private StoredEntry? Unpack(ReadConnection db, long id, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return EntryCodec.Read(id, bytes, number => _connections.WordOf(db, number));
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
            var result = read(db);
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
