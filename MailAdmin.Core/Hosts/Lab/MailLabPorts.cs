using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Core.Hosts.Lab;

/// <summary>Chooses the ports of a private host.</summary>
internal static class MailLabPorts
{
    private static readonly HostPorts Usual = new() { Smtp = 10025, Submission = 10587, Submissions = 10465, Imaps = 10993 };

    /// <summary>The usual ones when all are free, else four free ones.</summary>
    public static HostPorts Choose()
    {
        if (All(Usual).All(IsFree)) return Usual;
        // Held together while the next is asked for, so that no number comes twice.
        var listeners = Enumerable.Range(0, 4).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            var ports = listeners.Select(listener => { listener.Start(); return ((IPEndPoint)listener.LocalEndpoint).Port; }).ToArray();
            return new HostPorts { Smtp = ports[0], Submission = ports[1], Submissions = ports[2], Imaps = ports[3] };
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    public static int? FirstTaken(HostPorts ports) => All(ports).Select(port => (int?)port).FirstOrDefault(port => !IsFree(port!.Value));

    public static string? Wrong(HostPorts ports) =>
        All(ports).Any(port => port is < 1 or > 65535) ? "A port is a number from 1 to 65535."
        : All(ports).Distinct().Count() < 4 ? "The four ports must differ."
        : null;

    private static int[] All(HostPorts ports) => [ports.Smtp, ports.Submission, ports.Submissions, ports.Imaps];

    private static bool IsFree(int port)
    {
        // Connections of a former run that fade away are no obstacle (SO_REUSEADDR, which .NET sets by itself). Asking for it here would
        // also set SO_REUSEPORT, as Postfix does: two could then share a port, and each would get some of the other's connections.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
