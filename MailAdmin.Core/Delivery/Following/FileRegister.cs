using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>The log files that were read, of all hosts.</summary>
internal sealed class FileRegister(IEnumerable<StoredFile> known)
{
    // Shorter beginnings may be the same in two files.
    private const int LeastToTrust = 64;

    private readonly List<StoredFile> _files = [.. known];
    private int _last = -1;

    /// <summary>The file with these marks: by its number and beginning, or by its beginning alone when it was copied, packed or moved. Null when it is new.</summary>
    public StoredFile? Find(string host, string source, HostLogIdentity identity, ReadOnlySpan<byte> head)
    {
        StoredFile? moved = null;
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            var file = _files[i];
            if (file.Host != host || file.Source != source || file.Cursor is not null) continue;
            var isNumber = file.Device == identity.Device && file.Inode == identity.Inode;
            if (file.HeadLength == 0)
            {
                if (isNumber && file.Offset == 0) return file;
                continue;
            }
            if (file.HeadLength > head.Length || !FileHead.Digest(head[..file.HeadLength]).AsSpan().SequenceEqual(file.Head)) continue;
            if (isNumber) return file;
            if (file.HeadLength >= LeastToTrust) moved ??= file;
        }
        if (moved is not null) (moved.Device, moved.Inode) = (identity.Device, identity.Inode);
        return moved;
    }

    /// <summary>A file that was never read.</summary>
    public StoredFile Add(string host, string source, HostLogIdentity identity, ReadOnlySpan<byte> head)
    {
        var file = new StoredFile { Id = NextId(), Host = host, Source = source, Device = identity.Device, Inode = identity.Inode, HeadLength = head.Length, Head = head.IsEmpty ? [] : FileHead.Digest(head) };
        _files.Add(file);
        return file;
    }

    /// <summary>The file no longer has this number.</summary>
    public static void Forget(StoredFile file, HostLogIdentity identity)
    {
        if (file.Device == identity.Device && file.Inode == identity.Inode) (file.Device, file.Inode) = (0, 0);
    }

    /// <summary>The journal of a host, which is one file without an end.</summary>
    public StoredFile Journal(string host, string source)
    {
        if (_files.Find(file => file.Host == host && file.Source == source) is { } known) return known;
        var journal = new StoredFile { Id = NextId(), Host = host, Source = source, Cursor = "" };
        _files.Add(journal);
        return journal;
    }

    private int NextId() => _last = Math.Max(_last, _files.Count == 0 ? 0 : _files.Max(file => file.Id)) + 1;
}

/// <summary>How logs are followed.</summary>
/// <param name="Zone">Zone of times that name none.</param>
/// <param name="Keep">How old a rotated file may be to be read at the first start.</param>
internal sealed record FollowSettings(TimeZoneInfo Zone, TimeSpan Keep)
{
    /// <summary>A log with more bytes than this left is being caught up with.</summary>
    public const long FarBehind = 1 << 20;
}
