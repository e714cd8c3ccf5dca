using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Core.Probes;

/// <summary>One address by which a host is asked.</summary>
/// <param name="Address">The address.</param>
public sealed record ProbeSide(IPAddress Address)
{
    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public string Family => Address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
}
