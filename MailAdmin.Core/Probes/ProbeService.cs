using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.Store;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Probes;

/// <summary>Probes as the doors know them; the right is checked in each call.</summary>
public sealed class ProbeService
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly ProbeRunner _runner;
    private readonly ProbeStore _store;
    private readonly ProbeAccounts _accounts;
    private readonly IAlarms _alarms;
    private readonly TimeProvider _time;

    internal ProbeService(IDbContextFactory<MailAdminContext> factory, ProbeRunner runner, ProbeStore store, ProbeAccounts accounts, IAlarms alarms, TimeProvider time) =>
        (_factory, _runner, _store, _accounts, _alarms, _time) = (factory, runner, store, accounts, alarms, time);

    /// <summary>Called after results were stored, with the host's name, from any thread; must not wait.</summary>
    public event Action<string>? Changed;

    /// <summary>How every host's checks stand. Hosts without results have an empty list.</summary>
    public async Task<Outcome<IReadOnlyList<HostProbes>>> ReadAsync(string? host, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ReadProbes, actor, ct) is { } no) return no;
        var hosts = await _runner.HostsAsync(host, ct);
        if (host is not null && hosts.Count == 0) return Unknown(host);
        var all = new List<HostProbes>();
        foreach (var one in hosts) all.Add(await ReadAsync(one, ct));
        return new Outcome<IReadOnlyList<HostProbes>>.Accepted(all, null);
    }

    /// <summary>Runs every check of a host, or of all, now; makes the probe account first where there is none and a domain is there.</summary>
    /// <param name="host">The host's name; null means all.</param>
    /// <param name="probe">One check; null means all.</param>
    public async Task<Outcome<IReadOnlyList<HostRound>>> RunAsync(string? host, string? probe, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        if (probe is not null && !_runner.Kinds.ContainsKey(probe)) return new NotFound("probe", probe, $"There is no probe named {probe}.", "See the list of probes.");
        var hosts = await _runner.HostsAsync(host, ct);
        if (host is not null && hosts.Count == 0) return Unknown(host);
        foreach (var one in hosts) await _accounts.EnsureAsync(one, actor, ct);
        return new Outcome<IReadOnlyList<HostRound>>.Accepted(await RunAsync(hosts, probe is null ? null : (_, kind) => kind.Name == probe, ct), null);
    }

    /// <summary>Runs checks and stores what they find; for the keeper.</summary>
    internal async Task<IReadOnlyList<HostRound>> RunAsync(IReadOnlyList<Hosts.Host> hosts, Func<Hosts.Host, ProbeKind, bool>? which, CancellationToken ct) =>
        await _runner.RunAsync(hosts, which, async round =>
        {
            var changes = await _store.AddAsync(round, _runner.Kinds, ct);
            foreach (var change in changes) await TellAsync(change, ct);
            Changed?.Invoke(round.Host);
        }, ct);

    /// <summary>Forgets what is too old, and checks that a host no longer has, such as those of an address that DNS names no more; their alarms are over.</summary>
    internal async Task TidyAsync(Hosts.Host host, DateTimeOffset before, CancellationToken ct)
    {
        var sides = await _runner.SidesAsync(host, ct);
        var known = _runner.Kinds.Values.SelectMany(kind => kind.IsPerFamily ? sides.Select(side => (kind.Name, side.Family)) : [(kind.Name, "")]).ToHashSet();
        foreach (var (probe, family) in await _store.TidyAsync(host.Id, known, before, ct)) await _alarms.ClearAsync(KeyOf(host.Name, probe, family), $"{host.Name}: this is not checked any more.", ct);
    }

    private static string KeyOf(string host, string probe, string family) => $"probe/{host}/{probe}{(family.Length > 0 ? "/" + family : "")}";

    private Task TellAsync(ProbeChange change, CancellationToken ct)
    {
        var key = KeyOf(change.Host, change.Latest.Probe, change.Latest.Family);
        return change.After is Severity.Ok ? _alarms.ClearAsync(key, change.Latest.Finding.What, ct)
            // What could not be found out is no news by itself: another check says why.
            : change.After is Severity.Unknown ? Task.CompletedTask
            : _alarms.RaiseAsync(new Alarm(key, change.After, $"{change.Host}: {change.Latest.Finding.What}", change.Latest.Finding.WhatToDo, $"/probes?open={Uri.EscapeDataString($"{change.Host}/{change.Latest.Probe}")}"), ct);
    }

    private async Task<HostProbes> ReadAsync(Hosts.Host host, CancellationToken ct)
    {
        var order = _runner.Kinds.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var states = (await _store.ReadAsync(host.Id, ct)).Where(state => order.ContainsKey(state.Latest.Probe))
            .OrderBy(state => state.Latest.Group).ThenBy(state => order[state.Latest.Probe]).ThenBy(state => state.Latest.Family).ToList();
        return new HostProbes(host.Name, states.Select(state => state.Severity).Worst(), await _accounts.AddressAsync(host, ct), states);
    }

    private async Task<Refusal?> RefuseAsync(Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right);
    }

    private static NotFound Unknown(string host) => new("host", host, $"There is no host named {host}.", "See the list of hosts.");
}
