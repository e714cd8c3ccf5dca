using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Follows a log that is a file: what was rotated away first, the oldest ahead, then the file itself as it grows.</summary>
/// <remarks>
/// A file is known by device, inode and the digest of its beginning, whatever its name. Rotation by renaming: the old file is read to its
/// end, and for a while longer, because daemons go on writing to it; files that came and went in between are found among the rotated ones.
/// Rotation by copying and truncating: the rest is read from the copy; what was written between the two is lost for everybody, and told as a gap.
/// </remarks>
internal sealed partial class FileFollower(string host, string source, IMailHost reach, FileRegister register, StoredSource numbers, FollowSettings settings, TextCache texts, TimeProvider time) : ILineSource
{
    private static readonly TimeSpan TrailFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    // A file that we looked away from for longer may have been cut and have grown again.
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(10);
    private const int MostTrailing = 8;

    private readonly Queue<OpenedLog> _former = [];
    private readonly List<OpenedLog> _trailing = [];
    private readonly HashSet<StoredFile> _touched = [];
    private OpenedLog? _live;
    private OpenedLog? _filled;
    private bool _isEnding, _wasScanned, _mayHaveMissed;
    private DateTimeOffset _notBefore;
    private long _filledAt;

    public StoredSource Numbers => numbers;

    public SourceState State { get; private set; } = SourceState.CatchingUp;

    public string Sentence { get; private set; } = "Reading begins.";

