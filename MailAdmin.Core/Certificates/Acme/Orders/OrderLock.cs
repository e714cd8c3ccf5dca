using MailAdmin.Core.Data;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Held by who works on an order, across processes; a killed process lets go of it.</summary>
internal sealed class OrderLock : IDisposable
{
    private readonly FileStream _file;

    private OrderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of an order; null when somebody else works on it.</summary>
    public static OrderLock? TryTake(DataDirectory directory, int orderId)
    {
        var folder = Path.Combine(directory.Path, "orders");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            // FileShare.None is flock(2) on Unix.
            return new OrderLock(new FileStream(Path.Combine(folder, $"{orderId}.lock"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
