using System.Buffers.Binary;
using System.Security.Cryptography;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>Sends DNS updates, over TCP.</summary>
public sealed class DnsUpdates(IDnsServers servers, IConnector connector, TimeProvider time)
{
    private const int TimeToLiveSeconds = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Adds a TXT record, or takes exactly this one away.</summary>
    /// <exception cref="ChallengeException">The server could not be asked, or did not do it.</exception>
    public async Task ChangeAsync(DnsUpdater updater, string name, string text, bool add, CancellationToken ct)
    {
        if (!DnsOptions.TryParse(updater.Server, out var server)) throw new ChallengeException($"'{updater.Server}' is not the address of a DNS server.", $"Correct the DNS updater {updater.Name}.", waitingHelps: false);
        var zone = updater.Zone ?? await ZoneAsync(updater, name, ct);
        var id = (ushort)RandomNumberGenerator.GetInt32(1, 65536);
        var message = DnsUpdateMessage.Write(id, zone, name, text, add, TimeToLiveSeconds, new TsigKey(updater.KeyName, updater.Algorithm, Convert.FromBase64String(updater.KeyBase64)), time.GetUtcNow());
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        string? problem;
        try
        {
            await using var connection = await connector.ConnectAsync(new Endpoint(server.Address.ToString(), server.Address, server.Port), Policy(server.Port), either.Token);
            var stream = connection.Stream;
            // RFC 1035 4.2.2: over TCP each message has its length before it.
            var framed = new byte[message.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
            message.CopyTo(framed, 2);
            await stream.WriteAsync(framed, either.Token);
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, either.Token);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, either.Token);
            problem = DnsUpdateMessage.Read(answer, id);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ChallengeException($"The DNS server {server} did not answer the update within {Patience.TotalSeconds:0} seconds.", "Look whether the server runs and a firewall lets TCP port 53 through.", waitingHelps: true, e);
        }
        catch (Exception e) when (e is ConnectException or IOException)
        {
            throw new ChallengeException($"The DNS server {server} could not be asked to update: {e.Message}", "Look whether the server runs and a firewall lets TCP port 53 through.", waitingHelps: true, e);
        }
        catch (FormatException e)
        {
            throw new ChallengeException($"The DNS server {server} did not take the update: {e.Message}", $"Look at the DNS updater {updater.Name}.", waitingHelps: false, e);
        }
        if (problem is not null) throw new ChallengeException($"The DNS server {server} did not {(add ? "add" : "remove")} the record {name} in the zone {zone}: {problem}.", $"Compare the DNS updater {updater.Name} with the server's key and its rules for updates.", waitingHelps: problem.Contains("SERVFAIL", StringComparison.Ordinal));
    }

    // A name server often lies inside; a message has at most 64 KiB.
    private static OutboundPolicy Policy(int port) => OutboundPolicy.Named(port) with { Limits = new OutboundLimits { Connect = Patience, Lifetime = Patience, Bytes = 1 << 17 } };

    /// <summary>The zone that a name lies in, as the updater's server has it.</summary>
    /// <exception cref="ChallengeException">It has none.</exception>
    public async Task<string> ZoneAsync(DnsUpdater updater, string name, CancellationToken ct)
    {
        if (updater.Zone is { } zone) return zone;
        _ = DnsOptions.TryParse(updater.Server, out var server);
        var ask = servers.At(server);
        var outcome = DnsOutcome.NoData;
        for (var at = name; at.Contains('.'); at = at[(at.IndexOf('.') + 1)..])
        {
            var answer = await ask.AskAsync(at, DnsRecordType.SOA, ct);
            outcome = answer.Outcome;
            if (outcome == DnsOutcome.Found) return at;
            if (!answer.IsCertain && outcome != DnsOutcome.Refused) break;
        }
        throw new ChallengeException($"The DNS server {updater.Server} has no zone for {name} ({outcome}).", "Name the zone in the DNS updater, or ask the server that is authoritative for it.", waitingHelps: outcome is DnsOutcome.TimedOut or DnsOutcome.ServerFailure);
    }
}
