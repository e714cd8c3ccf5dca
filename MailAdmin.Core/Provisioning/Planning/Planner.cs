using System.Globalization;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Rendering;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Compares rendered files with what is on the host.</summary>
internal sealed class Planner(BaseContents bases, IOptions<ProvisioningOptions> options)
{
    private const int MostShown = 200;

    // Nobody reads the text of more new files than this.
    private const int MostNewShown = 50;

    /// <summary>Everything that differs.</summary>
    /// <param name="reach">The host.</param>
    /// <param name="desired">What should be.</param>
    public async Task<HostPlan> CompareAsync(IMailHost reach, DesiredState desired, CancellationToken ct)
    {
        var host = desired.Snapshot.Host;
        var changes = new List<FileChange>();
        var reports = new List<PlanStep>();
        var type = host.Capabilities is { } capabilities ? MapType.Best(capabilities) : null;
        var maps = desired.Snapshot.Scope.Maps ? await reach.ListAsync($"{host.ManagedDirectory}/postfix", ct) : [];
        var compiled = maps.ToDictionary(f => f.Path, f => f.ModifiedAt, StringComparer.Ordinal);
        var existingAccounts = 0;

        // Each file by itself, on all cores.
        var found = new (HostFile? Existing, FileChange? Change)[desired.Files.Count];
        await Parallel.ForAsync(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = ct }, async (n, token) =>
        {
            // The maps are large and stand last.
            var at = found.Length - 1 - n;
            var file = desired.Files[at];
            var existing = desired.Spliced.TryGetValue(file.Path, out var spliced) ? spliced.Existing : await reach.ReadAsync(file.Path, token);
            found[at] = (existing, await CompareAsync(host, file, existing, desired, at < MostNewShown || file.Kind != RenderedKind.PasswdFile, token));
        });
        foreach (var (file, (existing, change)) in desired.Files.Zip(found))
        {
            if (file.Kind == RenderedKind.PasswdFile && existing is not null) existingAccounts += Entries(existing.Content.Span);
            if (change is not null) changes.Add(change);
            else if (file.Kind == RenderedKind.PostfixMap && type is not null && !(compiled.TryGetValue(file.Path + type.Suffix, out var made) && made >= existing!.Info.ModifiedAt))
                changes.Add(CompileOnly(file, existing!));
        }
        if (desired.Snapshot.Scope.Maps) existingAccounts += await FindUndesiredAsync(reach, desired, type, maps, changes, reports, ct);

