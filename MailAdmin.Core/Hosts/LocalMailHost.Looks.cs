using System.Net.Sockets;

namespace MailAdmin.Core.Hosts;

// What probes look at on the machine itself.
public partial class LocalMailHost
{
    /// <inheritdoc />
    public Task<HostDisk> DiskAsync(string path, CancellationToken ct)
    {
        HostPath.Require(path);
        try
        {
            return Task.FromResult(Posix.Disk(path));
        }
        catch (IOException e)
        {
            throw new HostFileException(path, e.Message, e);
        }
    }

    /// <inheritdoc />
    public async Task<Stream> OpenSocketAsync(string path, CancellationToken ct)
    {
        HostPath.Require(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException or ArgumentException) throw new HostFileException(path, $"The socket {path} does not answer: {e.Message}", e);
            throw;
        }
    }
}