    public long BytesBehind { get; private set; }

    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (time.GetUtcNow() < _notBefore) return false;
        try
        {
            return await FillAnyAsync(ct);
        }
        catch (HostFileException e)
        {
            State = e.IsDenied ? SourceState.NotPermitted : SourceState.Failed;
            Sentence = e.IsDenied ? $"{source} may not be read: {e.Message}. Let MailAdmin's user read it, for example by membership in its group." : $"{source} could not be read: {e.Message}. It is tried again.";
            _notBefore = time.GetUtcNow() + RetryAfter;
            return false;
        }
    }

    public bool TryNext(out SourceLine line)
    {
        line = default;
        if (_filled is not { } log) return false;
        if (!log.Cutter.TryCut(out line.Bytes, out var at, out var length, out line.IsCut) && !(_isEnding && log.Cutter.TryRest(out line.Bytes, out at, out length, out line.IsCut)))
        {
            if (_isEnding) log.File.IsDone = true;
            return false;
        }
        line.Place = new LinePlace(log.File.Id, at, (int)Math.Min(length, int.MaxValue));
        line.Parser = log.Parser;
        line.IsOld = at < log.OldUntil;
        if (!line.IsOld)
        {
            log.File.Offset = log.Cutter.Position;
            _touched.Add(log.File);
        }
        return true;
    }

    public IReadOnlyList<StoredFile> TakeTouched()
    {
        var now = EntryId.Least(time.GetUtcNow().UtcDateTime);
        StoredFile[] touched = [.. _touched];
        foreach (var file in touched) file.ReadAt = now;
        _touched.Clear();
        return touched;
    }

    public async ValueTask DisposeAsync()
    {
        if (_live is not null) await _live.DisposeAsync();
        foreach (var log in _former) await log.DisposeAsync();
        foreach (var log in _trailing) await log.DisposeAsync();
    }

    private async ValueTask<bool> FillAnyAsync(CancellationToken ct)
    {
        // The lines of the last filling were all taken by now.
        if (_isEnding) await EndAsync();
        _filled = null;
        if (!_wasScanned)
        {
            await CollectFormerAsync(ct);
            _wasScanned = true;
        }
        if (_former.TryPeek(out var former))
        {
            _filled = former;
            if (await former.FillAsync(ct)) await former.NoteHeadAsync(ct);
            else await EndedAsync(_former.Dequeue(), ct);
            State = SourceState.CatchingUp;
            Sentence = $"Reading what was written before: {former.Path}.";
            BytesBehind = await BehindAsync(former, ct);
            return true;
        }
        foreach (var trailing in _trailing)
        {
            _filled = trailing;
            if (await trailing.FillAsync(ct)) return true;
            if (time.GetUtcNow() < trailing.TrailUntil) continue;
            _isEnding = true;
            _trailing.Remove(trailing);
            return true;
        }
        _filled = null;
        return await FillLiveAsync(ct);
    }

    private async ValueTask<bool> FillLiveAsync(CancellationToken ct)
    {
        if (_live is null && !await OpenLiveAsync(ct)) return false;
        var live = _live!;
        live.MoveTo(time.GetUtcNow());
        // Checked before reading on: a file that was cut and has grown again since looks like one that grew.
        if (live.IsDoubtful || time.GetElapsedTime(_filledAt) > Doubt)
        {
            var info = await live.LookAsync(ct);
            if (info.Length < live.Cutter.ReadPosition || info.Length > live.Cutter.ReadPosition && !await live.IsSameAsync(ct))
            {
                await CutShortAsync(live, ct);
                return true;
            }
            live.IsDoubtful = false;
        }
        _filled = live;
        _filledAt = time.GetTimestamp();
        if (await live.FillAsync(ct))
        {
            await live.NoteHeadAsync(ct);
            BytesBehind = await BehindAsync(live, ct);
            State = BytesBehind > FollowSettings.FarBehind ? SourceState.CatchingUp : SourceState.Following;
            Sentence = State == SourceState.Following ? $"{source} is followed." : $"{source} is read; {BytesBehind / 1048576} MiB are left.";
            return true;
        }
        live.IsDoubtful = true;
        BytesBehind = 0;
        var now = await live.LookAsync(ct);
        if (now.AtPath == live.Identity)
        {
            (State, Sentence) = (SourceState.Following, live.Cutter.Unfinished > 0 ? $"{source} is followed. Its last line has no end yet ({live.Cutter.Unfinished} bytes)." : $"{source} is followed.");
            return false;
        }
        if (now.AtPath is null)
        {
            (State, Sentence) = (SourceState.Following, $"{source} was moved away; a new file is not there yet. The old one is followed.");
            return false;
        }
        await MovedAsync(live, ct);
        return true;
    }

    private async Task<bool> OpenLiveAsync(CancellationToken ct)
    {
        if (await reach.OpenLogAsync(source, ct) is not { } log)
        {
            (State, Sentence, BytesBehind) = (SourceState.Absent, $"There is no file {source}. It is looked for once a second; if it never comes, check where the daemons log to.", 0);
            _notBefore = time.GetUtcNow() + RetryAfter;
            return false;
        }
        var head = await FileHead.ReadAsync(log, isPacked: false, FileHead.Most, ct);
        var file = register.Find(host, source, log.Identity, head);
        if (file is { IsDone: true })
        {
            // Read to its end under this very name, and then given up as rotated: it is the same file still.
            file.IsDone = false;
        }
        file ??= register.Add(host, source, log.Identity, head);
        _touched.Add(file);
        _live = await OpenedLog.OpenAsync(log, source, file, settings.Zone, texts, time.GetUtcNow(), isLive: true, ct);
        if (_mayHaveMissed)
        {
            // What was rotated away between the look at the folder and this opening; later ones are noticed by themselves.
            _mayHaveMissed = false;
            await CollectFormerAsync(ct);
        }
        return true;
    }

    // A file that was written to a moment ago may be written to again, by a daemon that was not told of the rotation yet.
    private async Task EndedAsync(OpenedLog former, CancellationToken ct)
    {
        if (!former.IsPacked && (await former.LookAsync(ct)).ModifiedAt + TrailFor > time.GetUtcNow()) Trail(former);
        else _isEnding = true;
    }

    private static async Task<long> BehindAsync(OpenedLog log, CancellationToken ct) =>
        log.IsPacked ? FollowSettings.FarBehind + 1 : Math.Max(0, (await log.LookAsync(ct)).Length - log.Cutter.ReadPosition);

    private async Task EndAsync()
    {
        if (_filled is { } ended)
        {
            ended.File.IsDone = true;
            _touched.Add(ended.File);
            await ended.DisposeAsync();
        }
        (_isEnding, _filled) = (false, null);
    }
}
