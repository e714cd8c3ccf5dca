using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.RoundTrips;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes;

/// <summary>What the portal does by itself: checks that are due, round trips, alerts, heartbeats. One call is one look at the clock.</summary>
public sealed class ProbeKeeper
{
    private readonly ProbeService _service;
    private readonly ProbeRunner _runner;
    private readonly ProbeAccounts _accounts;
    private readonly RoundTripService _roundTrips;
    private readonly AlertService _alerts;
    private readonly ProbesOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<(int Host, string Probe), DateTimeOffset> _due = [];
    private readonly Dictionary<int, DateTimeOffset> _roundTripDue = [];
    private DateTimeOffset _beatDue, _tidyDue;

    internal ProbeKeeper(ProbeService service, ProbeRunner runner, ProbeAccounts accounts, RoundTripService roundTrips, AlertService alerts, IOptions<ProbesOptions> options, TimeProvider time) =>
        (_service, _runner, _accounts, _roundTrips, _alerts, _options, _time) = (service, runner, accounts, roundTrips, alerts, options.Value, time);

    /// <summary>Does what is due now. Only the portal calls it, one call after the other.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        if (_options.Enabled) await ProbeAsync(now, ct);
        await _alerts.TellAsync(ct);
        if (now < _beatDue) return;
        _beatDue = now + _alerts.HeartbeatEvery;
        await _alerts.BeatAsync(ct);
    }

    private async Task ProbeAsync(DateTimeOffset now, CancellationToken ct)
    {
        var hosts = await _runner.HostsAsync(null, ct);
        var due = hosts.Where(host => _runner.Kinds.Values.Any(kind => IsDue(host.Id, kind, now))).ToList();
        if (due.Count > 0)
        {
            var chosen = due.ToDictionary(host => host.Id, host => _runner.Kinds.Values.Where(kind => IsDue(host.Id, kind, now)).Select(kind => kind.Name).ToHashSet());
            await _service.RunAsync(due, (host, kind) => chosen[host.Id].Contains(kind.Name), ct);
            foreach (var host in due)
                foreach (var name in chosen[host.Id]) _due[(host.Id, name)] = now + _runner.Kinds[name].Every;
        }
        foreach (var host in hosts)
        {
            if (_roundTripDue.TryGetValue(host.Id, out var at) && now < at) continue;
            _roundTripDue[host.Id] = now + TimeSpan.FromSeconds(_options.RoundTripSeconds);
            // The account is made by a person's first run; a deleted one is not made again by itself.
            if (await _accounts.FindAsync(host, ct) is not null) await _roundTrips.StartOwnAsync(host.Name, Actor.Portal, ct);
        }
        if (now < _tidyDue) return;
        _tidyDue = now + TimeSpan.FromHours(1);
        foreach (var host in hosts) await _service.TidyAsync(host, now.AddDays(-_options.KeepDays), ct);
    }

    private bool IsDue(int host, ProbeKind kind, DateTimeOffset now) => !_due.TryGetValue((host, kind.Name), out var at) || now >= at;
}
