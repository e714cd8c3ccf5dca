using System.Net;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>Where the portal may connect to. It is asked about the address that is connected to, not about the name, so that a name cannot lead astray.</summary>
public sealed record OutboundPolicy
{
    /// <summary>Ports of mail, the web, and mail's clients: the only ones that are ever asked on addresses that are not a managed host's.</summary>
    public static IReadOnlySet<int> PublicPorts { get; } = new HashSet<int> { 25, 80, 110, 143, 443, 465, 587, 993, 995, 4190 };

    private readonly IPAddress? _own;
    private readonly IReadOnlySet<int> _ownPorts = new HashSet<int>();
    private int? _named;

    private OutboundPolicy() { }

    private OutboundPolicy(IPAddress? own, IReadOnlySet<int> ownPorts) => (_own, _ownPorts) = (own, ownPorts);

    /// <summary>Addresses of the Internet only, on <see cref="PublicPorts"/>.</summary>
    public static OutboundPolicy Public { get; } = new();

    /// <summary>As <see cref="Public"/>, and the host's own address, wherever it lies, on its own ports and <see cref="PublicPorts"/>.</summary>
    public static OutboundPolicy Managed(Host host) => new(
        IPAddress.TryParse(host.Address, out var own) ? Plain(own) : null,
        new HashSet<int>(PublicPorts) { host.Ports.Smtp, host.Ports.Submission, host.Ports.Submissions, host.Ports.Imaps });

    /// <summary>As <see cref="Public"/>, and private and loopback addresses, on this port too: for a server that an administrator named, such as a certificate authority of the house. Link-local and metadata addresses stay forbidden.</summary>
    public static OutboundPolicy Named(int port) => new() { _named = port };

    /// <summary>What connections under this policy may cost.</summary>
    public OutboundLimits Limits { get; init; } = new();

    /// <summary>Why a connection to this address and port is forbidden; null when it is permitted.</summary>
    /// <param name="also">What the settings permit besides.</param>
    public string? Forbids(IPAddress address, int port, IReadOnlyList<PermittedTarget> also)
    {
        var plain = Plain(address);
        if (SpecialAddresses.IsNeverAsked(plain)) return $"{plain} is a link-local, metadata, multicast or unspecified address";
        if (plain.Equals(_own) && _ownPorts.Contains(port) && port != 0) return null;
        if (port == _named && port != 0) return null;
        if (also.Any(target => target.Covers(plain, port))) return null;
        if (SpecialAddresses.IsPrivate(plain)) return $"{plain} is a private or loopback address and not the one of a managed host";
        return PublicPorts.Contains(port) ? null : $"port {port} is not one of mail or the web";
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
