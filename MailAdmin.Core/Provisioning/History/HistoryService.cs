using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.History;

/// <summary>Former runs: listed, shown, compared, rolled back.</summary>
public sealed class HistoryService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time)
{
    private const int MostCompared = 200;

    /// <summary>One page of runs, newest first. <paramref name="host"/> null means every host.</summary>
    public async Task<Outcome<Page<GenerationView>>> ListAsync(string? host, ListQuery query, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } refusal) return refusal;
        if (query.Limit is < 1 or > 500) return new Malformed("limit", query.Limit.ToString(CultureInfo.InvariantCulture), "The limit must be 1 to 500.", "Ask for fewer rows at a time.");
        if (query.Sort is not (null or "id" or "-id")) return new Malformed("sort", query.Sort, "Runs are sorted by id only.", "Use id or -id.");
        var hostId = host is null ? null : (await HostNames.FindAsync(db, host, ct))?.Id;
        if (host is not null && hostId is null) return HostNames.Unknown(host);
        var rows = db.Generations.AsNoTracking().Where(g => hostId == null || g.HostId == hostId);
        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var text = $"%{query.Search.Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
            rows = rows.Where(g => EF.Functions.Like(g.Sentence, text, "\\") || EF.Functions.Like(g.Actor, text, "\\"));
        }
        var total = await rows.CountAsync(ct);
        var sorted = query.Sort == "id" ? rows.OrderBy(g => g.Id) : rows.OrderByDescending(g => g.Id);
        return new Outcome<Page<GenerationView>>.Accepted(new(await Views(db, sorted.Skip(Math.Max(0, query.Offset)).Take(query.Limit)).ToListAsync(ct), total, Math.Max(0, query.Offset)), null);
    }

    /// <summary>One run with its steps and differences.</summary>
    public async Task<Outcome<GenerationDetails>> GetAsync(int id, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } refusal) return refusal;
        if (await Views(db, db.Generations.Where(g => g.Id == id)).SingleOrDefaultAsync(ct) is not { } view) return Unknown(id);
        var steps = await db.Generations.Where(g => g.Id == id).Select(g => g.Steps).SingleAsync(ct);
        var files = await db.GenerationFiles.AsNoTracking().Where(f => f.GenerationId == id).OrderBy(f => f.Id).ToListAsync(ct);
        return new Outcome<GenerationDetails>.Accepted(new GenerationDetails(view, JsonSerializer.Deserialize<List<RunStep>>(steps, JsonSerializerOptions.Web)!, [.. files.Select(Shown)]), null);
    }

    /// <summary>What changed from one run's state to another's, file by file; either may be the older one.</summary>
    public async Task<Outcome<IReadOnlyList<PlanStep>>> CompareAsync(int from, int to, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } refusal) return refusal;
        var ends = await db.Generations.AsNoTracking().Where(g => g.Id == from || g.Id == to).Select(g => new { g.Id, g.HostId, g.State }).ToListAsync(ct);
        foreach (var id in new[] { from, to })
            if (ends.TrueForAll(g => g.Id != id)) return Unknown(id);
        if (ends.Select(g => g.HostId).Distinct().Count() > 1) return new Malformed("to", to.ToString(CultureInfo.InvariantCulture), "The two runs are of different hosts.", "Compare runs of one host.");
        var (older, newer) = (Math.Min(from, to), Math.Max(from, to));
        var hostId = ends[0].HostId;
        var files = await (from f in db.GenerationFiles join g in db.Generations on f.GenerationId equals g.Id
                           where g.HostId == hostId && g.State == GenerationState.Served && g.Id > older && g.Id <= newer
                           orderby g.Id, f.Id select f).AsNoTracking().ToListAsync(ct);
        var steps = files.GroupBy(f => f.Path).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Combined(g.Key, [.. g], backwards: from > to)).OfType<PlanStep>().ToList();
        return new Outcome<IReadOnlyList<PlanStep>>.Accepted(steps, null);
    }

    /// <summary>Restores domains, mailboxes and aliases as they were when this run was served, as a new change. The caller then awaits the revision like any other.</summary>
    public async Task<Outcome<GenerationView>> RollBackAsync(int id, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ApplyPlans) is { } refusal) return refusal;
        if (await Views(change.Db, change.Db.Generations.Where(g => g.Id == id)).SingleOrDefaultAsync(ct) is not { } view) return Unknown(id);
        if (view.State != GenerationState.Served) return new NeverServed("id", id.ToString(CultureInfo.InvariantCulture));
        if (await change.Db.Generations.AnyAsync(g => g.Id == id && g.Subject == GenerationSubject.Certificates, ct)) return new OfCertificates("id", id.ToString(CultureInfo.InvariantCulture));
        var hostId = await change.Db.Generations.Where(g => g.Id == id).Select(g => g.HostId).SingleAsync(ct);
        var restored = await new RollBack(change, hostId).ToAsync(view.ToRevision, ct);
        if (restored == 0) return new Outcome<GenerationView>.Accepted(view, null);
        change.Audit("host.rollBack", view.Host, null, new { run = id, objects = restored });
        return new Outcome<GenerationView>.Accepted(view, await change.CommitAsync(ct));
    }

    private async Task<Refusal?> RefuseAsync(MailAdminContext db, Actor actor, CancellationToken ct) =>
        (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadHosts);

    private static IQueryable<GenerationView> Views(MailAdminContext db, IQueryable<Generation> generations) => generations.Select(g => new GenerationView(
        g.Id, db.Hosts.Where(h => h.Id == g.HostId).Select(h => h.Name).First(), g.FromRevision, g.ToRevision, g.State, g.Actor, g.Door, g.Sentence, g.Failure, g.StartedAt, g.FinishedAt, g.Files.Count));

    private static NotFound Unknown(int id) => new("id", id.ToString(CultureInfo.InvariantCulture), $"There is no run {id}.", "Look in the history for its number.");

    private static PlanStep Shown(GenerationFile file)
    {
        var kind = KindOf(file.Path);
        var step = file.BeforeHash is null ? PlanStepKind.Create : file.AfterHash is null ? PlanStepKind.Delete : file.BeforeHash == file.AfterHash ? PlanStepKind.Act : PlanStepKind.Change;
        if (file.Difference.Length == 0) return new PlanStep(step, file.Sentence, file.Path, null, null);
        var difference = LineDifference.Unpack(file.Difference);
        return new PlanStep(step, file.Sentence, file.Path, file.BeforeHash is null ? null : Text(difference.Removed, kind), file.AfterHash is null ? null : Text(difference.Added, kind))
        {
            Diff = difference.ToText(null, line => ShownLine.Of(line, kind)),
        };
    }

    // What several runs did to a file, put together row by row: what came and went again does not show.
    private static PlanStep? Combined(string path, IReadOnlyList<GenerationFile> files, bool backwards)
    {
        var kind = KindOf(path);
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        var added = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var difference in files.Where(f => f.Difference.Length > 0).Select(f => LineDifference.Unpack(f.Difference)))
        {
            foreach (var line in Lines(difference.Removed)) if (!added.Remove(line)) removed.Add(line);
            foreach (var line in Lines(difference.Added)) if (!removed.Remove(line)) added.Add(line);
        }
        var (before, after) = (files[0].BeforeHash, files[^1].AfterHash);
        if (before == after || removed.Count + added.Count == 0 && files.All(f => f.Difference.Length > 0)) return null;
        if (backwards) (removed, added, before, after) = (added, removed, after, before);
        var text = string.Concat(removed.Take(MostCompared).Select(l => $"-{ShownLine.Of(l, kind)}\n")) + string.Concat(added.Take(MostCompared).Select(l => $"+{ShownLine.Of(l, kind)}\n"));
        var sentence = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}: {added.Count:N0} {(added.Count == 1 ? "row comes" : "rows come")}, {removed.Count:N0} {(removed.Count == 1 ? "goes" : "go")}.");
        return new PlanStep(before is null ? PlanStepKind.Create : after is null ? PlanStepKind.Delete : PlanStepKind.Change, sentence, path,
            string.Concat(removed.Take(MostCompared).Select(l => ShownLine.Of(l, kind) + "\n")), string.Concat(added.Take(MostCompared).Select(l => ShownLine.Of(l, kind) + "\n"))) { Diff = text };
    }

    private static string Text(IEnumerable<ReadOnlyMemory<byte>> lines, RenderedKind kind) =>
        string.Concat(Lines(lines).Take(MostCompared).Select(line => ShownLine.Of(line, kind) + "\n"));

    private static IEnumerable<string> Lines(IEnumerable<ReadOnlyMemory<byte>> lines) => lines.Select(line => System.Text.Encoding.UTF8.GetString(line.Span).TrimEnd('\n'));

    private static RenderedKind KindOf(string path) => path.Contains("/dovecot/passwd/", StringComparison.Ordinal) ? RenderedKind.PasswdFile : RenderedKind.PostfixMap;
}

/// <summary>A run as lists show it.</summary>
public sealed record GenerationView(int Id, string Host, long FromRevision, long ToRevision, GenerationState State, string Actor, string Door, string Sentence, string Failure, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Files);

/// <summary>A run with all there is to know.</summary>
public sealed record GenerationDetails(GenerationView View, IReadOnlyList<RunStep> Steps, IReadOnlyList<PlanStep> Changes);

/// <summary>The run brought certificates, which go back version by version.</summary>
public sealed record OfCertificates(string Field, string? Value) : Refusal(Field, Value, $"Run {Value} brought a certificate, not accounts.", "Go back to a former version on the certificate's own page.");

/// <summary>The run was never seen to be served, so there is no state to go back to.</summary>
public sealed record NeverServed(string Field, string? Value) : Refusal(Field, Value, $"Run {Value} was never served.", "Choose a run that was.");
