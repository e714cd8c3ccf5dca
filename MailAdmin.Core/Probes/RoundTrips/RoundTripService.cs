using System.Collections.Concurrent;
using System.Security.Cryptography;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.Connecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Round trips as the doors know them; the right is checked in each call.</summary>
public sealed class RoundTripService : IAsyncDisposable
{
    private const int MostAtOnce = 20;

    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly ProbeRunner _runner;
    private readonly ProbeAccounts _accounts;
    private readonly RoundTripStore _store;
    private readonly IMailHosts _hosts;
    private readonly IConnector _connector;
    private readonly IAlarms _alarms;
    private readonly ProbesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly ConcurrentDictionary<string, (RoundTripBoard Board, Task Running)> _running = new(StringComparer.Ordinal);

    internal RoundTripService(IDbContextFactory<MailAdminContext> factory, ProbeRunner runner, ProbeAccounts accounts, RoundTripStore store, IMailHosts hosts, IConnector connector, IAlarms alarms, IOptions<ProbesOptions> options, TimeProvider time, ILogger<RoundTripService> log) =>
        (_factory, _runner, _accounts, _store, _hosts, _connector, _alarms, _options, _time, _log) = (factory, runner, accounts, store, hosts, connector, alarms, options.Value, time, log);

    /// <summary>A round trip moved; from any thread, must not wait.</summary>
    public event Action<RoundTrip>? Moved;

    /// <summary>The newest finished round trip of probe account to itself that was seen in this process or stored; null when there is none.</summary>
    public async Task<RoundTripPoint?> LatestAsync(Actor actor, CancellationToken ct) =>
        await RefuseAsync(Right.ReadProbes, actor, ct) is null ? (await _store.ListAsync(1, ct)).FirstOrDefault() : null;

