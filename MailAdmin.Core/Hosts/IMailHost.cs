namespace MailAdmin.Core.Hosts;

/// <summary>The seam to a mail server: the small list of acts that need its machine, and perhaps its root.</summary>
/// <remarks>
/// Nothing above this interface opens a file of the host or starts a process. Every implementation passes the shared
/// contract tests; a least-privilege helper and SSH can stand behind it later.
/// </remarks>
public interface IMailHost
{
    /// <summary>Reads a whole file.</summary>
    /// <returns>The file, or null when it does not exist.</returns>
    /// <exception cref="HostFileException">It exists and could not be read.</exception>
    Task<HostFile?> ReadAsync(string path, CancellationToken ct);

    /// <summary>Names and marks of the regular files directly in a folder, sorted by name; empty when there is no such folder.</summary>
    Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct);

    /// <summary>
    /// Writes files so that each is, at every moment and after any crash, the complete old or the complete new one: temporary
    /// file in the same folder (exclusive, no links followed, final owner and mode at creation), fsync, rename, fsync of the
    /// folder. Missing parent folders are made (mode 0755 or <see cref="HostFileWrite.DirectoryMode"/>). In order: file n is
    /// renamed before file n+1. All temporary files are safely on disk before the first rename.
    /// </summary>
    /// <exception cref="HostFileException">One could not be written; files before it may be new, it and those after it are old; no temporary files stay.</exception>
    Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct);

    /// <summary>Removes a file; nothing happens when it does not exist.</summary>
    Task DeleteAsync(string path, CancellationToken ct);

    /// <summary>Renames a file within one file system, replacing the target, and fsyncs the folder.</summary>
    Task MoveAsync(string from, string to, CancellationToken ct);

    /// <summary>Runs a program from the list of permitted ones, without a shell.</summary>
    /// <param name="command">Program and arguments. No secrets: arguments are visible to every local user.</param>
    /// <param name="input">Sent to standard input.</param>
    /// <param name="timeout">Killed after this; null means 30 seconds.</param>
    /// <returns>Exit code and both outputs, bounded. A non-zero exit code is not an error here.</returns>
    /// <exception cref="HostCommandException">Not permitted, not found, or did not end in time.</exception>
    Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default);

    /// <summary>Runs a permitted program whose output may be of any size, and hands that output over while it comes.</summary>
    /// <param name="command">Program and arguments, as for <see cref="RunAsync"/>.</param>
    /// <param name="take">Gets the bytes of standard output in order, in pieces of any length, valid only during the call; answers false when it has seen enough, which stops the program.</param>
    /// <param name="timeout">Stopped after this; null means 10 minutes, <see cref="Timeout.InfiniteTimeSpan"/> never.</param>
    /// <returns>How it ended. A non-zero exit code is not an error here.</returns>
    /// <exception cref="HostCommandException">Not permitted, not found, or did not end in time.</exception>
    Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default);

    /// <summary>Opens a log file to read it as it grows, or to look something up in it.</summary>
    /// <returns>The open file, which stays the same one when it is renamed; null when there is none at this path.</returns>
    /// <exception cref="HostFileException">It exists and may not be read, or is no regular file.</exception>
    /// <remarks>A host without logs has none at any path.</remarks>
    Task<IHostLog?> OpenLogAsync(string path, CancellationToken ct) => Task.FromResult<IHostLog?>(null);

    /// <summary>Starts a permitted program whose output has no end, such as <c>journalctl --follow</c>, without a shell.</summary>
    /// <returns>Its running output; disposing it ends the program.</returns>
    /// <exception cref="HostCommandException">Not permitted, not found, or could not be started.</exception>
    Task<IHostOutput> StreamAsync(IReadOnlyList<string> command, CancellationToken ct) =>
        throw new HostCommandException(command, "This host runs no programs whose output has no end.");

    /// <summary>Takes the host's lock, held across processes until disposed or the process dies.</summary>
    /// <exception cref="HostBusyException">Somebody else held it for the whole of <paramref name="wait"/>; says who.</exception>
    Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct);

    /// <summary>Makes sure that a system user without login exists, for owning mail; returns its numeric ids.</summary>
    Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct);

    /// <summary>Makes sure that a folder exists with this owner and mode.</summary>
    Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct);

    /// <summary>How full the file system is that holds this path.</summary>
    /// <exception cref="HostFileException">There is no such path.</exception>
    Task<HostDisk> DiskAsync(string path, CancellationToken ct) => throw new NotSupportedException("This host tells nothing of its disks.");

    /// <summary>Connects to a Unix socket, such as Dovecot's for LMTP.</summary>
    /// <exception cref="HostFileException">There is no such socket, or nobody listens there.</exception>
    Task<Stream> OpenSocketAsync(string path, CancellationToken ct) => throw new NotSupportedException("This host's sockets cannot be reached.");
}

/// <summary>Reaches hosts.</summary>
public interface IMailHosts
{
    /// <summary>The seam to this host.</summary>
    IMailHost Reach(Host host);
}

/// <summary>How full a file system is. Source: statvfs(3).</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="FreeBytes">What users that are not root may still write.</param>
/// <param name="Inodes">How many files it can hold; 0 when it has no such limit.</param>
/// <param name="FreeInodes">How many more files it can hold.</param>
public readonly record struct HostDisk(long Bytes, long FreeBytes, long Inodes, long FreeInodes);

/// <summary>A file as it is on the host.</summary>
/// <param name="Content">All bytes.</param>
/// <param name="Info">Its marks.</param>
public sealed record HostFile(ReadOnlyMemory<byte> Content, HostFileInfo Info);

/// <summary>The marks of a file.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">User name, or the number where there is no name.</param>
/// <param name="Group">Group name, or the number where there is no name.</param>
/// <param name="ModifiedAt">Modification time (UTC).</param>
public sealed record HostFileInfo(string Path, long Size, UnixFileMode Mode, string Owner, string Group, DateTimeOffset ModifiedAt);

/// <summary>A file as it should be.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Content">All bytes.</param>
/// <param name="Mode">Permission bits, from the first moment.</param>
/// <param name="Owner">User name; null means the process's own.</param>
/// <param name="Group">Group name; null means the process's own.</param>
public sealed record HostFileWrite(string Path, ReadOnlyMemory<byte> Content, UnixFileMode Mode, string? Owner = null, string? Group = null)
{
    /// <summary>Mode for parent folders that have to be made.</summary>
    public UnixFileMode DirectoryMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// True: the new modification time is at least one whole second after the old file's, also when the clock stepped back.
    /// Dovecot re-reads a passwd-file only when that second or the size differs.
    /// </summary>
    public bool AdvanceModifiedSecond { get; init; }
}

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output, UTF-8 with replacement, at most 64 MiB.</param>
/// <param name="Error">Standard error, UTF-8 with replacement, at most 1 MiB.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>True when the exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;
}

/// <summary>How a program ended whose output was handed over while it came.</summary>
/// <param name="ExitCode">Its exit code; null when the reader had seen enough and it was stopped.</param>
/// <param name="Error">Standard error, UTF-8 with replacement, at most 1 MiB.</param>
public sealed record StreamedResult(int? ExitCode, string Error)
{
    /// <summary>True when the exit code is 0, or the reader stopped it.</summary>
    public bool Succeeded => ExitCode is null or 0;
}
