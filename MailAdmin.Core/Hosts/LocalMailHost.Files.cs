using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Hosts;

public partial class LocalMailHost
{
    // Above this many files one syncfs is cheaper than an fsync each.
    private const int SyncEachUpTo = 16;

    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => InPool<HostFile?>(path, () =>
    {
        using var handle = Posix.OpenForReading(HostPath.Require(path));
        if (handle is null) return null;
        // Not by length: files under /proc say 0.
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        using var content = new MemoryStream((int)Math.Min(stream.CanSeek ? stream.Length : 0, int.MaxValue / 2));
        stream.CopyTo(content);
        return new HostFile(content.GetBuffer().AsMemory(0, (int)content.Length), Describe(path, handle));
    }, ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => InPool<IReadOnlyList<HostFileInfo>>(directory, () =>
    {
        HostPath.Require(directory);
        if (!Directory.Exists(directory)) return [];
        return [.. new DirectoryInfo(directory).EnumerateFiles()
            .Where(file => file.LinkTarget is null && !HostPath.IsTemporary(file.Name))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => Describe(file.FullName, file.Length, file.UnixFileMode, file.LastWriteTimeUtc))];
    }, ct);

    /// <inheritdoc />
    public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => InPool(files.Count == 0 ? "" : files[0].Path, () =>
    {
        var waiting = new List<(string Temporary, HostFileWrite File)>(files.Count);
        var at = files.Count == 0 ? "" : files[0].Path;
        try
        {
            var folders = new HashSet<string>(StringComparer.Ordinal);
            var owners = new Dictionary<(string?, string?), (uint Uid, uint Gid)>();
            foreach (var file in files)
            {
                ct.ThrowIfCancellationRequested();
                at = file.Path;
                var folder = FolderOf(HostPath.Require(file.Path));
                if (folders.Add(folder))
                {
                    MakeDirectories(folder, file.DirectoryMode);
                    RemoveLeftBehind(folder);
                }
                RefuseLink(file.Path);
                var temporary = $"{folder}/.{Path.GetFileName(file.Path)}.{Guid.NewGuid():N}{HostPath.TemporarySuffix}";
                waiting.Add((temporary, file));
                // The system reads its list of users anew for each question.
                if (!owners.TryGetValue((file.Owner, file.Group), out var owner)) owners[(file.Owner, file.Group)] = owner = (UserId(file.Owner), GroupId(file.Group));
                WriteTemporary(temporary, file, owner, sync: files.Count <= SyncEachUpTo);
            }
            if (files.Count > SyncEachUpTo)
            {
                foreach (var folder in folders)
                {
                    at = folder;
                    Before(FileAct.Sync, folder);
                    Posix.SyncFileSystem(folder);
                }
            }
            while (waiting.Count > 0)
            {
                var (temporary, file) = waiting[0];
                at = file.Path;
                Before(FileAct.Rename, file.Path);
                Posix.Rename(temporary, file.Path);
                waiting.RemoveAt(0);
            }
            foreach (var folder in folders)
            {
                at = folder;
                Before(FileAct.SyncDirectory, folder);
                Posix.SyncDirectory(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFileException(at, $"{at} could not be written: {e.Message}", e);
        }
        finally
        {
            // Only those that did not become the real file. A name that was never made is no error for File.Delete.
            foreach (var (temporary, _) in waiting) File.Delete(temporary);
        }
    }, ct);

    /// <inheritdoc />
    public Task DeleteAsync(string path, CancellationToken ct) => InPool(path, () =>
    {
        HostPath.Require(path);
        if (!File.Exists(path) && new FileInfo(path).LinkTarget is null) return;
        Before(FileAct.Delete, path);
        File.Delete(path);
        SyncFolder(FolderOf(path));
    }, ct);

    /// <inheritdoc />
    public Task MoveAsync(string from, string to, CancellationToken ct) => InPool(to, () =>
    {
        RefuseLink(HostPath.Require(from));
        RefuseLink(HostPath.Require(to));
        // What a program wrote under the first name must be on disk before it takes the second.
        Before(FileAct.Sync, from);
        using (var handle = Posix.OpenForReading(from) ?? throw new FileNotFoundException($"{from} is not there.")) Posix.SyncFile(handle, from);
        Before(FileAct.Rename, to);
        Posix.Rename(from, to);
        SyncFolder(FolderOf(to));
        if (FolderOf(from) != FolderOf(to)) SyncFolder(FolderOf(from));
    }, ct);

    /// <inheritdoc />
    public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => InPool(path, () =>
    {
        MakeDirectories(HostPath.Require(path), mode);
        if (new DirectoryInfo(path).LinkTarget is not null) throw new IOException($"{path} is a symbolic link; a folder is wanted.");
        var wanted = (UserId(owner), GroupId(group));
        if (Posix.Owner(path) == wanted && File.GetUnixFileMode(path) == mode) return;
        Before(FileAct.SetOwner, path);
        Posix.ChangeOwner(path, wanted.Item1, wanted.Item2);
        File.SetUnixFileMode(path, mode);
    }, ct);

    private void WriteTemporary(string temporary, HostFileWrite file, (uint Uid, uint Gid) owner, bool sync)
    {
        Before(FileAct.Create, temporary);
        // CreateNew is O_EXCL: an existing name, also a dangling link, is an error. Closed to others until owner and mode are right.
        using var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var handle = stream.SafeFileHandle;
        Before(FileAct.SetOwner, temporary);
        Posix.ChangeOwner(handle, owner.Uid, owner.Gid, temporary);
        File.SetUnixFileMode(handle, file.Mode);
        Before(FileAct.Write, temporary);
        RandomAccess.Write(handle, file.Content.Span, 0);
        if (file.AdvanceModifiedSecond && File.Exists(file.Path))
        {
            Before(FileAct.SetTime, temporary);
            AdvanceSecond(handle, File.GetLastWriteTimeUtc(file.Path));
        }
        if (!sync) return;
        Before(FileAct.Sync, temporary);
        Posix.SyncFile(handle, temporary);
    }

    private static void AdvanceSecond(SafeFileHandle handle, DateTime former)
    {
        var next = new DateTime(former.Ticks - former.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc).AddSeconds(1);
        if (File.GetLastWriteTimeUtc(handle) < next) File.SetLastWriteTimeUtc(handle, next);
    }

    private void MakeDirectories(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path)) return;
        var parent = FolderOf(path);
        MakeDirectories(parent, mode);
        Before(FileAct.MakeDirectory, path);
        Directory.CreateDirectory(path, mode);
        File.SetUnixFileMode(path, mode); // The umask may have taken bits away.
        SyncFolder(parent);
    }

