using System.Globalization;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>What is written down about runs: before anything is done on a host, so that a killed run is finished or taken back, and after it, for history, audit and the next comparison.</summary>
internal sealed class RunJournal(IDbContextFactory<MailAdminContext> factory, Changes changes, BaseContents bases, IOptions<ProvisioningOptions> options)
{
    /// <summary>The host as it is now.</summary>
    public async Task<Host> HostAsync(int hostId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
    }

    /// <summary>The run that has begun and not ended; null when there is none.</summary>
    public async Task<Generation?> InterruptedAsync(int hostId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Generations.AsNoTracking().Include(g => g.Files).Where(g => g.HostId == hostId && g.State == GenerationState.Applying && g.Subject == GenerationSubject.Accounts).OrderByDescending(g => g.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>Keeps a run until somebody approves it, in place of those that waited before.</summary>
    public async Task<Served> WaitAsync(Host host, HostPlan plan, RunRequest request, Steps steps, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(request.Actor, new ChangeOptions(Reason: request.Reason), ct);
        var waiting = await change.Db.Generations.Where(g => g.HostId == host.Id && g.State == GenerationState.Waiting && g.Subject == GenerationSubject.Accounts).ToListAsync(ct);
        var same = waiting.Find(g => g.ToRevision == plan.Plan.Revision);
        foreach (var old in waiting.Where(g => g != same))
        {
            old.State = GenerationState.Superseded;
            old.FinishedAt = change.Now;
        }
        var generation = same ?? NewGeneration(host, plan, request, GenerationState.Waiting, change.Now);
        if (same is null) change.Db.Generations.Add(generation);
        await change.Db.SaveChangesAsync(ct);
        if (same is null) change.Audit("host.propose", host.Name, null, new { run = generation.Id, generation.Sentence }, "waits for approval");
        await change.CommitAsync(ct);
        return new Served(ServedState.WaitsForApproval, generation.Id, $"Run {generation.Id} waits for approval: {generation.Sentence}", steps.All);
    }

    /// <summary>Writes down what is about to be done.</summary>
    public async Task<Generation> BeginAsync(Host host, HostPlan plan, RunRequest request, Generation? interrupted, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(request.Actor, ChangeOptions.Default, ct);
        var generation = NewGeneration(host, plan, request, GenerationState.Applying, change.Now);
        var waiting = await change.Db.Generations.Include(g => g.Files).Where(g => g.HostId == host.Id && g.State == GenerationState.Waiting && g.Subject == GenerationSubject.Accounts).ToListAsync(ct);
        foreach (var old in waiting)
        {
            if (old.Id == request.GenerationId)
            {
                (old.State, old.Actor, old.Door, old.Sentence, old.StartedAt, old.Files, generation) = (GenerationState.Applying, request.Actor.Name, request.Actor.Door, generation.Sentence, change.Now, generation.Files, old);
                continue;
            }
            (old.State, old.FinishedAt) = (GenerationState.Superseded, change.Now);
        }
        if (interrupted is not null)
        {
            // The new run takes its place; what it had done is part of what the new one verifies.
            var former = await change.Db.Generations.SingleAsync(g => g.Id == interrupted.Id, ct);
            (former.State, former.FinishedAt, former.Failure) = (GenerationState.Failed, change.Now, "It was interrupted; the next run finished what it had begun.");
            foreach (var file in interrupted.Files.Where(f => generation.Files.TrueForAll(g => g.Path != f.Path)))
                generation.Files.Add(new GenerationFile { Path = file.Path, Sentence = file.Sentence, BeforeHash = file.BeforeHash, AfterHash = file.AfterHash, Difference = file.Difference });
            if (plan.Changes.Count == 0) generation.Sentence = interrupted.Sentence;
        }
        if (generation.Id == 0) change.Db.Generations.Add(generation);
        await change.CommitAsync(ct);
        return generation;
    }

    /// <summary>Closes a run, and remembers what the host has now when it was served.</summary>
    public async Task FinishAsync(Host host, DesiredState desired, HostPlan plan, Generation? generation, RunRequest request, GenerationState state, string failure, Steps steps, CancellationToken ct)
    {
        // A failed run must not leave the journal open because its caller lost patience.
        await using var change = await changes.BeginAsync(request.Actor, new ChangeOptions(Reason: request.Reason), CancellationToken.None);
        var db = change.Db;
        if (generation is not null)
        {
            var row = await db.Generations.SingleAsync(g => g.Id == generation.Id, ct);
            (row.State, row.FinishedAt, row.Failure, row.Steps) = (state, change.Now, failure, steps.ToJson());
            change.Audit("host.apply", host.Name, null, new { run = row.Id, row.FromRevision, row.ToRevision, row.Sentence },
                state == GenerationState.Served ? string.Create(CultureInfo.InvariantCulture, $"served after {steps.Elapsed.TotalSeconds:0.0} s") : $"returned to former: {failure}");
        }
        if (state == GenerationState.Served)
        {
            await db.Hosts.Where(h => h.Id == host.Id && h.AppliedRevision < desired.Revision).ExecuteUpdateAsync(set => set.SetProperty(h => h.AppliedRevision, desired.Revision), ct);
            await RememberAsync(db, host, desired, plan, ct);
        }
        await PruneAsync(db, host, ct);
        await change.CommitAsync(ct);
    }

    /// <summary>Leaves a run open that could neither be finished nor taken back.</summary>
    public async Task LeaveOpenAsync(Generation generation, string failure, Steps steps, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Generations.SingleAsync(g => g.Id == generation.Id, ct);
        (row.Failure, row.Steps) = (failure, steps.ToJson());
        await change.CommitAsync(ct);
    }

    /// <summary>Closes a run that was interrupted and taken back.</summary>
    public async Task TakenBackAsync(Host host, Generation interrupted, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Generations.SingleAsync(g => g.Id == interrupted.Id, ct);
        (row.State, row.FinishedAt, row.Failure) = (GenerationState.ReturnedToFormer, change.Now, "It was interrupted, and something else is wanted since: taken back.");
        change.Audit("host.apply", host.Name, null, new { run = row.Id }, "interrupted; taken back");
        await change.CommitAsync(ct);
    }

    private static Generation NewGeneration(Host host, HostPlan plan, RunRequest request, GenerationState state, DateTimeOffset now) => new()
    {
        HostId = host.Id,
        FromRevision = host.AppliedRevision,
        ToRevision = plan.Plan.Revision,
        State = state,
        Actor = request.Actor.Name,
        Door = request.Actor.Door,
        Sentence = SentenceOf(plan),
        StartedAt = now,
        Files = [.. plan.Changes.Select(c => new GenerationFile { Path = c.Path, Sentence = c.DoneSentence, BeforeHash = c.BeforeHash, AfterHash = c.AfterHash, Difference = Pack(c, packNew: plan.Changes.Count <= 50) })],
    };

    // New files need nothing to be taken back but their removal; when they are large or many they would only be stored twice.
    private static byte[] Pack(FileChange change, bool packNew) => change.Existing is null && (!packNew || change.Desired!.Content.Length > 1 << 20) ? [] : change.Difference.Pack();

    private static string SentenceOf(HostPlan plan)
    {
        // People think of users and domains; maps follow from them.
        var telling = plan.Changes.OrderBy(c => c.Kind == RenderedKind.PasswdFile ? 0 : Path.GetFileName(c.Path) is VirtualMailboxDomains.Name or VirtualAliasMaps.Name ? 1 : 2).ToList();
        return telling.Count switch
        {
            0 => "Nothing differs.",
            1 or 2 => string.Join(" ", telling.Select(c => c.DoneSentence)),
            _ => string.Create(CultureInfo.InvariantCulture, $"{telling[0].DoneSentence} And {telling.Count - 1:N0} more files."),
        };
    }

    private async Task RememberAsync(MailAdminContext db, Host host, DesiredState desired, HostPlan plan, CancellationToken ct)
    {
        var changes = plan.Changes.Where(c => c.AfterHash is not null).ToDictionary(c => c.Path, StringComparer.Ordinal);
        foreach (var file in desired.Files)
        {
            var known = desired.Applied.GetValueOrDefault(file.Path);
            var change = changes.GetValueOrDefault(file.Path);
            // Unchanged and remembered with as many rows: no need to hash it again, except where everything is looked at anyway.
            if (change is null && known is not null && !desired.Snapshot.Scope.Equals(RenderScope.All)) continue;
            var hash = change?.AfterHash ?? LineDifference.HashOf(file.Content);
            if (known?.Hash == hash) continue;
            var row = new AppliedFile { HostId = host.Id, Path = file.Path, Hash = hash, Entries = file.Entries };
            if (known is null) db.Add(row);
            else db.Update(row);
            await bases.KeepAsync(host.Id, file.Path, file.Content, hash, known is not null && change?.BeforeHash == known.Hash ? (known.Hash, change.Difference) : null, ct);
        }
        foreach (var gone in plan.Changes.Where(c => c.Desired is null))
        {
            if (desired.Applied.ContainsKey(gone.Path)) db.Remove(new AppliedFile { HostId = host.Id, Path = gone.Path });
            await bases.ForgetAsync(host.Id, gone.Path);
        }
    }

    private async Task PruneAsync(MailAdminContext db, Host host, CancellationToken ct)
    {
        var keep = options.Value.KeepGenerations;
        var oldest = await db.Generations.Where(g => g.HostId == host.Id).OrderByDescending(g => g.Id).Skip(keep).Select(g => (int?)g.Id).FirstOrDefaultAsync(ct);
        if (oldest is null) return;
        var lastGood = await db.Generations.Where(g => g.HostId == host.Id && g.State == GenerationState.Served && g.Subject == GenerationSubject.Accounts).MaxAsync(g => (int?)g.Id, ct);
        await db.Generations.Where(g => g.HostId == host.Id && g.Id <= oldest && g.Id != lastGood && g.State != GenerationState.Waiting && g.State != GenerationState.Applying).ExecuteDeleteAsync(ct);
    }
}
