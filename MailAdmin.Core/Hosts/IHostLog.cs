namespace MailAdmin.Core.Hosts;

/// <summary>An open log file. It is the same file under whatever name it lies, until it is disposed.</summary>
public interface IHostLog : IAsyncDisposable
{
    /// <summary>What it is known by.</summary>
    HostLogIdentity Identity { get; }

    /// <summary>Its marks now, and which file lies at its path now.</summary>
    Task<HostLogInfo> LookAsync(CancellationToken ct);

    /// <summary>Reads from a place in it.</summary>
    /// <returns>Bytes read; 0 at its end. May be fewer than asked for.</returns>
    /// <exception cref="HostFileException">It could not be read.</exception>
    ValueTask<int> ReadAsync(long offset, Memory<byte> into, CancellationToken ct);
}

/// <summary>What a file is known by on its machine. A number may be given to another file after this one was deleted.</summary>
/// <param name="Device">Device number.</param>
/// <param name="Inode">Inode number.</param>
public readonly record struct HostLogIdentity(long Device, long Inode);

/// <summary>The marks of an open log file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">Modification time (UTC).</param>
/// <param name="AtPath">The file that lies at the path now; null when there is none.</param>
public readonly record struct HostLogInfo(long Length, DateTimeOffset ModifiedAt, HostLogIdentity? AtPath);

/// <summary>The running output of a program.</summary>
public interface IHostOutput : IAsyncDisposable
{
    /// <summary>Reads what came.</summary>
    /// <returns>Bytes read; 0 when the program has ended.</returns>
    ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct);

    /// <summary>What it wrote to standard error so far, at most 4 KiB.</summary>
    string Error { get; }
}
