using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    /// <summary>Writes all that waits, and how far the logs were read.</summary>
    /// <param name="files">The files whose place changed.</param>
    /// <param name="sources">The logs whose numbers changed.</param>
    /// <exception cref="SqliteException">Nothing of it was written.</exception>
    public void Flush(IEnumerable<StoredFile> files, IEnumerable<StoredSource> sources)
    {
        StoreSchema.Run(_connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var message in _changed)
                if (message is not null) Pack(message);
            _packed.Sort();
            foreach (var (id, start, length) in _packed) _sql.PutEntry.With(id).With(_bytes.AsSpan(start, length)).Run();
            foreach (var id in _opened) _sql.PutOpen.With(id).Run();
            foreach (var id in _closed) _sql.DropOpen.With(id).Run();
            _removed.Sort();
            // A term that came and left within one batch stays: whoever finds an entry by it looks at the entry.
            foreach (var (segment, term, at) in _removed) _sql.DropPosting.With(segment).With(term).With(at).Run();
            _added.Sort();
            foreach (var (segment, term, at) in _added) _sql.PutPosting.With(segment).With(term).With(at).Run();
            foreach (var segment in _segments.All)
            {
                if (!segment.IsChanged && !segment.IsNew) continue;
                _sql.PutSegment.With(segment.Number).With(segment.First).With(segment.Entries).Run();
                segment.IsNew = segment.IsChanged = false;
            }
            _addresses.Write();
            Tally.Write(_sql.AddTally);
            _words.Write(_sql.PutWord);
            foreach (var file in files) Put(file);
            foreach (var source in sources) Put(source);
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
        _changed.Clear();
        _packed.Clear();
        _opened.Clear();
        _closed.Clear();
        _added.Clear();
        _removed.Clear();
        _length = 0;
        if (_bytes.Length > 1 << 22) _bytes = new byte[1 << 16];
        _ids.Written();
    }

    private void Put(StoredFile file) =>
        _sql.PutFile.With(file.Id).With(file.Host).With(file.Source).With(file.Device).With(file.Inode).With(file.HeadLength).With(file.Head).With(file.Offset).With(file.IsDone ? 1 : 0).With(file.ReadAt).With(file.Cursor).Run();

    private void Put(StoredSource source) =>
        _sql.PutSource.With(source.Host).With(source.Source).With(source.Lines).With(source.Understood).With(source.Unknown).With(source.Foreign).With(source.Damaged).With(source.Gaps).With(source.LastGap)
            .With(source.LastLine is { } last ? last.ToString(System.Globalization.CultureInfo.InvariantCulture) : null).Run();

    /// <summary>All files that were read, by number.</summary>
    public List<StoredFile> Files()
    {
        var files = new List<StoredFile>();
        using var read = new Statement(_connection, "SELECT id, host, source, device, inode, head_length, head, offset, is_done, read_at, cursor FROM file ORDER BY id");
        while (read.Next())
        {
            files.Add(new StoredFile
            {
                Id = read.Int(0), Host = read.Text(1), Source = read.Text(2), Device = read.Long(3), Inode = read.Long(4), HeadLength = read.Int(5), Head = read.Blob(6).ToArray(), Offset = read.Long(7), IsDone = read.Int(8) != 0,
                ReadAt = read.Long(9), Cursor = read.IsNull(10) ? null : read.Text(10),
            });
        }
        return files;
    }

    /// <summary>The numbers of all logs.</summary>
    public List<StoredSource> Sources()
    {
        var sources = new List<StoredSource>();
        using var read = new Statement(_connection, "SELECT host, source, lines, understood, unknown, foreign_lines, damaged, gaps, last_gap, last_line FROM source");
        while (read.Next())
        {
            sources.Add(new StoredSource(read.Text(0), read.Text(1))
            {
                Lines = read.Long(2), Understood = read.Long(3), Unknown = read.Long(4), Foreign = read.Long(5), Damaged = read.Long(6), Gaps = read.Int(7), LastGap = read.IsNull(8) ? null : read.Text(8), LastLine = read.IsNull(9) ? null : read.Long(9),
            });
        }
        return sources;
    }

    /// <summary>Removes what was first seen before this moment.</summary>
    /// <param name="most">Most entries to remove now.</param>
    /// <returns>True when nothing older is left.</returns>
    public bool RemoveBefore(DateTime utc, int most)
    {
        var limit = EntryId.Least(utc);
        var old = _segments.All.Where((segment, at) => at + 1 < _segments.All.Count && _segments.All[at + 1].First <= limit).ToList();
        StoreSchema.Run(_connection, "BEGIN IMMEDIATE");
        using (var remove = new Statement(_connection, "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id < ? AND id NOT IN (SELECT id FROM open_entry) ORDER BY id LIMIT ?)"))
            remove.With(limit).With(most).Run();
        var removed = StoreSchema.Number(_connection, "SELECT changes()");
        if (removed < most)
        {
            foreach (var segment in old)
            {
                StoreSchema.Run(_connection, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"DELETE FROM posting WHERE segment = {segment.Number}; DELETE FROM segment WHERE number = {segment.Number};"));
                _segments.Remove(segment);
                var table = AddressBookOfSegment.TableOf(segment.Number);
                if (!_segments.All.Any(other => AddressBookOfSegment.TableOf(other.Number) == table)) StoreSchema.Run(_connection, $"DROP TABLE IF EXISTS {AddressBookOfSegment.Name(table)}");
            }
            using var tally = new Statement(_connection, "DELETE FROM tally WHERE bucket < ?");
            tally.With(Tally.BucketOf(utc)).Run();
            StoreSchema.Run(_connection, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"DELETE FROM file WHERE is_done = 1 AND read_at < {limit}"));
        }
        StoreSchema.Run(_connection, "COMMIT");
        StoreSchema.Run(_connection, "PRAGMA incremental_vacuum(4000)");
        return removed < most;
    }

    /// <summary>Bytes of the store on disk, what is free within it left out.</summary>
    public long Bytes => (StoreSchema.Number(_connection, "PRAGMA page_count") - StoreSchema.Number(_connection, "PRAGMA freelist_count")) * StoreSchema.Number(_connection, "PRAGMA page_size");

    /// <summary>The begin of the second oldest segment: what may go when the store is too large; null when there is only one.</summary>
    public DateTime? SecondOldest => _segments.All.Count < 2 ? null : EntryId.SecondOf(_segments.All[1].First);

    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        public Statement PutEntry { get; } = new(connection, "INSERT OR REPLACE INTO entry (id, data) VALUES (?, ?)");
        public Statement PutOpen { get; } = new(connection, "INSERT OR IGNORE INTO open_entry (id) VALUES (?)");
        public Statement DropOpen { get; } = new(connection, "DELETE FROM open_entry WHERE id = ?");
        public Statement PutPosting { get; } = new(connection, "INSERT OR IGNORE INTO posting (segment, term, at) VALUES (?, ?, ?)");
        public Statement DropPosting { get; } = new(connection, "DELETE FROM posting WHERE segment = ? AND term = ? AND at = ?");
        public Statement PutSegment { get; } = new(connection, "INSERT OR REPLACE INTO segment (number, first, entries) VALUES (?, ?, ?)");
        public Statement PutWord { get; } = new(connection, "INSERT OR REPLACE INTO word (id, text) VALUES (?, ?)");
        public Statement AddTally { get; } = new(connection, "INSERT INTO tally (bucket, what, host, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n");
        public Statement PutFile { get; } = new(connection, "INSERT OR REPLACE INTO file (id, host, source, device, inode, head_length, head, offset, is_done, read_at, cursor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        public Statement PutSource { get; } = new(connection, "INSERT OR REPLACE INTO source (host, source, lines, understood, unknown, foreign_lines, damaged, gaps, last_gap, last_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

        public void Dispose()
        {
            foreach (var statement in (Statement[])[PutEntry, PutOpen, DropOpen, PutPosting, DropPosting, PutSegment, PutWord, AddTally, PutFile, PutSource]) statement.Dispose();
        }
    }
}

