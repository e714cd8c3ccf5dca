using System.Net;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>Addresses that are not somebody's server on the Internet.</summary>
/// <remarks>Source: IANA's special-purpose address registries (RFC 6890), RFC 4291, RFC 6052, RFC 3056.</remarks>
internal static class SpecialAddresses
{
    // 169.254.0.0/16 holds the metadata service of every large cloud; fd00:ec2::254 is the same by IPv6.
    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"), IPNetwork.Parse("fd00:ec2::/32"),
    ];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("100::/64"),
    ];

    public static bool IsNeverAsked(IPAddress address) => Forms(address).Any(form => Never.Any(net => Holds(net, form)));

    public static bool IsPrivate(IPAddress address) => Forms(address).Any(form => Private.Any(net => Holds(net, form)));

    // An IPv6 address may carry an IPv4 one that a translator on the way would connect to.
    private static IEnumerable<IPAddress> Forms(IPAddress address)
    {
        yield return address;
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) yield break;
        var bytes = address.GetAddressBytes();
        if (bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])) yield return new IPAddress(bytes.AsSpan(12));
        if (bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && !IPAddress.IPv6Loopback.Equals(address) && !IPAddress.IPv6Any.Equals(address)) yield return new IPAddress(bytes.AsSpan(12));
        if (bytes[0] == 0x20 && bytes[1] == 0x02) yield return new IPAddress(bytes.AsSpan(2, 4));
    }

    private static bool Holds(IPNetwork net, IPAddress address) => net.BaseAddress.AddressFamily == address.AddressFamily && net.Contains(Unscoped(address));

    private static IPAddress Unscoped(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
}
