using System.Globalization;
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

/// <summary>One run on one host: compare, write, verify, and back when that fails; what it does is written down in the <see cref="RunJournal"/> before and after. Whoever calls makes sure that there is one at a time in this process.</summary>
internal sealed partial class ApplyRun(
    IDbContextFactory<MailAdminContext> factory, DatabaseFile database, RunJournal journal, IMailHosts hosts, DesiredStates desiredStates, Planner planner,
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
                ? $"The run was not brought to its end: {e.Reason()} What it began is written down; the next run looks at what is there and finishes it or takes it back."
                : $"Nothing was changed on the host: {e.Reason()}{(e is HostBusyException or UnrepresentableException ? "" : " The change is stored and will be served when this is put right; apply again then.")}", steps.All);
        }
        states.Set(hostId, state => served.State == ServedState.Live ? state with { ProvenAt = time.GetUtcNow(), Problem = null, Drift = [] } : state with { Problem = served });
        return served;
    }

    private async Task<Served> LockedAsync(int hostId, RunRequest request, Steps steps, CancellationToken ct)
    {
        var host = await journal.HostAsync(hostId, ct);
        var reach = hosts.Reach(host);
        await using var held = await reach.LockAsync($"{request.Actor.Name} applies to {host.Name}", TimeSpan.FromSeconds(options.Value.LockSeconds), ct);

        // Only now: whoever held the lock before may have served it already, or have left something behind.
        var interrupted = await journal.InterruptedAsync(hostId, ct);
        host = await journal.HostAsync(hostId, ct);
        if (interrupted is not null && host.RequiresApproval && host.DesiredRevision != interrupted.ToRevision)
        {
            await UndoAsync(reach, host, interrupted, steps, ct);
            interrupted = null;
        }
        if (host.AppliedRevision >= host.DesiredRevision && !request.Whole && interrupted is null)
            return new Served(ServedState.Live, null, $"{host.Name} serves it already.", steps.All);

        var (desired, plan) = await PlanAsync(reach, hostId, request.Whole || interrupted is not null, interrupted, request.Decided, ct);
        host = desired.Snapshot.Host;
        var type = MapType.Best(host.Capabilities!);
        steps.Mark("planned", plan.Plan.IsEmpty ? "nothing differs" : plan.Changes.Count == 1 ? "1 file differs" : $"{plan.Changes.Count} files differ");
        states.Set(hostId, state => request.Whole ? state with { ComparedAt = time.GetUtcNow(), Drift = [.. plan.Changes.Where(c => c.IsDrift).Select(c => c.Step)] } : state);

        // What an interrupted run wrote was already permitted when it began.
        if (Stop(plan, request) is { } stop)
        {
            var confirmation = plan.Plan.Guard is null ? null : plan.GuardedAccounts.ToString(CultureInfo.InvariantCulture);
            return new Served(ServedState.NeedsDecision, null, stop, steps.All) { Decision = new DecisionNeeded(host.Name, plan.HasDrift, confirmation) };
        }
        if (plan.Changes.Count == 0 && interrupted is null)
        {
            await journal.FinishAsync(host, desired, plan, null, request, GenerationState.Served, "", steps, ct);
            return new Served(ServedState.Live, null, $"{host.Name} serves it: no file had to change.", steps.All);
        }
        if (host.RequiresApproval && !request.Approved && interrupted is null) return await journal.WaitAsync(host, plan, request, steps, ct);

        var generation = await journal.BeginAsync(host, plan, request, interrupted, ct);
        if (interrupted is not null) await new HostWriter(reach, host, type).CleanAsync([.. HostFiles.MapPaths(host)], ct);
        return await CarryOutAsync(reach, host, type, desired, plan, generation, interrupted, request, steps, ct);
    }

    private async Task<Served> CarryOutAsync(IMailHost reach, Host host, MapType type, DesiredState desired, HostPlan plan, Generation generation, Generation? interrupted, RunRequest request, Steps steps, CancellationToken ct)
    {
        var writer = new HostWriter(reach, host, type);
        await using var early = new EarlyLook(ct);
        string? open;
        try
        {
            var written = Rows(plan, interrupted);
            // Dovecot looks at a file once a second: that second passes while the maps are made.
            await writer.ApplyAsync(plan.Changes, steps.DoAsync, come => early.Begin(Of(written, come), (files, token) => verification.SeeDovecotAsync(reach, host, files, options.Value.VerifySample, SeenWithin, token)), ct);
            await ReloadAsync(reach, host, written, steps, ct);
            await VerifyAsync(reach, host, type, desired, written, early, steps, ct);
            open = await KickAsync(reach, host, written, steps, ct);
        }
        catch (Exception e) when (e is HostException or VerificationException)
        {
            RunFailed(log, e, host.Id);
            return await ReturnAsync(reach, writer, host, desired, plan, generation, request, steps, e.Message, ct);
        }
        await journal.FinishAsync(host, desired, plan, generation, request, GenerationState.Served, "", steps, ct);
        return new Served(ServedState.Live, generation.Id, $"{host.Name} serves it: {generation.Sentence}{(open is null ? "" : $" But {open}")}", steps.All);
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
            await journal.LeaveOpenAsync(generation, $"{reason} The former files could not be put back either: {e.Message}", steps, ct);
            return new Served(ServedState.Failed, generation.Id, $"{reason} The former files could not all be put back: {e.Message} MailAdmin tries again with the next run; look at the host's disk and its log.", steps.All);
        }
        await journal.FinishAsync(host, desired, plan, generation, request, GenerationState.ReturnedToFormer, reason, steps, ct);
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

    // A session that is open stays open whatever the file says. That it could not be ended is told, and is no reason to take a new password back.
    private static async Task<string?> KickAsync(IMailHost reach, Host host, IReadOnlyList<WrittenRows> written, Steps steps, CancellationToken ct)
    {
        var users = written.Where(w => w.Kind == RenderedKind.PasswdFile)
            .SelectMany(w => w.Rows.Removed.Keys.Concat(w.Rows.Changed.Where(c => PasswordOf(c.Value.Before) != PasswordOf(c.Value.After)).Select(c => c.Key))).ToList();
        if (users.Count == 0) return null;
        return await steps.TryAsync("kicked", "open sessions with former passwords ended", async () =>
        {
            // doveadm kick takes one user at a time: only who is there is worth a process.
            var who = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "who", "-1"], ct: ct);
            if (!who.Succeeded) return NotEnded(users, who);
            var there = who.Output.Split('\n').Skip(1).Select(line => line.Split(' ', 2)[0]).ToHashSet(StringComparer.Ordinal);
            foreach (var user in users.Where(there.Contains))
            {
                // 68 means that the user has left meanwhile.
                var result = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "kick", user], ct: ct);
                if (result.ExitCode is not (0 or 68)) return NotEnded([user], result);
            }
            return null;
        });
    }

    private static string NotEnded(IReadOnlyList<string> users, CommandResult result) =>
        $"sessions that {(users.Count == 1 ? users[0] : $"{users.Count} users")} had open may go on with the former password: {result.Error.Trim().TrimEnd('.')}. End them on the host with doveadm kick.";

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

    private async Task<(DesiredState, HostPlan)> PlanAsync(IMailHost reach, int hostId, bool whole, Generation? interrupted, IReadOnlySet<(string Path, string Hash)> decided, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await DesiredStates.BeginReadAsync(db, ct);
        // SQLite looks at every page while the accounts are read; nothing is done on the host before both have ended well.
        var sound = whole ? Task.Run(() => database.RequireSoundAsync(ct), ct) : Task.CompletedTask;
        DesiredState desired;
        try
        {
            var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
            desired = await desiredStates.ReadAsync(db, host, reach, whole, ct);
        }
        finally
        {
            await sound;
        }
        desired = desired with { Expected = [.. decided, .. interrupted?.Files.SelectMany(f => new[] { (f.Path, f.BeforeHash ?? ""), (f.Path, f.AfterHash ?? "") }) ?? []] };
        return (desired, await planner.CompareAsync(reach, desired, ct));
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
        host.Capabilities ??= await desiredStates.CapabilitiesAsync(host, ct);
        await steps.DoAsync("returned", "an interrupted run taken back", () => new HostWriter(reach, host, MapType.Best(host.Capabilities!)).RestoreAsync(former, afterCrash: true, ct));
        await journal.TakenBackAsync(host, interrupted, ct);
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

    /// <summary>Contents (path, SHA-256) that a hand wrote and that the database knows by now: replacing them loses nothing.</summary>
    public IReadOnlySet<(string Path, string Hash)> Decided { get; init; } = new HashSet<(string, string)>();

    /// <summary>The waiting run that is approved; null when none is.</summary>
    public int? GenerationId { get; init; }
}
