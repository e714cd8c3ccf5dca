using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>A place that the settings permit although it lies inside, such as a push server on the local network.</summary>
/// <param name="Network">Its addresses.</param>
/// <param name="Port">Its port; null means the public ones.</param>
public sealed record PermittedTarget(IPNetwork Network, int? Port)
{
    /// <summary>Reads <c>192.168.7.9</c>, <c>192.168.7.9:8443</c>, <c>10.0.0.0/8:443</c>, <c>[fd00::1]:443</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PermittedTarget? target)
    {
        target = null;
        var (net, port) = text switch
        {
            ['[', ..] when text.IndexOf(']', StringComparison.Ordinal) is var end and > 0 => (text[1..end], text[(end + 1)..]),
            _ when text.Count(c => c == ':') == 1 => (text[..text.IndexOf(':', StringComparison.Ordinal)], text[text.IndexOf(':', StringComparison.Ordinal)..]),
            _ => (text, ""),
        };
        int? number = null;
        if (port.Length > 0)
        {
            if (port[0] != ':' || !int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given is < 1 or > 65535) return false;
            number = given;
        }
        if (!net.Contains('/', StringComparison.Ordinal))
        {
            if (!IPAddress.TryParse(net, out var address)) return false;
            target = new PermittedTarget(new IPNetwork(address, address.GetAddressBytes().Length * 8), number);
            return true;
        }
        if (!IPNetwork.TryParse(net, out var network)) return false;
        target = new PermittedTarget(network, number);
        return true;
    }

    /// <summary>True when it holds this address and port.</summary>
    public bool Covers(IPAddress address, int port) =>
        Network.BaseAddress.AddressFamily == address.AddressFamily && Network.Contains(address) && (Port is { } only ? only == port : OutboundPolicy.PublicPorts.Contains(port));
}
