namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    private void Put(StoredFile file) =>
        _sql.PutFile.With(file.Id).With(file.Host).With(file.Source).With(file.Device).With(file.Inode).With(file.HeadLength).With(file.Head).With(file.Offset).With(file.IsDone ? 1 : 0).With(file.ReadAt).With(file.Cursor).Run();

    private void Put(StoredSource source) =>
        _sql.PutSource.With(source.Host).With(source.Source).With(source.Lines).With(source.Understood).With(source.Unknown).With(source.Foreign).With(source.Damaged).With(source.Gaps).With(source.LastGap)
            .With(source.LastLine is { } last ? last.ToString(System.Globalization.CultureInfo.InvariantCulture) : null).Run();

    /// <summary>All files that were read, by number.</summary>
    public List<StoredFile> Files()
    {
        Settle();
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
        Settle();
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

    public StoredFile Copy() => (StoredFile)MemberwiseClone();
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

    public StoredSource Copy() => (StoredSource)MemberwiseClone();
}
