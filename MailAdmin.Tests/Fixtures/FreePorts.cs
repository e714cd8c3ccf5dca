using System.Net;
using System.Net.Sockets;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Ports that nobody listens on now, and that nobody else in this run is given.</summary>
/// <remarks>
/// They lie below those that Linux gives away by itself (ip_local_port_range, from 32768), so that no outgoing connection and no listener at port 0
/// takes one before its server has started; and each is given once: two Postfix that were given the same port would share it (SO_REUSEPORT).
/// </remarks>
public static class FreePorts
{
    private const int First = 12000, Last = 32000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(First, Last);

    public static int[] Of(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    public static HostPorts Four()
    {
        var ports = Of(4);
        return new HostPorts { Smtp = ports[0], Submission = ports[1], Submissions = ports[2], Imaps = ports[3] };
    }

    private static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                _next = _next >= Last ? First : _next + 1;
                if (IsFree(_next)) return _next;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
