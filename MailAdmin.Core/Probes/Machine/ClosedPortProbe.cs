using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>A port where passwords would pass unencrypted, or an old protocol is spoken, is closed. RFC 8314 3, 4.1.</summary>
public sealed class ClosedPortProbe(int port, string protocol) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new($"closed-{port}", $"{port} closed", ProbeGroup.Imap, TimeSpan.FromMinutes(30)) { Timeout = TimeSpan.FromSeconds(8) };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => On(host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var number = On(round.Host);
        var words = number == port ? $"Port {port}" : $"Port {number} ({port})";
        try
        {
            await using var connection = await round.Connector.ConnectAsync(round.At(side, number), Policy(round, number), ct);
            return Finding.Warning($"{words} is open: {protocol} without TLS from the first byte, where a password may pass in the clear.", $"Close it: in Dovecot, set port = 0 for its listener. Mail programs use {(port == 143 ? 993 : 995)} where they need the protocol.");
        }
        catch (ConnectException e) when (e.Reason is ConnectFailure.Refused or ConnectFailure.TimedOut)
        {
            return Finding.Ok($"{words} is closed.");
        }
        catch (ConnectException e)
        {
            return Finding.Unknown($"{words}: not found out. {e.Message}", "Mend the way to the host first.");
        }
    }

    /// <summary>Its number: on a private host, whose ports are shifted, as far from the IMAP port as usual.</summary>
    internal int On(Hosts.Host host) => host.Kind != HostKind.Lab ? port : host.Ports.Imaps > 993 ? host.Ports.Imaps - 993 + port : 0;

    private static OutboundPolicy Policy(ProbeRound round, int number) =>
        OutboundPolicy.Managed(new Hosts.Host { Address = round.Host.Address, Ports = new HostPorts { Smtp = number } }) with { Limits = round.Policy.Limits with { Connect = TimeSpan.FromSeconds(3) } };
}
