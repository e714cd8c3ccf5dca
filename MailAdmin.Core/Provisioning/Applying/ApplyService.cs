using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Brings desired state to hosts and proves it. Runs for one host are coalesced; one at a time, also across processes.</summary>
public sealed class ApplyService : IAsyncDisposable
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly ApplyRun _run;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, HostQueue> _queues = [];
    private readonly CancellationTokenSource _lifetime = new();

    internal ApplyService(IDbContextFactory<MailAdminContext> factory, ApplyRun run, TimeProvider time) => (_factory, _run, _time) = (factory, run, time);

    /// <summary>Waits until the host serves this revision (running an apply when nobody does yet), or until it is known that it will not.</summary>
    /// <remarks>No right is asked: the change behind the revision was permitted, and serving it is part of it. Cancelling ends the wait, not the run.</remarks>
    public async Task<Served> ServeAsync(HostRevision revision, Actor actor, CancellationToken ct)
    {
        await using (var db = await _factory.CreateDbContextAsync(ct))
        {
            var applied = await db.Hosts.Where(h => h.Id == revision.HostId).Select(h => new { h.Name, h.AppliedRevision }).SingleAsync(ct);
            if (applied.AppliedRevision >= revision.Revision) return new Served(ServedState.Live, null, $"{applied.Name} serves it already.", []);
        }
        return await QueueOf(revision.HostId).JoinAsync(actor).WaitAsync(ct);
    }

    /// <summary>Applies whatever the whole plan says. Drift and the guard stop it unless decided here. On a host that wants approval this is one.</summary>
    public async Task<Outcome<Served>> ApplyAsync(ApplyRequest request, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ApplyPlans) is { } refusal) return refusal;
        if (await HostNames.FindAsync(db, request.Host, ct) is not { } host) return HostNames.Unknown(request.Host);
        var served = await QueueOf(host.Id).EnqueueAsync(new RunRequest(actor, Whole: true)
        {
            OverwriteDrift = request.OverwriteDrift, Confirmation = request.Confirmation, Reason = request.Reason, Approved = true,
        }).WaitAsync(ct);
        return new Outcome<Served>.Accepted(served, null);
    }

    /// <summary>Applies after hand edits were taken over. The caller has asked for the right.</summary>
    /// <param name="decided">Contents (path, SHA-256) that may be replaced though a hand wrote them.</param>
    internal Task<Served> ApplyDecidedAsync(int hostId, bool whole, IReadOnlySet<(string Path, string Hash)> decided, string? reason, Actor actor, CancellationToken ct) =>
        QueueOf(hostId).EnqueueAsync(new RunRequest(actor, whole) { Decided = decided, Reason = reason, Approved = true }).WaitAsync(ct);

    /// <summary>Approves and carries out a run that waits.</summary>
    public async Task<Outcome<Served>> ApproveAsync(int generationId, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ApplyPlans) is { } refusal) return refusal;
        var waiting = await (from g in db.Generations join h in db.Hosts on g.HostId equals h.Id where g.Id == generationId select new { g.HostId, g.State, g.ToRevision, h.DesiredRevision }).SingleOrDefaultAsync(ct);
        var shown = generationId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (waiting is null) return new NotFound("id", shown, $"There is no run {shown}.", "Look in the history for its number.");
        if (waiting.State != GenerationState.Waiting) return new ChangedMeanwhile("id", shown, $"Run {shown} no longer waits.", "Look in the history for the one that took its place.");
        if (waiting.ToRevision != waiting.DesiredRevision) return new ChangedMeanwhile("id", shown, $"More was changed since run {shown} was planned.", "Look at the new plan and approve that.");
        var served = await QueueOf(waiting.HostId).EnqueueAsync(new RunRequest(actor, Whole: false) { Approved = true, GenerationId = generationId }).WaitAsync(ct);
        return new Outcome<Served>.Accepted(served, null);
    }

    /// <summary>Finishes or undoes runs that a crash interrupted. Called at start and before each run.</summary>
    public async Task RecoverAsync(CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        foreach (var host in await db.Generations.Where(g => g.State == GenerationState.Applying && g.Subject == GenerationSubject.Accounts).Select(g => g.HostId).Distinct().ToListAsync(ct))
            await QueueOf(host).JoinAsync(Actor.Portal).WaitAsync(ct);
    }

    /// <summary>Ends the runs under way at their next step and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        HostQueue[] queues;
        lock (_gate) queues = [.. _queues.Values];
        foreach (var queue in queues) await queue.EndAsync();
        _lifetime.Dispose();
    }

    private HostQueue QueueOf(int hostId)
    {
        lock (_gate)
        {
            if (!_queues.TryGetValue(hostId, out var queue)) _queues[hostId] = queue = new HostQueue(request => _run.RunAsync(hostId, request, _lifetime.Token));
            return queue;
        }
    }
}

/// <summary>What to apply.</summary>
/// <param name="Host">The host's name; null means the only host.</param>
/// <param name="OverwriteDrift">True: hand edits shown in the plan are replaced.</param>
/// <param name="Confirmation">For the guard: the typed number of accounts that go; null when not confirmed.</param>
/// <param name="Reason">Why, in the person's words.</param>
public sealed record ApplyRequest(string? Host = null, bool OverwriteDrift = false, string? Confirmation = null, string? Reason = null);
