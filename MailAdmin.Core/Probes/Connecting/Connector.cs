using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>Connects by the system's sockets and resolver.</summary>
public sealed class Connector(IOptions<OutboundOptions> options, TimeProvider time) : IConnector
{
    private readonly IReadOnlyList<PermittedTarget> _permitted = options.Value.Targets();

    /// <summary>Finds the addresses of a name; by default as the system does, so that /etc/hosts counts.</summary>
    internal Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = System.Net.Dns.GetHostAddressesAsync;

    /// <inheritdoc />
    public async Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(policy.Limits.Connect);
        try
        {
            var begin = time.GetTimestamp();
            IReadOnlyList<IPAddress> addresses = target.Address is { } given ? [given] : await AddressesAsync(target, limit.Token);
            var resolved = target.Address is null ? time.GetElapsedTime(begin) : TimeSpan.Zero;

            var permitted = addresses.Where(address => policy.Forbids(address, target.Port, _permitted) is null).ToList();
            if (permitted.Count == 0)
                throw new ConnectException(ConnectFailure.NotPermitted, target, $"Not connected to {target}: {policy.Forbids(addresses[0], target.Port, _permitted)}.");

            ConnectException? last = null;
            foreach (var address in permitted)
            {
                try
                {
                    begin = time.GetTimestamp();
                    var socket = await OpenAsync(target, address, limit.Token);
                    var connected = time.GetElapsedTime(begin);
                    return new Connection(new LimitedStream(new NetworkStream(socket, ownsSocket: true), policy.Limits, time), new IPEndPoint(address, target.Port), resolved, connected);
                }
                catch (SocketException e)
                {
                    last = Sorted(e, target, address);
                }
            }
            throw last!;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ConnectException(ConnectFailure.TimedOut, target, $"{target} did not answer within {policy.Limits.Connect.TotalSeconds:0.#} s.", e);
        }
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(Endpoint target, CancellationToken ct)
    {
        try
        {
            var found = await Resolve(target.Name, target.Family, ct);
            if (found.Length > 0) return found;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new ConnectException(ConnectFailure.NotResolved, target, $"{target.Name} could not be resolved{Kind(target.Family)}: {e.Message}", e);
        }
        throw new ConnectException(ConnectFailure.NotResolved, target, $"{target.Name} has no address{Kind(target.Family)}.");
    }

    private static async Task<Socket> OpenAsync(Endpoint target, IPAddress address, CancellationToken ct)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (target.From is { } from) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(new IPEndPoint(address, target.Port), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ConnectException Sorted(SocketException e, Endpoint target, IPAddress address)
    {
        var where = $"{target.Name} ({address}) port {target.Port}";
        return e.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new ConnectException(ConnectFailure.Refused, target, $"Nothing listens at {where}.", e),
            SocketError.TimedOut => new ConnectException(ConnectFailure.TimedOut, target, $"{where} did not answer.", e),
            _ => new ConnectException(ConnectFailure.Unreachable, target, $"{where} cannot be reached from here: {e.Message}.", e),
        };
    }

    private static string Kind(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => " by IPv4",
        AddressFamily.InterNetworkV6 => " by IPv6",
        _ => "",
    };
}