    /// <summary>The newest round trips, the newest first.</summary>
    public async Task<Outcome<IReadOnlyList<RoundTripPoint>>> ListAsync(int limit, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ReadProbes, actor, ct) is { } no) return no;
        if (limit is < 1 or > 1000) return new Malformed("limit", $"{limit}", "A list has 1 to 1000 entries.", "Give a number from 1 to 1000.");
        return new Outcome<IReadOnlyList<RoundTripPoint>>.Accepted(await _store.ListAsync(limit, ct), null);
    }

    /// <summary>One round trip, running or over.</summary>
    public async Task<Outcome<RoundTrip>> GetAsync(string id, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ReadProbes, actor, ct) is { } no) return no;
        var trip = _running.TryGetValue(id, out var run) ? run.Board.Now : await _store.FindAsync(id, ct);
        return trip is not null ? new Outcome<RoundTrip>.Accepted(trip, null) : new NotFound("id", ShownText.Of(id), $"There is no round trip {ShownText.Of(id)}.", "See the list of round trips.");
    }

    /// <summary>Starts a round trip of the host's probe account to itself; makes the account where there is none.</summary>
    /// <param name="host">The host's name; null means the only or first one.</param>
    public async Task<Outcome<RoundTrip>> StartOwnAsync(string? host, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        if ((await _runner.HostsAsync(host, ct)).FirstOrDefault() is not { } known) return new NotFound("host", host, host is null ? "No host is registered." : $"There is no host named {ShownText.Of(host)}.", "See the list of hosts.");
        return await _accounts.EnsureAsync(known, actor, ct) switch
        {
            Outcome<ProbeLogin>.Accepted(var login, _) => new Outcome<RoundTrip>.Accepted(Start(new RoundTripRequest(login.Address, login.Address) { FromPassword = login.Password, ToPassword = login.Password }, known, known, isScheduled: actor.Kind is ActorKind.Portal), null),
            Outcome<ProbeLogin>.Refused(var reasons) => new Outcome<RoundTrip>.Refused(reasons),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Starts a round trip between two mailboxes. It goes on when the caller leaves.</summary>
    public async Task<Outcome<RoundTrip>> StartAsync(RoundTripRequest request, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        if (_running.Count >= MostAtOnce) return new NotPermitted("", null, $"{MostAtOnce} round trips are under way already.", "Wait until one of them is over.");
        var reasons = new Reasons();
        var from = await HostOfAsync(request.From, "from", reasons, ct);
        var to = await HostOfAsync(request.To, "to", reasons, ct);
        if (from is not { } sender || to is not { } recipient) return reasons.Refuse<RoundTrip>();
        var given = request with
        {
            From = sender.Address,
            To = recipient.Address,
            FromPassword = request.FromPassword ?? await KnownAsync(sender.Host, sender.Address, ct),
            ToPassword = request.ToPassword ?? (sender.Address == recipient.Address ? request.FromPassword : null) ?? await KnownAsync(recipient.Host, recipient.Address, ct),
        };
        return new Outcome<RoundTrip>.Accepted(Start(given, sender.Host, recipient.Host, isScheduled: false), null);
    }

    /// <summary>Waits until a round trip is over.</summary>
    public async Task<RoundTrip> WaitAsync(RoundTrip trip, CancellationToken ct)
    {
        if (!_running.TryGetValue(trip.Id, out var run)) return await _store.FindAsync(trip.Id, ct) ?? trip;
        await run.Running.WaitAsync(ct);
        return run.Board.Now;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        await Task.WhenAll(_running.Values.Select(run => run.Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lifetime.Dispose();
    }

    private RoundTrip Start(RoundTripRequest request, Host from, Host to, bool isScheduled)
    {
        var trip = new RoundTrip(RandomNumberGenerator.GetHexString(20, lowercase: true), request.From, request.To, from.Name, _time.GetUtcNow(), isScheduled);
        var board = new RoundTripBoard(trip, _time, now => Moved?.Invoke(now));
        // Entered before it runs: whoever gets the id finds it.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[trip.Id] = (board, RunAsync(board, request, from, to, begin.Task));
        begin.SetResult();
        return board.Now;
    }

    private async Task RunAsync(RoundTripBoard board, RoundTripRequest request, Host from, Host to, Task begin)
    {
        await begin;
        var ct = _lifetime.Token;
        try
        {
            var (fromRound, toRound) = (RoundOf(from, ct), RoundOf(to, ct));
            if ((await _runner.SidesAsync(from, ct)).FirstOrDefault() is not { } fromSide || (await _runner.SidesAsync(to, ct)).FirstOrDefault() is not { } toSide)
            {
                board.End(RoundTripOutcome.NeverAccepted, "The host has no address to connect to.", "Give the host an address.");
                return;
            }
            await new RoundTripRun(board, request, fromRound, fromSide, toRound, toSide, _time).RunAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogError(e, "A round trip failed by itself.");
            board.End(RoundTripOutcome.Stopped, "The round trip itself failed.", "The portal's log has the details.");
        }
        finally
        {
            board.End(RoundTripOutcome.Stopped, "It was stopped before its end.", "Start it again.");
            await StoreAsync(board.Now);
            _running.TryRemove(board.Now.Id, out _);
        }
    }

    private async Task StoreAsync(RoundTrip trip)
    {
        try
        {
            await _store.AddAsync(trip, CancellationToken.None);
            if (trip.IsScheduled && trip.Outcome is not RoundTripOutcome.Stopped)
            {
                var key = $"roundtrip/{trip.Host}";
                if (trip.Outcome is RoundTripOutcome.Arrived) await _alarms.ClearAsync(key, $"{trip.Host}: a message from probe to probe arrived again.", CancellationToken.None);
                else await _alarms.RaiseAsync(new Alarm(key, Severity.Critical, $"{trip.Host}: a message from probe to probe did not arrive. {trip.Sentence}", trip.WhatToDo, $"/round-trip?open={trip.Id}"), CancellationToken.None);
            }
            Moved?.Invoke(trip);
        }
        catch (Exception e) when (e is Microsoft.Data.Sqlite.SqliteException or IOException)
        {
            _log.LogError(e, "The result of a round trip could not be stored.");
        }
    }

    private ProbeRound RoundOf(Host host, CancellationToken ct) => new(host, _hosts.Reach(host), _connector, null, _options, _time, ct);

    private async Task<Mailboxes.Passwords.Secret?> KnownAsync(Host host, string address, CancellationToken ct) =>
        await _accounts.FindAsync(host, ct) is { } login && login.Address == address ? login.Password : null;

    private async Task<(Host Host, string Address)?> HostOfAsync(string given, string field, Reasons reasons, CancellationToken ct)
    {
        if (!Address.TryParse(given, out var address, out var why))
        {
            reasons.Add(why, field, given);
            return null;
        }
        var text = address.ToString();
        await using var db = await _factory.CreateDbContextAsync(ct);
        var host = await (from mailbox in db.Mailboxes.AsNoTracking()
                          join domain in db.Domains on mailbox.DomainId equals domain.Id
                          join one in db.Hosts on domain.HostId equals one.Id
                          where mailbox.Address == text && mailbox.TrashedUntil == null
                          select one).FirstOrDefaultAsync(ct);
        if (host is not null) return (host, text);
        reasons.Add(new NotFound(field, address.Unicode, $"There is no mailbox {address.Unicode}.", "A round trip goes from a mailbox to a mailbox that this portal looks after."));
        return null;
    }

    private async Task<Refusal?> RefuseAsync(Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right);
    }
}
