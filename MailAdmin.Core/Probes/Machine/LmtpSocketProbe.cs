using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>Dovecot answers at the socket where Postfix delivers. RFC 2033.</summary>
internal sealed class LmtpSocketProbe(HostFacts facts) : IProbe
{
    public ProbeKind Kind { get; } = new("lmtp-socket", "LMTP socket", ProbeGroup.Host, TimeSpan.FromMinutes(1)) { IsPerFamily = false };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var path = $"{await facts.QueueDirectoryAsync(round)}/{BaselineLayout.LmtpSocket}";
        try
        {
            await using var stream = await round.Reach.OpenSocketAsync(path, ct);
            var buffer = new byte[512];
            var length = await stream.ReadAsync(buffer, ct);
            var line = Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\r', '\n');
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), ct);
            return line.StartsWith("220", StringComparison.Ordinal)
                ? Finding.Ok("Dovecot takes deliveries at its LMTP socket.", line)
                : Finding.Critical("What answers at the LMTP socket does not take deliveries: mail waits in the queue.", "See Dovecot's log of this minute.", line);
        }
        catch (HostFileException e)
        {
            return Finding.Critical("Nobody answers at the LMTP socket: accepted mail waits in the queue.", "See whether Dovecot runs, and whether service lmtp has this listener; apply the host's baseline if not.", e.Message);
        }
        catch (IOException e)
        {
            return Finding.Critical("The LMTP socket broke off: accepted mail waits in the queue.", "See Dovecot's log of this minute.", e.Message);
        }
    }
}
