using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>One run that brings certificates to a host: compare, journal, write, tell the daemons, prove on every port, and back when that fails.</summary>
/// <remarks>The same lock, journal and history as the runs for accounts; neither touches the other's files.</remarks>
internal sealed partial class CertificateRun(
    IDbContextFactory<MailAdminContext> factory, Changes changes, IMailHosts hosts, HostInspector inspector, PortProof proof, TimeProvider time, IOptions<CertificateOptions> options, ILogger<CertificateRun> log)
{
    private static readonly TimeSpan ForTheLock = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>What a run would do. Changes nothing.</summary>
    /// <param name="wanted">The version of each certificate that should become live, by certificate; the others stay.</param>
    public async Task<Plan> PlanAsync(int hostId, IReadOnlyDictionary<int, int> wanted, CancellationToken ct)
    {
        var (host, set) = await ReadAsync(hostId, wanted, ct);
        var reach = hosts.Reach(host);
        var found = await CompareAsync(reach, host, set, ct);
        if (found.Count == 0) return new Plan(host.Id, host.Name, host.DesiredRevision, [], null);
        var act = await new DaemonRefresh(reach, host).ChooseAsync(ct);
        return new Plan(host.Id, host.Name, host.DesiredRevision, [.. found.Select(c => c.Step()), new PlanStep(PlanStepKind.Act, act.Sentence, "", null, null), new PlanStep(PlanStepKind.Act, "Shake hands on every port under every name; put the former files back when one serves something else.", "", null, null)], null);
    }

    /// <summary>Carries it out and stores how it ended.</summary>
    public async Task<Served> RunAsync(int hostId, IReadOnlyDictionary<int, int> wanted, string sentence, Actor actor, CancellationToken ct)
    {
        var steps = new Steps(time);
        try
        {
            var (host, _) = await ReadAsync(hostId, wanted, ct);
            var reach = hosts.Reach(host);
            await using var held = await reach.LockAsync($"{actor.Name} deploys certificates to {host.Name}", ForTheLock, ct);
            await RecoverAsync(reach, host, steps, ct);
            return await LockedAsync(reach, hostId, wanted, sentence, actor, steps, ct);
        }
        catch (HostException e)
        {
            RunFailed(log, e, hostId);
            return new Served(ServedState.Failed, null, $"Nothing was changed on the host: {e.Message}", steps.All);
        }
    }

    /// <summary>Takes back what a crash left half done on any host.</summary>
    public async Task RecoverAsync(CancellationToken ct)
    {
        List<int> interrupted;
        await using (var db = await factory.CreateDbContextAsync(ct))
            interrupted = await db.Generations.Where(g => g.State == GenerationState.Applying && g.Subject == GenerationSubject.Certificates).Select(g => g.HostId).Distinct().ToListAsync(ct);
        foreach (var hostId in interrupted)
        {
            var (host, _) = await ReadAsync(hostId, new Dictionary<int, int>(), ct);
            var reach = hosts.Reach(host);
            await using var held = await reach.LockAsync($"portal looks after an interrupted run on {host.Name}", ForTheLock, ct);
            await RecoverAsync(reach, host, new Steps(time), ct);
        }
    }

    /// <summary>What every port serves now, beside what it should; by certificate.</summary>
    public async Task<(Host Host, IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> Ports)> AskAsync(int hostId, CancellationToken ct)
    {
        var (host, set) = await ReadAsync(hostId, new Dictionary<int, int>(), ct);
        return (host, await proof.AskAsync(host, set, ct));
    }

    private async Task<Served> LockedAsync(IMailHost reach, int hostId, IReadOnlyDictionary<int, int> wanted, string sentence, Actor actor, Steps steps, CancellationToken ct)
    {
        var (host, set) = await ReadAsync(hostId, wanted, ct);
        var found = await CompareAsync(reach, host, set, ct);
        steps.Mark("planned", found.Count switch { 0 => "nothing differs", 1 => "1 file differs", _ => $"{found.Count} files differ" });
        var refresh = new DaemonRefresh(reach, host);
        var act = await refresh.ChooseAsync(ct);
        var generation = found.Count == 0 ? null : await JournalAsync(host, found, sentence, actor, ct);
        IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> ports;
        try
        {
            if (found.Count > 0)
            {
                await steps.DoAsync("written", found.Count == 1 ? "1 file written" : $"{found.Count} files written", () => WriteAsync(reach, host, found, ct));
                await steps.DoAsync("checked", "Postfix and Dovecot accept their configuration", () => CheckAsync(reach, host, found, ct));
                await steps.DoAsync("reloaded", act.IsMild ? "Postfix reloaded; Dovecot's configuration process began anew, no session was cut" : "Postfix and Dovecot reloaded", () => RefreshAsync(refresh, act, ct));
            }
            ports = await ProveAsync(reach, host, set, refresh, act, steps, ct);
        }
        catch (Exception e) when (e is HostException or NotServedException)
        {
            RunFailed(log, e, hostId);
            return await ReturnAsync(reach, host, set, found, generation, refresh, wanted, actor, e.Message, steps);
        }
        await FinishAsync(host, set, generation, wanted, ports, actor, steps);
        return new Served(ServedState.Live, generation?.Id, $"{host.Name} serves it on every port: {sentence}", steps.All);
    }

    private static async Task WriteAsync(IMailHost reach, Host host, IReadOnlyList<CertificateFileChange> found, CancellationToken ct)
    {
        // What a key file held lies beside it first: the way back after a crash.
        var writes = found.SelectMany(c => c.Desired.IsSecret && c.Existing is { } former
            ? [new HostFileWrite(CertificateLayout.Former(c.Desired.Path), former.Content, CertificateFile.Secret, "root", "root"), c.Write()]
            : new[] { c.Write() });
        await reach.WriteAsync([.. writes], ct);
        await SniMap.BuildAsync(reach, host, ct);
    }

    // Only where more than a certificate changed: Postfix takes seconds to look itself over.
    private static async Task CheckAsync(IMailHost reach, Host host, IReadOnlyList<CertificateFileChange> found, CancellationToken ct)
    {
        if (found.Any(c => c.Desired.Path == BaselineLayout.MainCf(host))) await MustAsync(reach, ["postconf", "-c", host.PostfixDirectory, "-n"], "Postfix", ct);
        await MustAsync(reach, ["doveconf", "-c", host.DovecotConfiguration, "-n"], "Dovecot", ct);
    }

    private static async Task MustAsync(IMailHost reach, string[] command, string daemon, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, ct: ct);
        if (!result.Succeeded) throw new HostCommandException(command, $"{daemon} refuses its configuration: {result.Error.Trim().Split('\n')[0]}", result);
    }

    private static async Task RefreshAsync(DaemonRefresh refresh, RefreshAct act, CancellationToken ct)
    {
        await refresh.PostfixAsync(ct);
        await refresh.DovecotAsync(act, ct);
    }

    private async Task<IReadOnlyDictionary<int, IReadOnlyList<ServedPort>>> ProveAsync(IMailHost reach, Host host, HostCertificateSet set, DaemonRefresh refresh, RefreshAct act, Steps steps, CancellationToken ct)
    {
        IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> ports = new Dictionary<int, IReadOnlyList<ServedPort>>();
        await steps.DoAsync("proven", "every port serves it", async () =>
        {
            var patience = TimeSpan.FromSeconds(options.Value.ServedWithinSeconds);
            var (began, mild) = (time.GetTimestamp(), act.IsMild);
            while (true)
            {
                ports = await proof.AskAsync(host, set, ct);
                if (ports.Values.SelectMany(p => p).FirstOrDefault(p => !p.IsServed) is not { } wrong) break;
                if (time.GetElapsedTime(began) >= patience) throw new NotServedException($"Port {wrong.Port} ({wrong.Service}) does not serve it to {wrong.Name} after {patience.TotalSeconds:0} s. {wrong.Problem}", ports);
                if (mild && time.GetElapsedTime(began) >= patience / 3)
                {
                    // The mild act was not enough on this host.
                    mild = false;
                    await refresh.DovecotAsync(act with { IsMild = false }, ct);
                }
                await Task.Delay(Pause, time, ct);
            }
            var count = ports.Values.Sum(p => p.Count);
            return count == 0 ? "no certificate to ask for" : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "handshake" : "handshakes")}: every port serves it under every name");
        });
        return ports;
    }

    private async Task<Served> ReturnAsync(IMailHost reach, Host host, HostCertificateSet set, IReadOnlyList<CertificateFileChange> found, Generation? generation, DaemonRefresh refresh, IReadOnlyDictionary<int, int> wanted, Actor actor, string reason, Steps steps)
    {
        // From here on the way back counts more than the caller's patience.
        var ct = CancellationToken.None;
        var isBack = true;
        var told = reason;
        if (found.Count > 0)
        {
            try
            {
                await steps.DoAsync("returned", "the former files put back", () => RestoreAsync(reach, host, [.. found.Select(c => (c.Desired.Path, c.WriteFormer()))], ct));
                await steps.DoAsync("reloaded", "Postfix and Dovecot serve what they did before", () => RefreshAsync(refresh, new RefreshAct(false, 0, false), ct));
                told = $"{reason} The former files are back, so what was live before is live still.";
            }
            catch (HostException e)
            {
                // The daemons may be down; the files are what counts. Without the files the journal stays open, and the next run tries again.
                isBack = steps.All.Any(s => s.Name == "returned" && s.Ok);
                told = isBack ? $"{reason} The former files are back, but the daemons do not take them: {e.Message}" : $"{reason} The former files could not be put back: {e.Message} MailAdmin tries again with the next run.";
                ReturnFailed(log, e, host.Id);
            }
        }
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        if (generation is not null)
        {
            var row = await change.Db.Generations.SingleAsync(g => g.Id == generation.Id, ct);
            (row.State, row.FinishedAt, row.Failure, row.Steps) = (isBack ? GenerationState.ReturnedToFormer : GenerationState.Applying, isBack ? change.Now : null, reason, steps.ToJson());
        }
        foreach (var (certificate, version) in set.All.Where(c => wanted.Count == 0 || wanted.ContainsKey(c.Certificate.Id)))
        {
            var row = await change.Db.Certificates.SingleAsync(c => c.Id == certificate.Id, ct);
            var failed = await change.Db.CertificateVersions.SingleAsync(v => v.Id == version.Id, ct);
            if (row.LiveVersion != failed.Number) (failed.State, failed.Failure) = (CertificateVersionState.TakenBack, reason);
            row.ProblemSince = row.Problem is null ? change.Now : row.ProblemSince;
            row.Problem = $"Version {version.Number} is not live: {told}";
            change.Audit("certificate.deploy", certificate.Name, null, new { version.Number, run = generation?.Id }, $"failed: {reason}");
        }
        await change.CommitAsync(ct);
        return new Served(ServedState.Failed, generation?.Id, told, steps.All);
    }

    private static async Task RestoreAsync(IMailHost reach, Host host, IReadOnlyList<(string Path, HostFileWrite? Former)> files, CancellationToken ct)
    {
        await reach.WriteAsync([.. files.Select(f => f.Former).OfType<HostFileWrite>()], ct);
        foreach (var (path, _) in files.Where(f => f.Former is null)) await reach.DeleteAsync(path, ct);
        await SniMap.BuildAsync(reach, host, ct);
    }

    private async Task RecoverAsync(IMailHost reach, Host host, Steps steps, CancellationToken ct)
    {
        Generation? interrupted;
        await using (var db = await factory.CreateDbContextAsync(ct))
            interrupted = await db.Generations.AsNoTracking().Include(g => g.Files).Where(g => g.HostId == host.Id && g.State == GenerationState.Applying && g.Subject == GenerationSubject.Certificates).OrderByDescending(g => g.Id).FirstOrDefaultAsync(ct);
        if (interrupted is null) return;
        var former = new List<(string, HostFileWrite?)>();
        foreach (var file in interrupted.Files)
            if (await reach.ReadAsync(file.Path, ct) is { } now && LineDifference.HashOf(now.Content) == file.AfterHash && file.AfterHash != file.BeforeHash)
                former.Add((file.Path, file.BeforeHash is null ? null : new HostFileWrite(file.Path, await FormerContentAsync(reach, file, now, ct), now.Info.Mode, now.Info.Owner, now.Info.Group)));
        await steps.DoAsync("returned", "an interrupted run taken back", () => RestoreAsync(reach, host, former, ct));
        if (former.Count > 0) await RefreshAsync(new DaemonRefresh(reach, host), new RefreshAct(false, 0, false), ct);
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Generations.SingleAsync(g => g.Id == interrupted.Id, ct);
        (row.State, row.FinishedAt, row.Failure) = (GenerationState.ReturnedToFormer, change.Now, "It was interrupted: taken back.");
        change.Audit("certificate.deploy", host.Name, null, new { run = row.Id }, "interrupted; taken back");
        await change.CommitAsync(ct);
    }

    private static async Task<ReadOnlyMemory<byte>> FormerContentAsync(IMailHost reach, GenerationFile file, HostFile now, CancellationToken ct)
    {
        if (file.Difference.Length > 0) return LineDifference.Unpack(file.Difference).Backward(now.Content);
        var kept = await reach.ReadAsync(CertificateLayout.Former(file.Path), ct);
        return kept is not null && LineDifference.HashOf(kept.Content) == file.BeforeHash ? kept.Content
            : throw new HostFileException(file.Path, $"{file.Path} was being replaced when MailAdmin was interrupted, and what it held before is not there any more. Look at it by hand, or deploy a version again.");
    }

    private async Task<(Host Host, HostCertificateSet Set)> ReadAsync(int hostId, IReadOnlyDictionary<int, int> wanted, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, ct);
        host.Capabilities ??= await inspector.InspectAsync(host, ct);
        var all = new List<(Certificate, CertificateVersion)>();
        foreach (var certificate in await db.Certificates.AsNoTracking().Where(c => c.HostId == hostId).ToListAsync(ct))
        {
            var number = wanted.TryGetValue(certificate.Id, out var some) ? some : certificate.LiveVersion;
            if (number is not null && await db.CertificateVersions.AsNoTracking().SingleOrDefaultAsync(v => v.CertificateId == certificate.Id && v.Number == number, ct) is { } version) all.Add((certificate, version));
        }
        return (host, new HostCertificateSet(host, all));
    }

    private static async Task<IReadOnlyList<CertificateFileChange>> CompareAsync(IMailHost reach, Host host, HostCertificateSet set, CancellationToken ct)
    {
        var mainCf = await reach.ReadAsync(BaselineLayout.MainCf(host), ct)
            ?? throw new HostFileException(BaselineLayout.MainCf(host), $"{BaselineLayout.MainCf(host)} is not there. Set up the host first (mailadmin host init {host.Name}).");
        var include = await reach.ReadAsync(CertificateLayout.DovecotInclude(host), ct);
        var found = new List<CertificateFileChange>();
        foreach (var file in CertificateFiles.Render(host, set, mainCf, include))
        {
            var existing = await reach.ReadAsync(file.Path, ct);
            if (existing is null || !existing.Content.Span.SequenceEqual(file.Content.Span) || file.IsSecret && existing.Info.Mode != file.Mode) found.Add(new CertificateFileChange(file, existing));
        }
        return found;
    }

    private async Task<Generation> JournalAsync(Host host, IReadOnlyList<CertificateFileChange> found, string sentence, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var generation = new Generation
        {
            HostId = host.Id, FromRevision = host.AppliedRevision, ToRevision = host.AppliedRevision, Subject = GenerationSubject.Certificates, State = GenerationState.Applying,
            Actor = actor.Name, Door = actor.Door, Sentence = sentence, StartedAt = change.Now,
            Files = [.. found.Select(c => new GenerationFile
            {
                Path = c.Desired.Path, Sentence = c.Desired.Sentence, BeforeHash = c.BeforeHash, AfterHash = c.AfterHash,
                Difference = c.Desired.IsSecret ? [] : LineDifference.Between(c.Existing?.Content ?? default, c.Desired.Content).Pack(),
            })],
        };
        change.Db.Generations.Add(generation);
        await change.CommitAsync(ct);
        return generation;
    }

    private async Task FinishAsync(Host host, HostCertificateSet set, Generation? generation, IReadOnlyDictionary<int, int> wanted, IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> ports, Actor actor, Steps steps)
    {
        var ct = CancellationToken.None;
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        if (generation is not null)
        {
            var row = await change.Db.Generations.SingleAsync(g => g.Id == generation.Id, ct);
            (row.State, row.FinishedAt, row.Steps) = (GenerationState.Served, change.Now, steps.ToJson());
            change.Audit("certificate.deploy", string.Join(", ", set.All.Where(c => wanted.ContainsKey(c.Certificate.Id)).Select(c => c.Certificate.Name).DefaultIfEmpty(host.Name)), null,
                new { run = row.Id, versions = set.All.Where(c => wanted.ContainsKey(c.Certificate.Id)).Select(c => $"{c.Certificate.Name} {c.Version.Number}") }, string.Create(CultureInfo.InvariantCulture, $"served after {steps.Elapsed.TotalSeconds:0.0} s"));
        }
        foreach (var (certificate, version) in set.All)
        {
            var row = await change.Db.Certificates.Include(c => c.Versions).SingleAsync(c => c.Id == certificate.Id, ct);
            foreach (var other in row.Versions)
                other.State = other.Number == version.Number ? CertificateVersionState.Live : other.State == CertificateVersionState.Live ? CertificateVersionState.Former : other.State;
            row.Versions.Single(v => v.Number == version.Number).Failure = "";
            if (row.LiveVersion != version.Number)
            {
                // A new version has its own time to be renewed.
                (row.RenewAt, row.RenewReason, row.AskAgainAt) = (null, "", null);
                row.Revision++;
            }
            row.LiveVersion = version.Number;
            ProofState.Note(row, ports[certificate.Id], wanted.ContainsKey(certificate.Id), change.Now);
        }
        await change.CommitAsync(ct);
    }

    [LoggerMessage(LogLevel.Warning, "Certificates were not brought to host {HostId}")]
    private static partial void RunFailed(ILogger log, Exception e, int hostId);

    [LoggerMessage(LogLevel.Error, "The former certificate files of host {HostId} could not be put back, or the daemons do not take them")]
    private static partial void ReturnFailed(ILogger log, Exception e, int hostId);
}

/// <summary>A port serves something else.</summary>
internal sealed class NotServedException(string message, IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> ports) : Exception(message)
{
    public IReadOnlyDictionary<int, IReadOnlyList<ServedPort>> Ports { get; } = ports;
}