/// <summary>A log file that was read, and how far.</summary>
internal sealed class StoredFile
{
    public required int Id { get; init; }
    public required string Host { get; init; }
    public required string Source { get; init; }
    public long Device { get; set; }
    public long Inode { get; set; }
    public int HeadLength { get; set; }
    public byte[] Head { get; set; } = [];
    /// <summary>Bytes read, in the unpacked file: the end of the last whole line.</summary>
    public long Offset { get; set; }
    /// <summary>True when nothing more is expected of it.</summary>
    public bool IsDone { get; set; }
    /// <summary>When it was last read, as <see cref="EntryId.Least"/>.</summary>
    public long ReadAt { get; set; }
    /// <summary>Of the journal: where to go on.</summary>
    public string? Cursor { get; set; }
}

/// <summary>What is counted about one log of a host.</summary>
internal sealed class StoredSource(string host, string source)
{
    public string Host => host;
    public string Source => source;
    public long Lines { get; set; }
    public long Understood { get; set; }
    public long Unknown { get; set; }
    public long Foreign { get; set; }
    public long Damaged { get; set; }
    public int Gaps { get; set; }
    public string? LastGap { get; set; }
    /// <summary>Time of the last line, as Unix milliseconds.</summary>
    public long? LastLine { get; set; }
}