        var known = desired.Applied.Values.Where(a => a.Path.StartsWith(BaselineLayout.Passwd(host) + "/", StringComparison.Ordinal)).Sum(a => a.Entries);
        var going = changes.Where(c => c.Kind == RenderedKind.PasswdFile).Sum(c => c.Rows.Removed.Count);
        var guard = Guard(going, Math.Max(existingAccounts, known), desired.HasDomains);
        return new HostPlan(new Plan(host.Id, host.Name, desired.Revision, [.. changes.Select(c => c.Step), .. reports], guard), changes, guard is null ? 0 : going);
    }

    private async Task<FileChange?> CompareAsync(Host host, RenderedFile file, HostFile? existing, DesiredState desired, bool showNew, CancellationToken ct)
    {
        var applied = desired.Applied.GetValueOrDefault(file.Path);
        var name = Path.GetFileName(file.Path);
        if (existing is null)
        {
            var created = LineDifference.Between(default, file.Content);
            var rows = RowChanges.Of(created, file.Kind);
            var after = showNew ? Shown(created.Added, file.Kind) : string.Create(CultureInfo.InvariantCulture, $"… {rows.Added.Count:N0} rows\n");
            return new FileChange(file.Path, file.Kind, file, null, new PlanStep(PlanStepKind.Create, rows.Added.Count == 0 ? $"Write {name}, which has no rows yet." : PlanSentence.Of(file.Path, file.Kind, rows), file.Path, null, after)
            {
                Diff = !showNew ? "" : created.ToText(null, line => ShownLine.Of(line, file.Kind)),
            }, created, rows) { AfterHash = LineDifference.HashOf(file.Content) };
        }

        if (existing.Content.Span.SequenceEqual(file.Content.Span))
        {
            if (existing.Info.Mode == file.Mode && existing.Info.Owner == file.Owner && existing.Info.Group == file.Group) return null;
            var hash = LineDifference.HashOf(file.Content);
            var none = LineDifference.Between(default, default);
            var step = new PlanStep(PlanStepKind.Change, $"Set owner and permissions of {name} to {file.Owner}:{file.Group} {Octal(file.Mode)} (now {existing.Info.Owner}:{existing.Info.Group} {Octal(existing.Info.Mode)}).", file.Path, null, null);
            return new FileChange(file.Path, file.Kind, file, existing, step, none, RowChanges.Of(none, file.Kind)) { BeforeHash = hash, AfterHash = hash };
        }

        var spliced = desired.Spliced.GetValueOrDefault(file.Path);
        var before = spliced?.Hash ?? LineDifference.HashOf(existing.Content);
        var difference = spliced?.Difference ?? LineDifference.Between(existing.Content, file.Content);
        var changed = RowChanges.Of(difference, file.Kind);
        var isDrift = applied is not null ? applied.Hash != before && !desired.Expected.Contains((file.Path, before)) : Entries(existing.Content.Span) > 0 && !desired.Expected.Contains((file.Path, before));
        var sentence = PlanSentence.Of(file.Path, file.Kind, changed);
        string? @base = null;
        var done = sentence;
        if (isDrift)
        {
            var former = applied is null ? null : await bases.ReadAsync(host.Id, file.Path, applied.Hash, ct);
            var hand = former is null ? null : RowChanges.Of(LineDifference.Between(former, existing.Content), file.Kind);
            @base = former is null ? null : BaseOf(former, existing.Content, file);
            done = applied is null ? $"Replace the rows of {name} that MailAdmin did not write: {Lower(sentence)}" : $"Replace the hand edit of {name}{(hand is null ? "" : $" ({Lower(PlanSentence.Of(file.Path, file.Kind, hand)).TrimEnd('.')})")}: {Lower(sentence)}";
            sentence = applied is null
                ? $"{name} has rows that MailAdmin did not write. Applying would replace them: {sentence}"
                : $"{name} was changed by hand{(hand is null ? "" : $": {Lower(PlanSentence.Of(file.Path, file.Kind, hand))}")} Applying would: {Lower(sentence)}";
        }
        return new FileChange(file.Path, file.Kind, file, existing, new PlanStep(isDrift ? PlanStepKind.Drift : PlanStepKind.Change, sentence, file.Path, Shown(difference.Removed, file.Kind), Shown(difference.Added, file.Kind))
        {
            Diff = difference.ToText(existing.Content, line => ShownLine.Of(line, file.Kind)),
            Base = @base,
        }, difference, changed) { BeforeHash = before, AfterHash = LineDifference.HashOf(file.Content), DoneSentence = done };
    }

    private static FileChange CompileOnly(RenderedFile file, HostFile existing)
    {
        var hash = LineDifference.HashOf(file.Content);
        var none = LineDifference.Between(default, default);
        return new FileChange(file.Path, file.Kind, file, existing, new PlanStep(PlanStepKind.Act, $"Compile {Path.GetFileName(file.Path)} again: its compiled form is missing or older.", file.Path, null, null), none, RowChanges.Of(none, file.Kind)) { BeforeHash = hash, AfterHash = hash };
    }

    // Files in our folders that no domain asks for: ours go, others are only told.
    private static async Task<int> FindUndesiredAsync(IMailHost reach, DesiredState desired, MapType? type, IReadOnlyList<HostFileInfo> maps, List<FileChange> changes, List<PlanStep> reports, CancellationToken ct)
    {
        var host = desired.Snapshot.Host;
        var accounts = 0;
        var wanted = desired.Snapshot.Domains.Where(d => d.AliasOf is null).Select(d => $"{BaselineLayout.Passwd(host)}/{d.Name}").ToHashSet(StringComparer.Ordinal);
        foreach (var info in await reach.ListAsync(BaselineLayout.Passwd(host), ct))
        {
            if (wanted.Contains(info.Path) || await reach.ReadAsync(info.Path, ct) is not { } file) continue;
            var name = Path.GetFileName(info.Path);
            var hash = LineDifference.HashOf(file.Content);
            var applied = desired.Applied.GetValueOrDefault(info.Path);
            var isOurs = file.Content.Span.StartsWith(Encoding.ASCII.GetBytes(BaselineLayout.Header));
            if (applied is null && !isOurs)
            {
                reports.Add(new PlanStep(PlanStepKind.Report, $"{name} lies among the passwd-files and is not MailAdmin's: Dovecot would take it for the users of a domain {name}. Move it away, or import its users.", info.Path, null, null));
                continue;
            }
            accounts += Entries(file.Content.Span);
            var difference = LineDifference.Between(file.Content, default);
            var rows = RowChanges.Of(difference, RenderedKind.PasswdFile);
            var isDrift = applied is null ? rows.Removed.Count > 0 && !desired.Expected.Contains((info.Path, hash)) : applied.Hash != hash && !desired.Expected.Contains((info.Path, hash));
            var sentence = rows.Removed.Count == 0 ? $"Remove {name}, which has no users." : $"Remove {name} with {PlanSentence.Names(rows.Removed.Keys, "user", "users")}.";
            changes.Add(new FileChange(info.Path, RenderedKind.PasswdFile, null, file, new PlanStep(isDrift ? PlanStepKind.Drift : PlanStepKind.Delete, isDrift ? $"{name} was changed by hand, and its domain is gone. Applying would: {Lower(sentence)}" : sentence, info.Path, Shown(difference.Removed, RenderedKind.PasswdFile), null)
            {
                Diff = difference.ToText(null, line => ShownLine.Of(line, RenderedKind.PasswdFile)),
            }, difference, rows) { BeforeHash = hash, DoneSentence = sentence });
        }

        var ours = HostFiles.MapPaths(host).SelectMany(path => new[] { path, path + type?.Suffix, MapCompiler.NextOf(path), MapCompiler.NextOf(path) + type?.Suffix, $"{MapCompiler.NextOf(path)}{type?.Suffix}.tmp" }).ToHashSet(StringComparer.Ordinal);
        foreach (var info in maps)
            if (!ours.Contains(info.Path)) reports.Add(new PlanStep(PlanStepKind.Report, $"{Path.GetFileName(info.Path)} lies among MailAdmin's maps and is not MailAdmin's. Nothing is done with it.", info.Path, null, null));
        return accounts;
    }

    private string? Guard(int going, int there, bool hasDomains)
    {
        if (going == 0) return null;
        var type = string.Create(CultureInfo.InvariantCulture, $"Look at the plan; to go on, confirm with the number {going}.");
        if (!hasDomains) return string.Create(CultureInfo.InvariantCulture, $"The database knows no domain of this host, but the host has {there:N0} accounts, which would all go. {type}");
        return going > options.Value.GuardAccounts && going > there * options.Value.GuardShare
            ? string.Create(CultureInfo.InvariantCulture, $"{going:N0} of {there:N0} accounts would go. {type}")
            : null;
    }

    private static string BaseOf(byte[] former, ReadOnlyMemory<byte> existing, RenderedFile file)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rows in new[] { RowChanges.Of(LineDifference.Between(former, existing), file.Kind), RowChanges.Of(LineDifference.Between(existing, file.Content), file.Kind) })
            keys.UnionWith(rows.Added.Keys.Concat(rows.Removed.Keys).Concat(rows.Changed.Keys));
        return Shown(LineDifference.Split(former).Where(line => keys.Contains(Rows.KeyOf(line.Span, file.Kind))), file.Kind);
    }

    private static string Shown(IEnumerable<ReadOnlyMemory<byte>> lines, RenderedKind kind)
    {
        var shown = new StringBuilder();
        var count = 0;
        foreach (var line in lines)
            if (count++ < MostShown) shown.Append(ShownLine.Of(Encoding.UTF8.GetString(line.Span).TrimEnd('\n'), kind)).Append('\n');
        if (count > MostShown) shown.Append(CultureInfo.InvariantCulture, $"… and {count - MostShown:N0} more\n");
        return shown.ToString();
    }

    private static int Entries(ReadOnlySpan<byte> content)
    {
        var count = 0;
        foreach (var range in content.Split((byte)'\n'))
            if (content[range] is { Length: > 0 } line && line[0] != '#') count++;
        return count;
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}

