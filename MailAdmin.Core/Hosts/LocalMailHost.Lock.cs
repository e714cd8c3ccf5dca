using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Hosts;

public partial class LocalMailHost
{
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    public async Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct)
    {
        await EnsureLockFolderAsync(ct);
        var handle = Posix.OpenLock(lockPath);
        try
        {
            var began = time.GetTimestamp();
            while (!Posix.TryLock(handle, lockPath))
            {
                if (time.GetElapsedTime(began) >= wait)
                    throw new HostBusyException($"The host is in use: {Holder(handle)}. Try again when that has ended.");
                await Task.Delay(LockPause, time, ct);
            }
            // Only words for whoever waits; the lock itself is the kernel's and ends with this process.
            var text = Encoding.UTF8.GetBytes($"{purpose} (process {Environment.ProcessId}, since {time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC)\n");
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, text, 0);
            return new Held(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private async Task EnsureLockFolderAsync(CancellationToken ct)
    {
        var folder = FolderOf(HostPath.Require(lockPath));
        if (!Directory.Exists(folder))
            await InPool(folder, () => MakeDirectories(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute), ct);
    }

    private static string Holder(SafeFileHandle handle)
    {
        var text = new byte[512];
        var length = RandomAccess.Read(handle, text, 0);
        return length == 0 ? "another process holds its lock" : Encoding.UTF8.GetString(text, 0, length).Trim();
    }

    private sealed class Held(SafeFileHandle handle) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            handle.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
