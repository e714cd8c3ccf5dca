using System.Globalization;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    private const string Done = "id NOT IN (SELECT id FROM open_entry) AND id NOT IN (SELECT id FROM changed_entry)";

    // Rows that are done with become a run; those that are left get their postings and addresses anew.
    private void Fold()
    {
        Within(() =>
        {
            var addresses = new AddressList();
            _builder.Begin();
            using (var done = new Statement(_connection, $"SELECT id, data FROM entry WHERE {Done} ORDER BY id"))
            {
                while (done.Next())
                {
                    if (Read(done.Long(0), done.Blob(1)) is not { } entry) continue;
                    _builder.Add(entry.Id, done.Blob(1), Terms.Of(entry, _scratch));
                    addresses.Add(entry);
                }
            }
            _runs.Add(new RunReader(_builder.End(addresses.Texts), _part));
            StoreSchema.Run(_connection, $"DELETE FROM entry WHERE {Done}; DELETE FROM posting; DELETE FROM address");
            addresses.Clear();
            using (var left = new Statement(_connection, "SELECT id, data FROM entry"))
            {
                while (left.Next())
                {
                    if (Read(left.Long(0), left.Blob(1)) is not { } entry) continue;
                    Compare(entry.Id, [], Terms.Of(entry, _scratch));
                    addresses.Add(entry);
                }
            }
            WritePostings();
            WriteAddresses(addresses);
        });
        _doneRows = 0;
    }

    /// <summary>Removes what was first seen before this moment.</summary>
    /// <param name="most">Most rows to remove now.</param>
    /// <returns>True when nothing older is left.</returns>
    public bool RemoveBefore(DateTime utc, int most)
    {
        Settle();
        var (limit, removed) = (EntryId.Least(utc), new List<long>());
        Within(() =>
        {
            using (var old = new Statement(_connection, "SELECT id, data FROM entry WHERE id < ? AND id NOT IN (SELECT id FROM open_entry) ORDER BY id LIMIT ?"))
            {
                old.With(limit).With(most);
                while (old.Next())
                {
                    removed.Add(old.Long(0));
                    if (Read(removed[^1], old.Blob(1)) is { } entry) Compare(entry.Id, Terms.Of(entry, _scratch), []);
                }
            }
            foreach (var id in removed) _sql.DropEntry.With(id).Run();
            WritePostings();
            if (removed.Count == most) return;
            // Runs leave as a whole; until then the floor hides what is too old in them.
            foreach (var gone in _runs.Where(run => run.Run.Last < limit).ToList())
            {
                StoreSchema.Run(_connection, string.Create(CultureInfo.InvariantCulture, $"DELETE FROM part WHERE id >= {Run.FirstPart(gone.Run.Number)} AND id < {Run.FirstPart(gone.Run.Number + 1)}; DELETE FROM run WHERE number = {gone.Run.Number}"));
                _runs.Remove(gone);
            }
            StoreSchema.Run(_connection, string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO floor (id, first) VALUES (0, {limit}) ON CONFLICT DO UPDATE SET first = max(first, excluded.first);
                DELETE FROM changed_entry WHERE id < {limit};
                DELETE FROM tally WHERE bucket < {Tally.BucketOf(utc)};
                DELETE FROM file WHERE is_done = 1 AND read_at < {limit};
                """));
        });
        CountDoneRows();
        StoreSchema.Run(_connection, "PRAGMA incremental_vacuum(4000)");
        return removed.Count < most;
    }

    /// <summary>How many runs there are.</summary>
    public int Runs
    {
        get
        {
            Settle();
            return _runs.Count;
        }
    }

    /// <summary>Bytes of the store on disk, what is free within it left out.</summary>
    public long Bytes
    {
        get
        {
            Settle();
            return (StoreSchema.Number(_connection, "PRAGMA page_count") - StoreSchema.Number(_connection, "PRAGMA freelist_count")) * StoreSchema.Number(_connection, "PRAGMA page_size");
        }
    }

    /// <summary>Behind the run that ends first: what came before it may go when the store is too large; null when there is none.</summary>
    public DateTime? SecondOldest => Runs == 0 ? null : EntryId.SecondOf(_runs.Min(run => run.Run.Last)).AddSeconds(1);
}
