using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    private readonly List<(int Term, long Id)> _added = [];
    private readonly List<(int Term, long Id)> _removed = [];

    /// <summary>Writes all that waits, and how far the logs were read.</summary>
    /// <param name="files">The files whose place changed.</param>
    /// <param name="sources">The logs whose numbers changed.</param>
    /// <param name="inBackground">True to let another thread write it, if it is much: it is stored when the next call of any kind returns.</param>
    /// <exception cref="SqliteException">Nothing of it was written, or nothing of what was written in the background.</exception>
    public void Flush(IEnumerable<StoredFile> files, IEnumerable<StoredSource> sources, bool inBackground = false)
    {
        Settle();
        Drain();
        PackChanged();
        _taken = 0;
        var batch = _now;
        batch.Files.AddRange(files.Select(file => file.Copy()));
        batch.Sources.AddRange(sources.Select(source => source.Copy()));
        _words.TakeNew(batch.Words);
        (_now, _spare) = (_spare ?? new Batch(), null);
        _batch++;
        _ids.Written();
        if (inBackground && batch.Done.Count >= _sizes.AtOnce)
        {
            _writing = Task.Run(() => Write(batch));
            return;
        }
        Write(batch);
        if (_doneRows >= _sizes.Rows) Fold();
    }

    // Waits for what is written in the background: the connection is used by one thread at a time.
    private void Settle()
    {
        if (_writing is not { } writing) return;
        _writing = null;
        writing.GetAwaiter().GetResult();
    }

    private void Write(Batch batch)
    {
        Within(() =>
        {
            var done = Batch.Once(batch.Done);
            if (done.Count >= _sizes.AtOnce) WriteRun(batch, done);
            else
            {
                foreach (var waiter in done) WriteRow(batch, waiter, isOpen: false);
                _doneRows += done.Count;
                WriteAddresses(batch.AddressesOfDone);
            }
            foreach (var waiter in Batch.Once(batch.Open)) WriteRow(batch, waiter, isOpen: true);
            foreach (var waiter in Batch.Once(batch.Again)) WriteAgain(batch, waiter);
            WriteAddresses(batch.AddressesOfRows);
            WritePostings();
            batch.Tally.Write(_sql.AddTally);
            foreach (var (number, text) in batch.Words) _sql.PutWord.With(number).With(text).Run();
            foreach (var file in batch.Files) Put(file);
            foreach (var source in batch.Sources) Put(source);
        });
        batch.Clear();
        _spare = batch;
    }

    private void WriteRun(Batch batch, List<Batch.Waiter> done)
    {
        _builder.Begin();
        foreach (var waiter in done)
        {
            _builder.Add(waiter.Id, batch.BytesOf(waiter), waiter.Terms);
            if (!waiter.WasOpen) continue;
            _sql.DropEntry.With(waiter.Id).Run();
            _sql.DropOpen.With(waiter.Id).Run();
            foreach (var term in waiter.Before) _removed.Add((term, waiter.Id));
        }
        _runs.Add(new RunReader(_builder.End(batch.AddressesOfDone.Texts), _part));
    }

    private void WriteRow(Batch batch, Batch.Waiter waiter, bool isOpen)
    {
        _sql.PutEntry.With(waiter.Id).With(batch.BytesOf(waiter)).Run();
        if (isOpen && !waiter.WasOpen) _sql.PutOpen.With(waiter.Id).Run();
        else if (!isOpen && waiter.WasOpen) _sql.DropOpen.With(waiter.Id).Run();
        Compare(waiter.Id, waiter.Before, waiter.Terms);
    }

    // What lies in a run is never changed: a row takes its place, for as long as it lives.
    private void WriteAgain(Batch batch, Batch.Waiter waiter)
    {
        _sql.HasEntry.With(waiter.Id);
        var isRow = _sql.HasEntry.Next();
        _sql.HasEntry.Reset();
        if (!isRow) _sql.PutChanged.With(waiter.Id).Run();
        WriteRow(batch, isRow ? waiter : waiter with { Before = [] }, isOpen: false);
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
