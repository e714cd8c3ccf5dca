using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>One run on one host: compare, journal, write, verify, and back when that fails. Whoever calls makes sure that there is one at a time in this process.</summary>
internal sealed partial class ApplyRun(
    IDbContextFactory<MailAdminContext> factory, Changes changes, IMailHosts hosts, DesiredStates desiredStates, Planner planner, BaseContents bases,
    Verification verification, HostStates states, TimeProvider time, IOptions<ProvisioningOptions> options, ILogger<ApplyRun> log)
{
    private TimeSpan SeenWithin => TimeSpan.FromSeconds(options.Value.SeenWithinSeconds);

    /// <summary>Carries out a run and stores how it ended.</summary>
    public async Task<Served> RunAsync(int hostId, RunRequest request, CancellationToken ct)
    {
        var steps = new Steps(time);
        Served served;
        try
        {
            served = await LockedAsync(hostId, request, steps, ct);
        }
        catch (Exception e) when (e is HostException or UnrepresentableException or Microsoft.Data.Sqlite.SqliteException or DbUpdateException or IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            RunFailed(log, e, hostId);
            served = new Served(ServedState.Failed, null, steps.All.Any(s => s.Name != "planned")
                ? $"The run was not brought to its end: {e.Message} What it began is written down; the next run looks at what is there and finishes it or takes it back."
                : $"Nothing was changed on the host: {e.Message}{(e is HostBusyException or UnrepresentableException ? "" : " The change is stored and will be served when this is put right; apply again then.")}", steps.All);
        }
        states.Set(hostId, state => served.State == ServedState.Live ? state with { ProvenAt = time.GetUtcNow(), Problem = null, Drift = [] } : state with { Problem = served });
        return served;
    }

    private async Task<Served> LockedAsync(int hostId, RunRequest request, Steps steps, CancellationToken ct)
    {
        var host = await HostAsync(hostId, ct);
        var reach = hosts.Reach(host);
        await using var held = await reach.LockAsync($"{request.Actor.Name} applies to {host.Name}", TimeSpan.FromSeconds(options.Value.LockSeconds), ct);

        // Only now: whoever held the lock before may have served it already, or have left something behind.
        var interrupted = await InterruptedAsync(hostId, ct);
        host = await HostAsync(hostId, ct);
        if (interrupted is not null && host.RequiresApproval && host.DesiredRevision != interrupted.ToRevision)
        {
            await UndoAsync(reach, host, interrupted, steps, ct);
            interrupted = null;
        }
        if (host.AppliedRevision >= host.DesiredRevision && !request.Whole && interrupted is null)
            return new Served(ServedState.Live, null, $"{host.Name} serves it already.", steps.All);

        var (desired, plan) = await PlanAsync(reach, hostId, request.Whole || interrupted is not null, interrupted, ct);
        host = desired.Snapshot.Host;
        var type = MapType.Best(host.Capabilities!);
        steps.Mark("planned", plan.Plan.IsEmpty ? "nothing differs" : plan.Changes.Count == 1 ? "1 file differs" : $"{plan.Changes.Count} files differ");
        states.Set(hostId, state => request.Whole ? state with { ComparedAt = time.GetUtcNow(), Drift = [.. plan.Changes.Where(c => c.IsDrift).Select(c => c.Step)] } : state);

        // What an interrupted run wrote was already permitted when it began.
        if (Stop(plan, request) is { } stop) return new Served(ServedState.NeedsDecision, null, stop, steps.All);
        if (plan.Changes.Count == 0 && interrupted is null)
        {
            await FinishAsync(host, desired, plan, null, request, GenerationState.Served, "", steps, ct);
            return new Served(ServedState.Live, null, $"{host.Name} serves it: no file had to change.", steps.All);
        }
        if (host.RequiresApproval && !request.Approved && interrupted is null) return await WaitAsync(host, plan, request, steps, ct);

        var generation = await JournalAsync(host, plan, request, interrupted, ct);
        if (interrupted is not null) await new HostWriter(reach, host, type).CleanAsync([.. HostFiles.MapPaths(host)], ct);
        return await CarryOutAsync(reach, host, type, desired, plan, generation, interrupted, request, steps, ct);
    }

    private async Task<Served> CarryOutAsync(IMailHost reach, Host host, MapType type, DesiredState desired, HostPlan plan, Generation generation, Generation? interrupted, RunRequest request, Steps steps, CancellationToken ct)
    {
        var writer = new HostWriter(reach, host, type);
        await using var early = new EarlyLook(ct);
        try
        {
            var written = Rows(plan, interrupted);
            // Dovecot looks at a file once a second: that second passes while the maps are made.
            await writer.ApplyAsync(plan.Changes, steps.DoAsync, come => early.Begin(Of(written, come), (files, token) => verification.SeeDovecotAsync(reach, host, files, options.Value.VerifySample, SeenWithin, token)), ct);
            await ReloadAsync(reach, host, written, steps, ct);
            await VerifyAsync(reach, host, type, desired, written, early, steps, ct);
            await KickAsync(reach, host, written, steps, ct);
        }
        catch (Exception e) when (e is HostException or VerificationException)
        {
            RunFailed(log, e, host.Id);
            return await ReturnAsync(reach, writer, host, desired, plan, generation, request, steps, e.Message, ct);
        }
        await FinishAsync(host, desired, plan, generation, request, GenerationState.Served, "", steps, ct);
        return new Served(ServedState.Live, generation.Id, $"{host.Name} serves it: {generation.Sentence}", steps.All);
    }

    private async Task<Served> ReturnAsync(IMailHost reach, HostWriter writer, Host host, DesiredState desired, HostPlan plan, Generation generation, RunRequest request, Steps steps, string reason, CancellationToken ct)
    {
        try
        {
            await steps.DoAsync("returned", "the former files put back", () => writer.RestoreAsync([.. plan.Changes.Select(Former)], afterCrash: false, ct));
            if (writer.HasInstalled) await ReloadAsync(reach, host, Rows(plan, null), steps, ct);
        }
        catch (HostException e)
        {
            // The journal stays open: the next run, or the next start, finishes or undoes it.
            ReturnFailed(log, e, host.Id);
            await SaveStepsAsync(generation, $"{reason} The former files could not be put back either: {e.Message}", steps, ct);
            return new Served(ServedState.Failed, generation.Id, $"{reason} The former files could not all be put back: {e.Message} MailAdmin tries again with the next run; look at the host's disk and its log.", steps.All);
        }
        await FinishAsync(host, desired, plan, generation, request, GenerationState.ReturnedToFormer, reason, steps, ct);
        return new Served(ServedState.Failed, generation.Id, $"{reason} The former files are back, so what was live before is live still. The change is stored; apply again when the reason is gone.", steps.All);
    }

    private static IReadOnlyList<WrittenRows> Of(IReadOnlyList<WrittenRows> written, IReadOnlyList<FileChange> changes)
    {
        var paths = changes.Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        return [.. written.Where(w => paths.Contains(w.Path))];
    }

    private async Task VerifyAsync(IMailHost reach, Host host, MapType type, DesiredState desired, IReadOnlyList<WrittenRows> written, EarlyLook early, Steps steps, CancellationToken ct)
    {
        var sample = options.Value.VerifySample;
        if (written.Any(w => w.Kind == RenderedKind.PostfixMap))
            await steps.DoAsync("seenByPostfix", "Postfix's tables answer as they should", async () =>
            {
                await Verification.AskTablesAsync(reach, host, type, written, sample, ct);
                return await verification.AskFromOutsideAsync(host, written, TurnedAway(desired), SeenWithin, ct) is { } said ? $"Postfix answers from outside as it should: {said}" : null;
            });
        if (written.Any(w => w.Kind == RenderedKind.PasswdFile))
            await steps.DoAsync("seenByDovecot", "Dovecot sees the new users", async () =>
            {
                var asked = await early.EndAsync() + await verification.SeeDovecotAsync(reach, host, [.. written.Except(early.Files)], sample, SeenWithin, ct);
                return asked switch
                {
                    0 => "No user to ask Dovecot for",
                    1 => "Dovecot sees the new state of the one user asked for",
                    _ => string.Create(CultureInfo.InvariantCulture, $"Dovecot sees the new state of {asked} users asked for"),
                };
            });
    }

    private static HashSet<string> TurnedAway(DesiredState desired) => desired.Files.FirstOrDefault(f => f.Kind == RenderedKind.PostfixMap && Path.GetFileName(f.Path) == RecipientAccess.Name) is { } file
        ? [.. RowChanges.Of(LineDifference.Between(default, file.Content), file.Kind).Added.Keys]
        : [];

    // Postfix's address resolver (trivial-rewrite) looks at its tables every ten seconds only: until then a new domain is "relay access denied".
    // Everything else is seen by the next session, so nothing else is worth a reload.
    private static async Task ReloadAsync(IMailHost reach, Host host, IReadOnlyList<WrittenRows> written, Steps steps, CancellationToken ct)
    {
        if (written.FirstOrDefault(w => w.Is(VirtualMailboxDomains.Name))?.Rows is not { } rows || rows.Added.Count + rows.Removed.Count == 0) return;
        await steps.DoAsync("reloaded", "Postfix told that the domains changed", async () =>
        {
            string[] command = ["postfix", "-c", host.PostfixDirectory, "reload"];
            var result = await reach.RunAsync(command, ct: ct);
            if (!result.Succeeded) throw new HostCommandException(command, $"Postfix does not take the new domains: {result.Error.Trim().Split('\n')[^1]} Is it running?", result);
        });
    }

    // A session that is open stays open whatever the file says.
    private static async Task KickAsync(IMailHost reach, Host host, IReadOnlyList<WrittenRows> written, Steps steps, CancellationToken ct)
    {
        var users = written.Where(w => w.Kind == RenderedKind.PasswdFile)
            .SelectMany(w => w.Rows.Removed.Keys.Concat(w.Rows.Changed.Where(c => PasswordOf(c.Value.Before) != PasswordOf(c.Value.After)).Select(c => c.Key))).ToList();
        if (users.Count == 0) return;
        await steps.DoAsync("kicked", "open sessions with former passwords ended", async () =>
        {
            // doveadm kick takes one user at a time: only who is there is worth a process. An open session with an old password is no reason to take a new one back.
            var who = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "who", "-1"], ct: ct);
            if (!who.Succeeded) return $"open sessions could not be ended: {who.Error.Trim()}";
            var there = who.Output.Split('\n').Skip(1).Select(line => line.Split(' ', 2)[0]).ToHashSet(StringComparer.Ordinal);
            foreach (var user in users.Where(there.Contains))
            {
                // 68 means that the user has left meanwhile.
                var result = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "kick", user], ct: ct);
                if (result.ExitCode is not (0 or 68)) return $"open sessions could not be ended: {result.Error.Trim()}";
            }
            return null;
        });
    }

    private static string PasswordOf(string row) => row.Split(':', 2)[0];

    private string? Stop(HostPlan plan, RunRequest request)
    {
        if (plan.HasDrift && !request.OverwriteDrift)
        {
            var files = plan.Changes.Where(c => c.IsDrift).Select(c => Path.GetFileName(c.Path)).ToList();
            return $"Nothing was applied: {(files.Count == 1 ? $"{files[0]} was" : $"{files.Count} files were ({string.Join(", ", files.Take(3))})")} changed by hand. Look at the plan, take over what should stay, then apply and overwrite the hand edits.";
        }
        return plan.Plan.Guard is { } guard && request.Confirmation?.Trim() != plan.GuardedAccounts.ToString(CultureInfo.InvariantCulture) ? $"Nothing was applied: {guard}" : null;
    }

    private async Task<(DesiredState, HostPlan)> PlanAsync(IMailHost reach, int hostId, bool whole, Generation? interrupted, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await DesiredStates.BeginReadAsync(db, ct);
        if (whole) await DatabaseCheck.RequireSoundAsync(db, ct);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
        var desired = await desiredStates.ReadAsync(db, host, reach, whole, ct);
        if (interrupted is not null)
            desired = desired with { Expected = interrupted.Files.SelectMany(f => new[] { (f.Path, f.BeforeHash ?? ""), (f.Path, f.AfterHash ?? "") }).ToHashSet() };
        return (desired, await planner.CompareAsync(reach, desired, ct));
    }

    private async Task<Served> WaitAsync(Host host, HostPlan plan, RunRequest request, Steps steps, CancellationToken ct)
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

    private async Task<Generation> JournalAsync(Host host, HostPlan plan, RunRequest request, Generation? interrupted, CancellationToken ct)
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
        Files = [.. plan.Changes.Select(c => new GenerationFile { Path = c.Path, Sentence = c.Step.Sentence, BeforeHash = c.BeforeHash, AfterHash = c.AfterHash, Difference = Pack(c, packNew: plan.Changes.Count <= 50) })],
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
            1 or 2 => string.Join(" ", telling.Select(c => c.Step.Sentence)),
            _ => string.Create(CultureInfo.InvariantCulture, $"{telling[0].Step.Sentence} And {telling.Count - 1:N0} more files."),
        };
    }

    private static FormerFile Former(FileChange change) => new(change.Path, change.Kind, change.Existing?.Content, change.Existing?.Info.Mode ?? change.Desired!.Mode,
        change.Existing?.Info.Owner ?? change.Desired!.Owner, change.Existing?.Info.Group ?? change.Desired!.Group);

    private static IReadOnlyList<WrittenRows> Rows(HostPlan plan, Generation? interrupted)
    {
        var rows = plan.Changes.Select(c => new WrittenRows(c.Path, c.Kind, c.Rows)).ToList();
        foreach (var file in interrupted?.Files ?? [])
        {
            if (file.Difference.Length == 0 || rows.Exists(r => r.Path == file.Path)) continue;
            var kind = KindOf(file.Path);
            rows.Add(new WrittenRows(file.Path, kind, RowChanges.Of(LineDifference.Unpack(file.Difference), kind)));
        }
        return rows;
    }

    private static RenderedKind KindOf(string path) => path.Contains("/dovecot/passwd/", StringComparison.Ordinal) ? RenderedKind.PasswdFile : RenderedKind.PostfixMap;

    private async Task<Host> HostAsync(int hostId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
    }

    private async Task<Generation?> InterruptedAsync(int hostId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Generations.AsNoTracking().Include(g => g.Files).Where(g => g.HostId == hostId && g.State == GenerationState.Applying && g.Subject == GenerationSubject.Accounts).OrderByDescending(g => g.Id).FirstOrDefaultAsync(ct);
    }

    private async Task UndoAsync(IMailHost reach, Host host, Generation interrupted, Steps steps, CancellationToken ct)
    {
        var former = new List<FormerFile>();
        foreach (var file in interrupted.Files)
        {
            var now = await reach.ReadAsync(file.Path, ct);
            var hash = now is null ? null : LineDifference.HashOf(now.Content);
            var kind = KindOf(file.Path);
            var (mode, group) = kind == RenderedKind.PasswdFile ? ((UnixFileMode)0b110_100_000, "dovecot") : ((UnixFileMode)0b110_100_100, "root");
            if (hash != file.AfterHash && hash != file.BeforeHash) continue;   // a hand was here since; it stays
            ReadOnlyMemory<byte>? content = file.BeforeHash is null ? null : hash == file.BeforeHash ? now!.Content : LineDifference.Unpack(file.Difference).Backward(now?.Content ?? default);
            former.Add(new FormerFile(file.Path, kind, content, now?.Info.Mode ?? mode, now?.Info.Owner ?? "root", now?.Info.Group ?? group));
        }
        host.Capabilities ??= (await PlanCapabilitiesAsync(host, ct));
        await steps.DoAsync("returned", "an interrupted run taken back", () => new HostWriter(reach, host, MapType.Best(host.Capabilities!)).RestoreAsync(former, afterCrash: true, ct));
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Generations.SingleAsync(g => g.Id == interrupted.Id, ct);
        (row.State, row.FinishedAt, row.Failure) = (GenerationState.ReturnedToFormer, change.Now, "It was interrupted, and something else is wanted since: taken back.");
        change.Audit("host.apply", host.Name, null, new { run = row.Id }, "interrupted; taken back");
        await change.CommitAsync(ct);
    }

    private async Task<HostCapabilities> PlanCapabilitiesAsync(Host host, CancellationToken ct) => await desiredStates.CapabilitiesAsync(host, ct);

    private async Task SaveStepsAsync(Generation generation, string failure, Steps steps, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Generations.SingleAsync(g => g.Id == generation.Id, ct);
        (row.Failure, row.Steps) = (failure, steps.ToJson());
        await change.CommitAsync(ct);
    }

    private async Task FinishAsync(Host host, DesiredState desired, HostPlan plan, Generation? generation, RunRequest request, GenerationState state, string failure, Steps steps, CancellationToken ct)
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

    private async Task RememberAsync(MailAdminContext db, Host host, DesiredState desired, HostPlan plan, CancellationToken ct)
    {
        var hashes = plan.Changes.Where(c => c.AfterHash is not null).ToDictionary(c => c.Path, c => c.AfterHash!, StringComparer.Ordinal);
        foreach (var file in desired.Files)
        {
            var known = desired.Applied.GetValueOrDefault(file.Path);
            var isChanged = hashes.TryGetValue(file.Path, out var hash);
            // Unchanged and remembered with as many rows: no need to hash it again, except where everything is looked at anyway.
            if (!isChanged && known is not null && !desired.Snapshot.Scope.Equals(RenderScope.All)) continue;
            hash ??= LineDifference.HashOf(file.Content);
            if (known?.Hash == hash) continue;
            var row = new AppliedFile { HostId = host.Id, Path = file.Path, Hash = hash, Entries = file.Entries };
            if (known is null) db.Add(row);
            else db.Update(row);
            await bases.KeepAsync(host.Id, file.Path, file.Content, ct);
        }
        foreach (var gone in plan.Changes.Where(c => c.Desired is null))
        {
            if (desired.Applied.ContainsKey(gone.Path)) db.Remove(new AppliedFile { HostId = host.Id, Path = gone.Path });
            await bases.KeepAsync(host.Id, gone.Path, null, ct);
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

    [LoggerMessage(LogLevel.Warning, "The run on host {HostId} failed")]
    private static partial void RunFailed(ILogger log, Exception e, int hostId);

    [LoggerMessage(LogLevel.Error, "The former files of host {HostId} could not be put back")]
    private static partial void ReturnFailed(ILogger log, Exception e, int hostId);
}

/// <summary>What a run is asked to do.</summary>
/// <param name="Actor">On whose behalf.</param>
/// <param name="Whole">True: compare every file. False: what changed.</param>
internal sealed record RunRequest(Actor Actor, bool Whole)
{
    public bool OverwriteDrift { get; init; }

    public string? Confirmation { get; init; }

    public string? Reason { get; init; }

    /// <summary>True: somebody with the right looked at it.</summary>
    public bool Approved { get; init; }

    /// <summary>The waiting run that is approved; null when none is.</summary>
    public int? GenerationId { get; init; }
}

/// <summary>The acts of a run as they happen.</summary>
internal sealed class Steps(TimeProvider time)
{
    private readonly List<RunStep> _steps = [];
    private readonly long _began = time.GetTimestamp();
    private long _last = time.GetTimestamp();

    public IReadOnlyList<RunStep> All => [.. _steps];

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>True when something was done on the host, and not only compared.</summary>
    public bool HasBegun => _steps.Exists(s => s.Name != "planned");

    /// <summary>Notes what was done since the last note.</summary>
    public void Mark(string name, string sentence)
    {
        _steps.Add(new RunStep(name, sentence, true, time.GetElapsedTime(_last).TotalMilliseconds));
        _last = time.GetTimestamp();
    }

    public Task DoAsync(string name, string sentence, Func<Task> act) => DoAsync(name, sentence, async () =>
    {
        await act();
        return null;
    });

    /// <summary>Does something and notes how it went; what it returns replaces the sentence.</summary>
    public async Task DoAsync(string name, string sentence, Func<Task<string?>> act)
    {
        var began = time.GetTimestamp();
        try
        {
            var said = await act();
            _steps.Add(new RunStep(name, Sentence(said ?? sentence), true, time.GetElapsedTime(began).TotalMilliseconds));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _steps.Add(new RunStep(name, e.Message, false, time.GetElapsedTime(began).TotalMilliseconds));
            throw;
        }
        finally
        {
            _last = time.GetTimestamp();
        }
    }

    public string ToJson() => JsonSerializer.Serialize(_steps, JsonSerializerOptions.Web);

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");
}
