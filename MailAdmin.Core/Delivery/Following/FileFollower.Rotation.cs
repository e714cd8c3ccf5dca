using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

internal sealed partial class FileFollower
{
    private const int MostLooks = 5;

    // Another file lies at the path: the one we have goes on as one that ends, and what came and went in between is looked for.
    private async Task MovedAsync(OpenedLog old, CancellationToken ct)
    {
        Trail(old);
        (_live, _mayHaveMissed) = (null, true);
        await CollectFormerAsync(ct);
    }

    private void Trail(OpenedLog old)
    {
        old.TrailUntil = time.GetUtcNow() + TrailFor;
        _trailing.Add(old);
        // Rotated very often: the oldest has been quiet for long enough.
        if (_trailing.Count > MostTrailing) _trailing[0].TrailUntil = time.GetUtcNow();
    }

    // The file was cut in place. Its copy has the rest of what we did not read, if there is one.
    private async Task CutShortAsync(OpenedLog cut, CancellationToken ct)
    {
        var former = cut.File;
        // Further copies may have been made and cut since.
        (_live, _mayHaveMissed) = (null, true);
        var copy = await FindCopyAsync(former, cut.Identity, ct);
        numbers.Gaps++;
        if (copy is { } found)
        {
            numbers.LastGap = $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z: {source} was copied to {found.Path} and cut. The copy was read to its end; lines written between copying and cutting are lost. Rotate by renaming to lose none.";
            (former.Device, former.Inode) = (found.Log.Identity.Device, found.Log.Identity.Inode);
            _former.Enqueue(await OpenedLog.OpenAsync(found.Log, found.Path, former, settings.Zone, texts, time.GetUtcNow(), isLive: false, ct));
        }
        else
        {
            numbers.LastGap = $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z: {source} was cut, and no copy of what it held was found. Lines written to it after byte {former.Offset} are lost.";
            former.IsDone = true;
            _touched.Add(former);
        }
        // The number of the file stays; what it holds is new.
        FileRegister.Forget(former, cut.Identity);
        await cut.DisposeAsync();
    }

    private async Task<(IHostLog Log, string Path)?> FindCopyAsync(StoredFile former, HostLogIdentity original, CancellationToken ct)
    {
        if (former.HeadLength == 0) return null;
        for (var look = 0; look < MostLooks; look++)
        {
            var candidates = await RotatedFiles.FindAsync(reach, source, ct);
            foreach (var candidate in candidates)
            {
                if (FileHead.IsPacked(candidate.Path) || await reach.OpenLogAsync(candidate.Path, ct) is not { } log) continue;
                var head = await FileHead.ReadAsync(log, isPacked: false, former.HeadLength, ct);
                if (log.Identity != original && head.Length == former.HeadLength && FileHead.Digest(head).AsSpan().SequenceEqual(former.Head)) return (log, candidate.Path);
                await log.DisposeAsync();
            }
            // Files are given their next names all the while: the one we look for may have had another's when that was opened.
            if (candidates.SequenceEqual(await RotatedFiles.FindAsync(reach, source, ct))) return null;
        }
        return null;
    }

    // Rotated files that were not read, or not to their end: all of them at the first start, later those that came and went unseen.
    private async Task CollectFormerAsync(CancellationToken ct)
    {
        var oldest = time.GetUtcNow() - settings.Keep;
        foreach (var candidate in (await RotatedFiles.FindAsync(reach, source, ct)).Reverse())
        {
            if (candidate.ModifiedAt < oldest || candidate.Size == 0) continue;
            IHostLog? log = null;
            try
            {
                log = await reach.OpenLogAsync(candidate.Path, ct);
                if (log is null) continue;   // moved on meanwhile; it is found under its next name at the next rotation
                if (log.Identity == _live?.Identity || _trailing.Exists(other => other.Identity == log.Identity) || _former.Any(other => other.Identity == log.Identity))
                {
                    await log.DisposeAsync();
                    continue;
                }
                var isPacked = FileHead.IsPacked(candidate.Path);
                var head = await FileHead.ReadAsync(log, isPacked, FileHead.Most, ct);
                // Copied, and not cut yet: we have its lines from the file itself.
                var isCopy = _live?.File is { HeadLength: > 0 } live && live.HeadLength <= head.Length && FileHead.Digest(head.AsSpan(0, live.HeadLength)).AsSpan().SequenceEqual(live.Head);
                var file = isCopy ? null : register.Find(host, source, log.Identity, head);
                if (isCopy || head.Length == 0 || file is { IsDone: true })
                {
                    await log.DisposeAsync();
                    continue;
                }
                file ??= register.Add(host, source, log.Identity, head);
                // What lies at the path itself is opened as the live file.
                _touched.Add(file);
                _former.Enqueue(await OpenedLog.OpenAsync(log, candidate.Path, file, settings.Zone, texts, time.GetUtcNow(), isLive: false, ct));
            }
            catch (HostFileException e)
            {
                if (log is not null) await log.DisposeAsync();
                numbers.LastGap = $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z: {candidate.Path} could not be read: {e.Message}.";
                numbers.Gaps++;
            }
        }
    }
}
