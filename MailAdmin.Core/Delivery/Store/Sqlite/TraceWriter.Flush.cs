using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    private readonly List<Waiter> _open = [];
    private readonly List<Waiter> _again = [];
    private readonly AddressList _addressesOfOpen = new();
    private readonly List<(int Term, long Id)> _added = [];
    private readonly List<(int Term, long Id)> _removed = [];

    /// <summary>Writes all that waits, and how far the logs were read.</summary>
    /// <param name="files">The files whose place changed.</param>
    /// <param name="sources">The logs whose numbers changed.</param>
    /// <exception cref="SqliteException">Nothing of it was written.</exception>
    public void Flush(IEnumerable<StoredFile> files, IEnumerable<StoredSource> sources)
    {
        Within(() =>
        {
            PackChanged();
            var done = Once(_done);
            if (done.Count >= _sizes.AtOnce) WriteRun(done);
            else
            {
                foreach (var waiter in done) WriteRow(waiter, isOpen: false);
                _doneRows += done.Count;
                WriteAddresses(_addressesOfDone);
            }
            foreach (var waiter in Once(_open)) WriteRow(waiter, isOpen: true);
            foreach (var waiter in Once(_again)) WriteAgain(waiter);
            WriteAddresses(_addressesOfOpen);
            WritePostings();
            Tally.Write(_sql.AddTally);
            _words.Write(_sql.PutWord);
            foreach (var file in files) Put(file);
            foreach (var source in sources) Put(source);
        });
        Forget();
        if (_doneRows >= _sizes.Rows) Fold();
    }

    private void PackChanged()
    {
        foreach (var message in _changed)
        {
            if (message is null) continue;
            // Dovecot's line about a delivery may come when the message was done with.
            if (!message.IsGiven) Pack(message, _open, _addressesOfOpen);
            else if (message.DoneIn == _batch) Pack(message, _done, _addressesOfDone);
            else Pack(message, _again, _addressesOfOpen);
        }
    }

    // In the order of their numbers; of one that waits twice the latter, with what is stored of it known by the former.
    private static List<Waiter> Once(List<Waiter> waiting)
    {
        var once = new List<Waiter>(waiting.Count);
        foreach (var waiter in waiting.OrderBy(waiter => waiter.Id))
        {
            if (once.Count > 0 && once[^1].Id == waiter.Id) once[^1] = waiter with { Before = once[^1].Before, WasOpen = once[^1].WasOpen };
            else once.Add(waiter);
        }
        return once;
    }

    private void WriteRun(List<Waiter> done)
    {
        _builder.Begin();
        foreach (var waiter in done)
        {
            _builder.Add(waiter.Id, _bytes.AsSpan(waiter.Start, waiter.Length), waiter.Terms);
            if (!waiter.WasOpen) continue;
            _sql.DropEntry.With(waiter.Id).Run();
            _sql.DropOpen.With(waiter.Id).Run();
            foreach (var term in waiter.Before) _removed.Add((term, waiter.Id));
        }
        _runs.Add(new RunReader(_builder.End(_addressesOfDone.Texts), _part));
    }

    private void WriteRow(Waiter waiter, bool isOpen)
    {
        _sql.PutEntry.With(waiter.Id).With(_bytes.AsSpan(waiter.Start, waiter.Length)).Run();
        if (isOpen && !waiter.WasOpen) _sql.PutOpen.With(waiter.Id).Run();
        else if (!isOpen && waiter.WasOpen) _sql.DropOpen.With(waiter.Id).Run();
        Compare(waiter.Id, waiter.Before, waiter.Terms);
    }

    // What lies in a run is never changed: a row takes its place, for as long as it lives.
    private void WriteAgain(Waiter waiter)
    {
        _sql.HasEntry.With(waiter.Id);
        var isRow = _sql.HasEntry.Next();
        _sql.HasEntry.Reset();
        if (!isRow) _sql.PutChanged.With(waiter.Id).Run();
        WriteRow(isRow ? waiter : waiter with { Before = [] }, isOpen: false);
    }

    // Both lists are sorted.
    private void Compare(long id, int[] before, int[] now)
    {
        var (b, n) = (0, 0);
        while (b < before.Length || n < now.Length)
        {
            if (b == before.Length || n < now.Length && now[n] < before[b]) _added.Add((now[n++], id));
            else if (n == now.Length || before[b] < now[n]) _removed.Add((before[b++], id));
            else (b, n) = (b + 1, n + 1);
        }
    }

    private void WritePostings()
    {
        _removed.Sort();
        foreach (var (term, id) in _removed) _sql.DropPosting.With(term).With(id).Run();
        _added.Sort();
        foreach (var (term, id) in _added) _sql.PutPosting.With(term).With(id).Run();
        _removed.Clear();
        _added.Clear();
    }

    private void WriteAddresses(AddressList addresses)
    {
        foreach (var (hash, text) in addresses.All) _sql.PutAddress.With(hash).With(text).Run();
    }

    private void Forget()
    {
        _changed.Clear();
        _done.Clear();
        _open.Clear();
        _again.Clear();
        _addressesOfDone.Clear();
        _addressesOfOpen.Clear();
        _length = 0;
        if (_bytes.Length > 1 << 22) _bytes = new byte[1 << 16];
        _batch++;
        _ids.Written();
    }

    // All or nothing.
    private void Within(Action write)
    {
        StoreSchema.Run(_connection, "BEGIN IMMEDIATE");
        try
        {
            write();
            StoreSchema.Run(_connection, "COMMIT");
        }
        catch
        {
            try
            {
                StoreSchema.Run(_connection, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // A full disk may have ended the transaction already; the first error is the one that tells.
            }
            throw;
        }
    }
}
