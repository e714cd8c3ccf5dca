using System.Net;
using System.Net.Sockets;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes;

/// <summary>Runs checks over hosts: those of one host at the same time, over conversations they share; hosts in bounded number.</summary>
public sealed class ProbeRunner(IDbContextFactory<MailAdminContext> factory, IEnumerable<IProbe> probes, IMailHosts hosts, IConnector connector, IDnsLookup dns, ProbeAccounts accounts, IOptions<ProbesOptions> options, TimeProvider time, ILogger<ProbeRunner> log)
{
    private readonly IReadOnlyList<IProbe> _probes = [.. probes];

    /// <summary>Every check there is.</summary>
    public IReadOnlyDictionary<string, ProbeKind> Kinds { get; } = probes.ToDictionary(probe => probe.Kind.Name, probe => probe.Kind);

    /// <summary>Registered hosts, or the one of this name; empty when there is none.</summary>
    public async Task<IReadOnlyList<Hosts.Host>> HostsAsync(string? name, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Hosts.AsNoTracking().Where(host => name == null || host.Name == name).OrderBy(host => host.Name).ToListAsync(ct);
    }

    /// <summary>Runs checks over several hosts, <see cref="ProbesOptions.HostsAtOnce"/> at a time.</summary>
    /// <param name="which">Which checks; null means all.</param>
    /// <param name="done">Called with each host's round as it ends.</param>
    public async Task<IReadOnlyList<HostRound>> RunAsync(IReadOnlyList<Hosts.Host> over, Func<Hosts.Host, ProbeKind, bool>? which, Func<HostRound, Task>? done, CancellationToken ct)
    {
        var rounds = new HostRound[over.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, over.Count), new ParallelOptions { MaxDegreeOfParallelism = options.Value.HostsAtOnce, CancellationToken = ct }, async (i, limited) =>
        {
            rounds[i] = await RunAsync(over[i], which, limited);
            if (done is not null) await done(rounds[i]);
        });
        return rounds;
    }

    private async Task<HostRound> RunAsync(Hosts.Host host, Func<Hosts.Host, ProbeKind, bool>? which, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var login = await accounts.FindAsync(host, ct);
        var sides = await SidesAsync(host, ct);
        var chosen = _probes.Where(probe => probe.Concerns(host) && (which is null || which(host, probe.Kind)) && !(probe.Kind.NeedsAccount && login is null)).ToList();
        var round = new ProbeRound(host, hosts.Reach(host), connector, login, options.Value, time, ending.Token) { Wanted = chosen.Select(probe => probe.Kind.Name).ToHashSet() };
        var results = await Task.WhenAll(chosen.SelectMany(probe => (probe.Kind.IsPerFamily ? sides : sides.Take(1)).Select(side => RunAsync(probe, round, side, ct))));
        await ending.CancelAsync();
        return new HostRound(host.Name, host.Id, Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1), results);
    }

    private async Task<ProbeResult> RunAsync(IProbe probe, ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var kind = probe.Kind;
        Finding finding;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(kind.Timeout);
        try
        {
            // Off this thread: the first await of a check may come late.
            finding = await Task.Run(() => probe.RunAsync(round, side, limit.Token), limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            finding = Finding.Critical($"{kind.Title}: no answer within {kind.Timeout.TotalSeconds:0} s.", "See whether the host is overloaded or a firewall swallows the connection.");
        }
        catch (Exception e) when (e is HostException or IOException or SocketException)
        {
            finding = Finding.Unknown($"{kind.Title}: not found out. {e.Message}", "See whether the host can be read.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The probe {Probe} failed at {Host}.", kind.Name, round.Host.Name);
            finding = Finding.Unknown($"{kind.Title}: the probe itself failed.", "The portal's log has the details.", e.GetType().Name);
        }
        return new ProbeResult(kind.Name, kind.Title, kind.Group, kind.IsPerFamily ? side.Family : "", time.GetUtcNow(), Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1), finding);
    }

    /// <summary>By which addresses a host is asked: its own, and the first of the other family that DNS names for it. A private host has its own only.</summary>
    internal async Task<IReadOnlyList<ProbeSide>> SidesAsync(Hosts.Host host, CancellationToken ct)
    {
        if (!IPAddress.TryParse(host.Address, out var own)) return [];
        if (host.Kind == HostKind.Lab) return [new ProbeSide(own)];
        var other = own.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.AAAA : DnsRecordType.A;
        var answer = await dns.AskAsync(host.Name, other, ct);
        return answer.Records.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>().FirstOrDefault() is { } second
            ? [new ProbeSide(own), new ProbeSide(second)]
            : [new ProbeSide(own)];
    }
}