/// <summary>What should be on a host, and what is known about how it came to be as it is.</summary>
/// <param name="Snapshot">Of which the files are rendered.</param>
/// <param name="Revision">The desired state.</param>
/// <param name="Files">As they should be, of the snapshot's scope.</param>
/// <param name="Applied">What MailAdmin last wrote, by path.</param>
/// <param name="HasDomains">False when the database knows no domain of the host, not even in trash.</param>
internal sealed record DesiredState(Snapshot Snapshot, long Revision, IReadOnlyList<RenderedFile> Files, IReadOnlyDictionary<string, AppliedFile> Applied, bool HasDomains)
{
    /// <summary>Contents that an interrupted run of ours may have left: no drift.</summary>
    public HashSet<(string Path, string Hash)> Expected { get; init; } = [];

    /// <summary>Maps that were not rendered whole but from what they are, by path.</summary>
    public IReadOnlyDictionary<string, SplicedMap> Spliced { get; init; } = new Dictionary<string, SplicedMap>();
}

/// <summary>A plan together with what is needed to carry it out.</summary>
/// <param name="Plan">For people.</param>
/// <param name="Changes">The files, in the plan's order.</param>
/// <param name="GuardedAccounts">How many accounts go, when the guard wants that number typed; else 0.</param>
internal sealed record HostPlan(Plan Plan, IReadOnlyList<FileChange> Changes, int GuardedAccounts)
{
    /// <summary>True when a hand edit would be replaced.</summary>
    public bool HasDrift => Changes.Any(c => c.IsDrift);
}
