using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Hosts;

/// <summary>The few system calls that .NET does not offer: ownership, syncing folders and file systems, advisory locks, user names.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;

    // These two are not the same on every architecture.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int DirectoryOnly = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int WouldBlock = 11;

    /// <summary>Sets owner and group; uint.MaxValue leaves one as it is.</summary>
    public static void ChangeOwner(SafeFileHandle file, uint uid, uint gid, string path) => Check(fchown(file, uid, gid), path, "change the owner of");

    public static void ChangeOwner(string path, uint uid, uint gid) => Check(lchown(path, uid, gid), path, "change the owner of");

    public static void SyncFile(SafeFileHandle file, string path) => Check(fsync(file), path, "sync");

    public static void SyncDirectory(string path)
    {
        using var directory = OpenDirectory(path);
        Check(fsync(directory), path, "sync");
    }

    /// <summary>Everything written to the file system that holds this folder is on disk, or an error says that it is not (Linux 5.8 and later).</summary>
    public static void SyncFileSystem(string path)
    {
        using var directory = OpenDirectory(path);
        Check(syncfs(directory), path, "sync the file system of");
    }

    /// <summary>rename(2), not File.Move: the latter falls back to copying.</summary>
    public static void Rename(string from, string to) => Check(rename(from, to), to, "rename a file to");

    /// <summary>True when the lock is ours now; it ends with the handle.</summary>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        if (flock(file, LockExclusive | LockNonBlocking) == 0) return true;
        if (Marshal.GetLastPInvokeError() == WouldBlock) return false;
        Check(-1, path, "lock");
        return false;
    }

    /// <summary>Gives memory that native code has freed back to the system, where the C library can (glibc).</summary>
    public static void GiveFreedMemoryBack()
    {
        try
        {
            malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl keeps little, and has no such call.
        }
    }

    /// <summary>The most files that a process started from here may be allowed to open.</summary>
    public static ulong MostOpenFiles => getrlimit(7, out var limit) == 0 ? limit.Hard : 1024; // RLIMIT_NOFILE

    public static bool IsRoot => geteuid() == 0;

    public static (uint Uid, uint Gid) Self => (geteuid(), getegid());

    /// <summary>Null when there is no such user.</summary>
    public static (uint Uid, uint Gid)? FindUser(string name) =>
        Look<Passwd>((out Passwd p, byte[] buffer, out nint found) => getpwnam_r(name, out p, buffer, (nuint)buffer.Length, out found)) is { } user ? (user.Value.Uid, user.Value.Gid) : null;

    /// <summary>Null when there is no such group.</summary>
    public static uint? FindGroup(string name) =>
        Look<GroupEntry>((out GroupEntry g, byte[] buffer, out nint found) => getgrnam_r(name, out g, buffer, (nuint)buffer.Length, out found))?.Value.Gid;

    public static string UserName(uint uid) =>
        Look<Passwd>((out Passwd p, byte[] buffer, out nint found) => getpwuid_r(uid, out p, buffer, (nuint)buffer.Length, out found))?.Name ?? uid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string GroupName(uint gid) =>
        Look<GroupEntry>((out GroupEntry g, byte[] buffer, out nint found) => getgrgid_r(gid, out g, buffer, (nuint)buffer.Length, out found))?.Name ?? gid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Owner ids of a path, links not followed; null when it does not exist.</summary>
    public static (uint Uid, uint Gid)? Owner(string path)
    {
        var buffer = new byte[256];
        // statx(2): the one stat structure that is the same on every architecture. uid at 20, gid at 24.
        return statx(-100, path, 0x100, 0x18, buffer) == 0
            ? (BitConverter.ToUInt32(buffer, 20), BitConverter.ToUInt32(buffer, 24))
            : null;
    }

    /// <summary>Size and room of the file system that holds a path.</summary>
    public static HostDisk Disk(string path)
    {
        var buffer = new ulong[32];
        Check(statvfs(path, buffer), path, "look at the file system of");
        // struct statvfs with 64-bit longs: block size, fragment size, blocks, free, available, files, free, available.
        var fragment = (long)buffer[1];
        return new HostDisk((long)buffer[2] * fragment, (long)buffer[4] * fragment, (long)buffer[5], (long)buffer[7]);
    }

    /// <summary>Identity and marks of an open file.</summary>
    public static FileLook Look(SafeFileHandle file, string path)
    {
        const int EmptyPath = 0x1000;
        var buffer = new byte[256];
        var isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            Check(statx((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats, buffer), path, "look at");
        }
        finally
        {
            if (isHeld) file.DangerousRelease();
        }
        return LookOf(buffer);
    }

    /// <summary>Identity and marks of what lies at a path, links followed; null when there is nothing, or it cannot be seen.</summary>
    public static FileLook? Look(string path)
    {
        var buffer = new byte[256];
        return statx(-100, path, 0, BasicStats, buffer) == 0 ? LookOf(buffer) : null;
    }

    private const uint BasicStats = 0x7FF;

    // struct statx: mode at 28, inode at 32, size at 40, modification time at 112 (seconds, then nanoseconds), device at 136 (major, minor).
    private static FileLook LookOf(byte[] buffer)
    {
        const int TypeMask = 0xF000, Regular = 0x8000;
        var device = (long)BitConverter.ToUInt32(buffer, 136) << 32 | BitConverter.ToUInt32(buffer, 140);
        var modified = DateTimeOffset.FromUnixTimeSeconds(BitConverter.ToInt64(buffer, 112)).AddTicks(BitConverter.ToUInt32(buffer, 120) / 100);
        return new FileLook(new HostLogIdentity(device, BitConverter.ToInt64(buffer, 32)), BitConverter.ToInt64(buffer, 40), modified, (BitConverter.ToUInt16(buffer, 28) & TypeMask) == Regular);
    }

    private delegate int Lookup<T>(out T entry, byte[] buffer, out nint found);

    private static (T Value, string Name)? Look<T>(Lookup<T> lookup) where T : struct, INamed
    {
        const int TooSmall = 34;
        for (var size = 1024; ; size *= 4)
        {
            var buffer = GC.AllocateArray<byte>(size, pinned: true);
            var error = lookup(out var entry, buffer, out var found);
            if (error == TooSmall && size < 1 << 22) continue;
            if (error != 0 || found == 0) return null;
            var value = (entry, Marshal.PtrToStringUTF8(entry.NameAt) ?? "");
            GC.KeepAlive(buffer);
            return value;
        }
    }

    /// <summary>Opens for reading; null when there is no such file.</summary>
    // Not File.OpenHandle: that takes a shared flock, which fails where a daemon holds the file, and makes daemons fail.
    public static SafeFileHandle? OpenForReading(string path)
    {
        const int NotThere = 2, NotAFolder = 20;
        var fd = open(path, ReadOnly | CloseOnExec, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() is NotThere or NotAFolder) return null;
        Check(fd, path, "open");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens a lock file for reading and writing, made for its owner alone when it is not there.</summary>
    public static SafeFileHandle OpenLock(string path)
    {
        var fd = open(path, ReadWrite | Create | NoFollow | CloseOnExec, 0x180); // 0600
        Check(fd, path, "open");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static SafeFileHandle OpenDirectory(string path)
    {
        var fd = open(path, ReadOnly | DirectoryOnly | CloseOnExec, 0);
        Check(fd, path, "open");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static void Check(int result, string path, string verb)
    {
        if (result >= 0) return;
        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"Could not {verb} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft, Hard;
    }

    private interface INamed
    {
        nint NameAt { get; }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Passwd : INamed
    {
        public nint Name, Password;
        public uint Uid, Gid;
        public nint Gecos, Home, Shell;
        public readonly nint NameAt => Name;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry : INamed
    {
        public nint Name, Password;
        public uint Gid;
        public nint Members;
        public readonly nint NameAt => Name;
    }

#pragma warning disable IDE1006 // The names are the system's.
    [LibraryImport("libc", SetLastError = true)] private static partial int fchown(SafeFileHandle fd, uint uid, uint gid);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int lchown(string path, uint uid, uint gid);
    [LibraryImport("libc", SetLastError = true)] private static partial int fsync(SafeFileHandle fd);
    [LibraryImport("libc", SetLastError = true)] private static partial int syncfs(SafeFileHandle fd);
    [LibraryImport("libc", SetLastError = true)] private static partial int flock(SafeFileHandle fd, int operation);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int rename(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statvfs(string path, [Out] ulong[] buffer);
    [LibraryImport("libc")] private static partial int getrlimit(int resource, out ResourceLimit limit);
    [LibraryImport("libc")] private static partial int malloc_trim(nuint pad);
    [LibraryImport("libc")] private static partial uint geteuid();
    [LibraryImport("libc")] private static partial uint getegid();
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int getpwnam_r(string name, out Passwd entry, [Out] byte[] buffer, nuint size, out nint found);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int getgrnam_r(string name, out GroupEntry entry, [Out] byte[] buffer, nuint size, out nint found);
    [LibraryImport("libc")] private static partial int getpwuid_r(uint uid, out Passwd entry, [Out] byte[] buffer, nuint size, out nint found);
    [LibraryImport("libc")] private static partial int getgrgid_r(uint gid, out GroupEntry entry, [Out] byte[] buffer, nuint size, out nint found);
#pragma warning restore IDE1006
}

/// <summary>What stat tells of a file.</summary>
internal readonly record struct FileLook(HostLogIdentity Identity, long Length, DateTimeOffset ModifiedAt, bool IsRegular);
