using System.Net;
using System.Net.Sockets;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>The one seam by which the product opens connections to the outside: probes, certificates, alerts, client set-up.</summary>
public interface IConnector
{
    /// <summary>Opens a TCP connection: resolves the name when there is no address, asks the policy about the very address it connects to, and bounds bytes and time of what follows.</summary>
    /// <exception cref="ConnectException">There is no connection; its reason tells why.</exception>
    Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct);
}

/// <summary>Where to connect to.</summary>
/// <param name="Name">Host name, for messages, server name indication, and for resolving when there is no address.</param>
/// <param name="Address">The address; null: the name is resolved.</param>
/// <param name="Port">TCP port.</param>
public sealed record Endpoint(string Name, IPAddress? Address, int Port)
{
    /// <summary>Which addresses of the name to use: IPv4, IPv6, or both (unspecified). A given address is used as it is.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.Unspecified;

    /// <summary>The local address to connect from; null lets the system choose. Of the same family as the target.</summary>
    public IPAddress? From { get; init; }

    /// <inheritdoc />
    public override string ToString() => Address is null ? $"{Name} port {Port}" : $"{Name} ({Address}) port {Port}";
}