    // A killed write leaves its temporary files; nobody else will ever remove them.
    private void RemoveLeftBehind(string folder)
    {
        var before = time.GetUtcNow().UtcDateTime - LeftBehindAfter;
        foreach (var path in Directory.EnumerateFiles(folder, ".*" + HostPath.TemporarySuffix))
            if (File.GetLastWriteTimeUtc(path) < before) File.Delete(path);
    }

    private void SyncFolder(string folder)
    {
        Before(FileAct.SyncDirectory, folder);
        Posix.SyncDirectory(folder);
    }

    private static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new IOException($"{path} is a symbolic link to {target}; MailAdmin replaces only regular files.");
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder; MailAdmin replaces only regular files.");
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path)!;

    private HostFileInfo Describe(string path, SafeFileHandle handle) =>
        Describe(path, RandomAccess.GetLength(handle), File.GetUnixFileMode(handle), File.GetLastWriteTimeUtc(handle));

    private HostFileInfo Describe(string path, long size, UnixFileMode mode, DateTime modified)
    {
        var (uid, gid) = Posix.Owner(path) ?? Posix.Self;
        return new HostFileInfo(path, size, mode, _userNames.GetOrAdd(uid, Posix.UserName), _groupNames.GetOrAdd(gid, Posix.GroupName), new DateTimeOffset(modified, TimeSpan.Zero));
    }

    private static Task InPool(string path, Action act, CancellationToken ct) => InPool(path, () => { act(); return true; }, ct);

    private static async Task<T> InPool<T>(string path, Func<T> act, CancellationToken ct)
    {
        try
        {
            return await Task.Run(act, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFileException(path, $"{path}: {e.Message}", e);
        }
    }
}
