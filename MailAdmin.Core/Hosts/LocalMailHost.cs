using System.Collections.Concurrent;

namespace MailAdmin.Core.Hosts;

/// <summary>The mail host on this machine. Files by system calls, programs without a shell, the lock by flock(2).</summary>
/// <param name="lockPath">Absolute path of the lock file; made when it is not there, never removed.</param>
/// <param name="time">For waiting and for the lock's text.</param>
public partial class LocalMailHost(string lockPath, TimeProvider time) : IMailHost
{
    private readonly ConcurrentDictionary<uint, string> _userNames = new();
    private readonly ConcurrentDictionary<uint, string> _groupNames = new();

    /// <summary>Called before each act that changes a file or folder. An exception thrown here stands for the act's failure.</summary>
    protected virtual void Before(FileAct act, string path) { }

    /// <inheritdoc />
    public async Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct)
    {
        if (!IsUserName(name)) throw new HostCommandException(["useradd"], $"'{name}' is not a system user name.");
        HostPath.Require(home);
        if (Posix.FindUser(name) is { } user) return user;

        var result = await RunAsync(["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home, "--shell", "/usr/sbin/nologin", "--", name], ct: ct);
        // Exit code 9: somebody else was quicker. The look-up decides.
        return Posix.FindUser(name)
            ?? throw new HostCommandException(["useradd", name], $"The system user {name} could not be added: {result.Error.Trim()}", result);
    }

    private static bool IsUserName(string name) =>
        name.Length is > 0 and <= 32 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');

    private static uint UserId(string? name) =>
        name is null ? Posix.Self.Uid
        : Posix.FindUser(name)?.Uid ?? (uint.TryParse(name, out var uid) ? uid : throw new IOException($"There is no system user {name}."));

    private static uint GroupId(string? name) =>
        name is null ? Posix.Self.Gid
        : Posix.FindGroup(name) ?? (uint.TryParse(name, out var gid) ? gid : throw new IOException($"There is no system group {name}."));
}

/// <summary>An act that changes a file or folder.</summary>
public enum FileAct
{
    /// <summary>A folder is made.</summary>
    MakeDirectory,

    /// <summary>A temporary file is made.</summary>
    Create,

    /// <summary>A file's or folder's owner or mode is set.</summary>
    SetOwner,

    /// <summary>Bytes are written.</summary>
    Write,

    /// <summary>A modification time is set.</summary>
    SetTime,

    /// <summary>A file's bytes, or a whole file system, are brought to the disk.</summary>
    Sync,

    /// <summary>A file takes its final name.</summary>
    Rename,

    /// <summary>A folder's entries are brought to the disk.</summary>
    SyncDirectory,

    /// <summary>A file is removed.</summary>
    Delete,
}
