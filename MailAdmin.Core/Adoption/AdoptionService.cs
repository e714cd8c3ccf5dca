using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using MailAdmin.Core.Transfer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Adoption;

/// <summary>Takes hand edits on a host over into the database, by the same rules as an import: a mailbox with its hash, an alias, a domain. What is not taken over stays a hand edit.</summary>
public sealed class AdoptionService
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly IMailHosts _hosts;
    private readonly DesiredStates _desired;
    private readonly Planner _planner;
    private readonly BaseContents _bases;
    private readonly ImportService _imports;
    private readonly ApplyService _applying;
    private readonly TimeProvider _time;
    private readonly MailboxOptions _settings;

    internal AdoptionService(
        IDbContextFactory<MailAdminContext> factory, IMailHosts hosts, DesiredStates desired, Planner planner, BaseContents bases, ImportService imports, ApplyService applying, TimeProvider time, IOptions<MailboxOptions> settings) =>
        (_factory, _hosts, _desired, _planner, _bases, _imports, _applying, _time, _settings) = (factory, hosts, desired, planner, bases, imports, applying, time, settings.Value);

    /// <summary>The hand edits of a host that nobody decided about, file by file. <paramref name="host"/> is its name; null means the only host.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Outcome<IReadOnlyList<HandEdit>>> ListAsync(string? host, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } refusal) return refusal;
        if (await HostNames.FindAsync(db, host, ct) is not { } found) return HostNames.Unknown(host);
        return new Outcome<IReadOnlyList<HandEdit>>.Accepted((await ReadAsync(found.Id, ct)).Edits, null);
    }

    /// <summary>Takes hand edits over, all of those named or none, and has the host serve the result. Files without any open edit left get their usual form; others keep theirs.</summary>
    /// <param name="ids">Which, as <see cref="HandEdit.Id"/>; null means every one that can be.</param>
    /// <param name="isPreview">True: says what would be taken over and changes nothing.</param>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Outcome<Adopted>> AdoptAsync(string? host, IReadOnlyList<string>? ids, bool isPreview, string? reason, Actor actor, CancellationToken ct)
    {
        Host found;
        await using (var db = await _factory.CreateDbContextAsync(ct))
        {
            if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ApplyPlans) is { } refusal) return refusal;
            if (await HostNames.FindAsync(db, host, ct) is not { } named) return HostNames.Unknown(host);
            found = named;
        }
        var before = await ReadAsync(found.Id, ct);
        var reasons = new Reasons();
        var chosen = Choose(before.Edits, ids, reasons);
        if (reasons.Any) return reasons.Refuse<Adopted>();

        var rows = await MergeAsync(chosen, ct);
        var outcome = await _imports.ImportAsync(rows, new ImportOptions(isPreview, CreateDomains: true, $"hand edits on {found.Name}", reason), actor, null, ct);
        if (outcome is not Outcome<ImportReport>.Accepted(var report, var revision)) return new Outcome<Adopted>.Refused(((Outcome<ImportReport>.Refused)outcome).Reasons);
        foreach (var refused in report.Rows.Where(row => row.Verdict == ImportVerdict.Refused)) Refuse(chosen, rows[refused.Line - 1], refused, reasons);
        if (reasons.Any) return reasons.Refuse<Adopted>();
        if (isPreview) return new Outcome<Adopted>.Accepted(new Adopted(found.Name, chosen, [.. before.Edits.Except(chosen)], null), null);

        // What the files still say that the database does not know keeps them from being written.
        var after = await ReadAsync(found.Id, ct);
        var served = await _applying.ApplyDecidedAsync(found.Id, revision is null || after.Edits.Count == 0, after.Decided, reason, actor, ct);
        return new Outcome<Adopted>.Accepted(new Adopted(found.Name, chosen, after.Edits, served), revision);
    }

    private sealed record Found(IReadOnlyList<HandEdit> Edits, IReadOnlySet<(string Path, string Hash)> Decided);

    /// <summary>Open edits, and the contents that differ from what was last written without holding any.</summary>
    private async Task<Found> ReadAsync(int hostId, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        await using var transaction = await DesiredStates.BeginReadAsync(db, ct);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
        var reach = _hosts.Reach(host);
        var desired = await _desired.ReadAsync(db, host, reach, whole: true, ct);
        var plan = await _planner.CompareAsync(reach, desired, ct);
        var aliases = desired.Snapshot.Domains.SelectMany(d => d.Aliases).Where(a => a.Leads).Select(a => a.Address).ToHashSet(StringComparer.Ordinal);
        var reader = new HandEditReader(desired.Snapshot.Host, aliases, _time.GetUtcNow() + _settings.TrashKeepFor);

        var edits = new List<HandEdit>();
        var decided = new HashSet<(string, string)>();
        foreach (var change in plan.Changes.Where(c => c is { IsDrift: true, Existing: not null }))
        {
            var applied = desired.Applied.GetValueOrDefault(change.Path);
            ReadOnlyMemory<byte>? written = applied is null ? null : await _bases.ReadAsync(host.Id, change.Path, applied.Hash, ct) is { } kept ? kept : null;
            List<HandEdit> open = [.. reader.Of(new HandEditedFile(change.Path, change.Kind, written, change.Desired?.Content ?? default, change.Existing!.Content))];
            if (open.Count == 0) decided.Add((change.Path, change.BeforeHash!));
            edits.AddRange(open);
        }
        foreach (var path in plan.Plan.Steps.Where(step => step.Kind == PlanStepKind.Report && Path.GetDirectoryName(step.Path) == BaselineLayout.Passwd(host)).Select(step => step.Path))
            if (await reach.ReadAsync(path, ct) is { } foreign) edits.AddRange(reader.Of(new HandEditedFile(path, RenderedKind.PasswdFile, null, default, foreign.Content)));
        return new Found(edits, decided);
    }

    private static List<HandEdit> Choose(IReadOnlyList<HandEdit> edits, IReadOnlyList<string>? ids, Reasons reasons)
    {
        if (ids is null)
        {
            if (edits.Count == 0) return [];
            List<HandEdit> all = [.. edits.Where(edit => edit.WhyNot is null)];
            if (all.Count == 0) reasons.Add(new NotRepresentable("edits", null, $"None of the {edits.Count} hand edits can be taken over. {edits[0].Sentence} {edits[0].WhyNot}", "Look at the plan, then apply and overwrite them."));
            return all;
        }
        var chosen = new List<HandEdit>();
        for (var i = 0; i < ids.Count; i++)
        {
            var field = $"edits[{i}]";
            var shown = ShownText.Of(ids[i], 120);
            if (edits.FirstOrDefault(edit => edit.Id == ids[i]) is not { } edit) reasons.Add(new NotFound(field, shown, $"There is no open hand edit {shown}.", "Look at the plan again: it may have been decided meanwhile."));
            else if (edit.WhyNot is not null) reasons.Add(new NotRepresentable(field, shown, edit.Sentence, edit.WhyNot));
            else if (chosen.Contains(edit)) reasons.Add(new ListedTwice(field, shown));
            else chosen.Add(edit);
        }
        return chosen;
    }

    /// <summary>One row for each object, though several files may speak of it.</summary>
    private async Task<List<ImportRow>> MergeAsync(IReadOnlyList<HandEdit> chosen, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        var rows = new List<ImportRow>();
        foreach (var edit in chosen)
        {
            var at = rows.FindIndex(row => row.Kind == edit.Row!.Kind && row.Address == edit.Row.Address);
            if (at < 0) rows.Add(edit.Row! with { Line = rows.Count + 1 });
            else rows[at] = Merged(rows[at], edit.Row!);
        }
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not { SenderRights: { } more, Address: { } address }) continue;
            // An import's list is the whole list.
            var rights = await db.Mailboxes.Where(m => m.Address == address).SelectMany(m => m.SenderRights.Select(r => r.Sender)).ToListAsync(ct);
            rows[i] = rows[i] with { SenderRights = [.. rights.Union(more)] };
        }
        return rows;
    }

    private static ImportRow Merged(ImportRow one, ImportRow other) => one with
    {
        DisplayName = one.DisplayName ?? other.DisplayName, PasswordHash = one.PasswordHash ?? other.PasswordHash, State = one.State ?? other.State, Quota = one.Quota ?? other.Quota,
        Targets = one.Targets ?? other.Targets, TrashedUntil = one.TrashedUntil ?? other.TrashedUntil, SenderRights = one.SenderRights is null ? other.SenderRights : [.. one.SenderRights.Union(other.SenderRights ?? [])],
    };

    private static void Refuse(IReadOnlyList<HandEdit> chosen, ImportRow row, ImportedRow refused, Reasons reasons)
    {
        var edit = chosen.First(e => e.Row!.Kind == row.Kind && e.Row.Address == row.Address);
        foreach (var why in refused.Reasons) reasons.Add(why with { Field = $"edits[{Enumerable.Range(0, chosen.Count).First(i => chosen[i] == edit)}]", Value = edit.Id });
    }
}
