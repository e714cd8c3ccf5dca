using System.Net;
using System.Net.Sockets;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Ports that nobody listens on now.</summary>
public static class FreePorts
{
    public static int[] Of(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }

    public static HostPorts Four()
    {
        var ports = Of(4);
        return new HostPorts { Smtp = ports[0], Submission = ports[1], Submissions = ports[2], Imaps = ports[3] };
    }
}
