namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Finds stored entries, the newest first, in the rows and in all runs: each source is asked only when the others have nothing newer.</summary>
internal sealed class Finder(ReadConnection db)
{
    // Very many addresses of a run have the part: its entries will do sooner than all those lists.
    private const int MostAddresses = 500;

    private readonly long _floor = db.Number("SELECT first FROM floor");
    private readonly bool _hasChanged = db.Number("SELECT count(*) FROM changed_entry") > 0;

    /// <summary>The entry with this number; null when there is none.</summary>
    public Packed? Get(long id)
    {
        if (Row(id) is { } row) return row;
        if (id < _floor) return null;
        foreach (var run in db.Runs)
            if (Reader(run).Find(id) is { } entry) return entry;
        return null;
    }

    /// <summary>All entries with numbers from <paramref name="lower"/> to below <paramref name="upper"/>.</summary>
    public IEnumerable<Packed> All(long lower, long upper) => Merged(lower, upper, Rows(lower, upper), run => AllOf(run, lower, upper));

    /// <summary>Entries that have a term of each group, and perhaps others: whoever gets one looks at it.</summary>
    public IEnumerable<Packed> ByTerms(IReadOnlyList<int[]> groups, long lower, long upper) => Merged(lower, upper, RowsByTerms(groups, lower, upper), run => OfRun(run, groups, lower, upper));

    /// <summary>Entries with an address that has the part, and a term of each group; and perhaps others.</summary>
    public IEnumerable<Packed> ByPart(string part, IReadOnlyList<int[]> groups, long lower, long upper)
    {
        return Merged(lower, upper, RowsOfPart(), OfRunOfPart);

        IEnumerable<Packed> RowsOfPart()
        {
            var terms = new List<int>();
            var addresses = db.Prepared("SELECT text FROM address");
            while (addresses.Next())
                if (addresses.Text(0) is var text && AddressList.Has(text, part)) terms.Add(Terms.Address(text));
            return RowsByTerms([[.. terms], .. groups], lower, upper);
        }

        IEnumerable<Packed> OfRunOfPart(RunReader run)
        {
            var terms = run.TermsOfPart(part);
            if (terms.Count == 0) return [];
            if (terms.Count <= MostAddresses) return OfRun(run, [[.. terms], .. groups], lower, upper);
            return groups.Count == 0 ? AllOf(run, lower, upper) : OfRun(run, groups, lower, upper);
        }
    }

    private RunReader Reader(Run run) => new(run, db.Prepared("SELECT data FROM part WHERE id = ?"));

    private Packed? Row(long id)
    {
        var statement = db.Prepared("SELECT data FROM entry WHERE id = ?");
        statement.With(id);
        Packed? row = statement.Next() ? new Packed(id, statement.Blob(0).ToArray()) : null;
        statement.Reset();
        return row;
    }

    private IEnumerable<Packed> Rows(long lower, long upper)
    {
        var statement = db.Prepared("SELECT id, data FROM entry WHERE id < ? AND id >= ? ORDER BY id DESC");
        statement.With(upper).With(lower);
        try
        {
            while (statement.Next()) yield return new Packed(statement.Long(0), statement.Blob(1).ToArray());
        }
        finally
        {
            statement.Reset();
        }
    }

    private IEnumerable<Packed> RowsByTerms(IReadOnlyList<int[]> groups, long lower, long upper)
    {
        HashSet<long>? found = null;
        var statement = db.Prepared("SELECT id FROM posting WHERE term = ? AND id < ? AND id >= ?");
        foreach (var group in groups)
        {
            var some = new HashSet<long>();
            foreach (var term in group)
            {
                statement.With(term).With(upper).With(lower);
                while (statement.Next()) some.Add(statement.Long(0));
            }
            if (found is null) found = some;
            else found.IntersectWith(some);
            if (found.Count == 0) yield break;
        }
        foreach (var id in found!.OrderDescending())
            if (Row(id) is { } row) yield return row;
    }

    private static IEnumerable<Packed> AllOf(RunReader run, long lower, long upper)
    {
        for (var place = run.LastBelow(upper); place >= 0; place--)
        {
            if (run.At(place) is not { } entry) continue;
            if (entry.Id < lower) yield break;
            yield return entry;
        }
    }

    private static IEnumerable<Packed> OfRun(RunReader run, IReadOnlyList<int[]> groups, long lower, long upper)
    {
        List<int>? found = null;
        foreach (var group in groups)
        {
            var some = new List<int>();
            foreach (var term in group) run.Places(term, some);
            if (group.Length > 1) some = [.. some.Order().Distinct()];
            found = found is null ? some : [.. found.Where(place => some.BinarySearch(place) >= 0)];
            if (found.Count == 0) yield break;
        }
        for (var i = found!.Count - 1; i >= 0; i--)
        {
            var block = found[i] / Run.EntriesPerBlock;
            if (block >= run.Run.Blocks || run.Run.FirstOf(block) >= upper || run.At(found[i]) is not { } entry || entry.Id >= upper) continue;
            if (entry.Id < lower) yield break;
            yield return entry;
        }
    }

    // A run is opened when nothing newer is left than its newest entry.
    private IEnumerable<Packed> Merged(long lower, long upper, IEnumerable<Packed> rows, Func<RunReader, IEnumerable<Packed>> ofRun)
    {
        var waiting = new PriorityQueue<(IEnumerator<Packed>? Opened, Run? Run), (long, int)>();
        var opened = new List<IEnumerator<Packed>>();
        try
        {
            Open(rows, null);
            var least = Math.Max(lower, _floor);
            foreach (var run in db.Runs)
                if (run.First < upper && run.Last >= least) waiting.Enqueue((null, run), (-Math.Min(run.Last, upper - 1), 0));
            while (waiting.TryDequeue(out var next, out _))
            {
                if (next.Opened is not { } source)
                {
                    Open(ofRun(Reader(next.Run!)), next.Run);
                    continue;
                }
                var entry = source.Current;
                if (next.Run is null || entry.Id >= least && !(_hasChanged && IsChanged(entry.Id))) yield return entry;
                Enqueue(source, next.Run);
            }
        }
        finally
        {
            foreach (var source in opened) source.Dispose();
        }

        void Open(IEnumerable<Packed> entries, Run? run)
        {
            opened.Add(entries.GetEnumerator());
            Enqueue(opened[^1], run);
        }

        void Enqueue(IEnumerator<Packed> source, Run? run)
        {
            if (source.MoveNext()) waiting.Enqueue((source, run), (-source.Current.Id, 1));
        }
    }

    private bool IsChanged(long id)
    {
        var statement = db.Prepared("SELECT 1 FROM changed_entry WHERE id = ?");
        statement.With(id);
        var isChanged = statement.Next();
        statement.Reset();
        return isChanged;
    }
}
