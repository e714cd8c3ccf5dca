namespace MailAdmin.Core.Data;

/// <summary>Held while the database's schema or file is exchanged, across processes; a killed process lets go of it.</summary>
internal sealed class DataLock : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <exception cref="DatabaseFileException">Another program held it for a minute.</exception>
    public static async Task<DataLock> TakeAsync(DataDirectory directory, TimeProvider time, CancellationToken ct)
    {
        var path = Path.Combine(directory.Path, "mailadmin.lock");
        for (var began = time.GetTimestamp(); ; await Task.Delay(Pause, time, ct))
        {
            try
            {
                // FileShare.None is flock(2) on Unix: the kernel releases it when the process ends.
                return new DataLock(new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }));
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && time.GetElapsedTime(began) < Patience && File.Exists(path))
            {
                // Held by another program; look again after the pause.
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && File.Exists(path))
            {
                throw new DatabaseFileException($"Another mailadmin has been preparing or restoring the database in {directory.Path} for a minute. Wait for it to end, then try again.", e);
            }
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
