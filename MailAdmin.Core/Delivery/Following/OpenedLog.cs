using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>One file of a log, open, with how far it was read.</summary>
internal sealed class OpenedLog : IAsyncDisposable
{
    // Before a restart: lines that are read once more for what they say about sessions.
    private const int LookBack = 128 * 1024;

    private readonly IHostLog _log;
    private readonly StampReader _stamps;
    private Stream? _unpacked;
    private long _toSkip;
    private bool _holdsLines;

    private OpenedLog(IHostLog log, string path, StoredFile file, StampReader stamps, TextCache texts, long begin)
    {
        (_log, Path, File, _stamps) = (log, path, file, stamps);
        Parser = new LogParser(stamps, texts);
        Cutter = new LineCutter(begin);
        OldUntil = file.Offset;
        if (!FileHead.IsPacked(path)) return;
        _unpacked = FileHead.Open(log, isPacked: true);
        _toSkip = begin;
    }

    public string Path { get; }
    public StoredFile File { get; }
    public LogParser Parser { get; }
    public LineCutter Cutter { get; }

    /// <summary>Lines that begin before this were read before.</summary>
    public long OldUntil { get; }

    /// <summary>Until when late lines are waited for, once another file took its place.</summary>
    public DateTimeOffset TrailUntil { get; set; }

    /// <summary>True when the file may have been replaced since it was read last.</summary>
    public bool IsDoubtful { get; set; }

    public HostLogIdentity Identity => _log.Identity;

    public bool IsPacked => _unpacked is not null;

    public static async Task<OpenedLog> OpenAsync(IHostLog log, string path, StoredFile file, TimeZoneInfo zone, TextCache texts, DateTimeOffset now, bool isLive, CancellationToken ct)
    {
        var info = await log.LookAsync(ct);
        var written = isLive || info.ModifiedAt > now ? now.UtcDateTime : info.ModifiedAt.UtcDateTime;
        var isPacked = FileHead.IsPacked(path);
        var year = isPacked || file.Offset > 0 ? null : await LogYears.FirstYearAsync(log, info.Length, TimeZoneInfo.ConvertTimeFromUtc(written, zone), ct);
        var begin = isPacked ? file.Offset : Math.Max(0, file.Offset - LookBack);
        var opened = new OpenedLog(log, path, file, new StampReader(zone, written, year), texts, begin);
        if (begin > 0 && !isPacked) await opened.DropPartAsync(ct);
        return opened;
    }

    public Task<HostLogInfo> LookAsync(CancellationToken ct) => _log.LookAsync(ct);

    /// <summary>Reads some bytes; false at its end.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_unpacked is not null) return await FillUnpackedAsync(_unpacked, ct);
        if (_holdsLines)
        {
            // The look for the first whole line has read more than that line.
            _holdsLines = false;
            return true;
        }
        var read = await _log.ReadAsync(Cutter.ReadPosition, Cutter.Room(), ct);
        Cutter.Filled(read);
        return read > 0;
    }

    /// <summary>True when the file still begins as it did.</summary>
    public async Task<bool> IsSameAsync(CancellationToken ct)
    {
        if (File.HeadLength == 0 || IsPacked) return true;
        var head = await FileHead.ReadAsync(_log, isPacked: false, File.HeadLength, ct);
        return head.Length == File.HeadLength && FileHead.Digest(head).AsSpan().SequenceEqual(File.Head);
    }

    /// <summary>Notes how it begins, as long as it is short.</summary>
    public async Task NoteHeadAsync(CancellationToken ct)
    {
        if (File.HeadLength >= FileHead.Most || Cutter.ReadPosition <= File.HeadLength || IsPacked) return;
        var head = await FileHead.ReadAsync(_log, isPacked: false, FileHead.Most, ct);
        if (head.Length <= File.HeadLength) return;
        (File.HeadLength, File.Head) = (head.Length, FileHead.Digest(head));
    }

    public void MoveTo(DateTimeOffset now) => _stamps.MoveTo(now.UtcDateTime);

    public async ValueTask DisposeAsync()
    {
        if (_unpacked is not null) await _unpacked.DisposeAsync();
        await _log.DisposeAsync();
    }

    private async ValueTask<bool> FillUnpackedAsync(Stream unpacked, CancellationToken ct)
    {
        try
        {
            while (_toSkip > 0)
            {
                var skipped = await unpacked.ReadAsync(Cutter.Room()[..(int)Math.Min(64 * 1024, _toSkip)], ct);
                if (skipped == 0) return false;
                _toSkip -= skipped;
            }
            var read = await unpacked.ReadAsync(Cutter.Room(), ct);
            Cutter.Filled(read);
            return read > 0;
        }
        catch (InvalidDataException)
        {
            return false;   // damaged from here on; what came before was read
        }
    }

    // The look back begins somewhere in a line.
    private async Task DropPartAsync(CancellationToken ct)
    {
        while (!Cutter.TryCut(out _, out _, out _, out _))
            if (Cutter.ReadPosition >= OldUntil || !await FillAsync(ct)) return;
        _holdsLines = true;
    }
}
