using System.Globalization;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Brings versions of certificates to their host and proves on every port that they are served; the right is checked in each call.</summary>
public sealed class CertificateDeployment
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly Changes _changes;
    private readonly CertificateRun _run;
    private readonly TimeProvider _time;

    private readonly TlsaKeys _tlsa;

    internal CertificateDeployment(IDbContextFactory<MailAdminContext> factory, Changes changes, CertificateRun run, TlsaKeys tlsa, TimeProvider time) =>
        (_factory, _changes, _run, _tlsa, _time) = (factory, changes, run, tlsa, time);

    /// <summary>Deploys the newest stored version. Returns when every port was seen to serve it, or the former files are back.</summary>
    public async Task<Outcome<Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        var name = await db.Certificates.Where(c => c.Id == certificateId).Select(c => c.Name).SingleOrDefaultAsync(ct);
        return name is null ? CertificateNames.Unknown($"{certificateId}") : await DeployAsync(name, null, actor, ct);
    }

    /// <summary>Deploys one version; null means the newest. An older one is a way back.</summary>
    public async Task<Outcome<Served>> DeployAsync(string name, int? version, Actor actor, CancellationToken ct)
    {
        var chosen = await ChooseAsync(name, version, Right.ChangeCertificates, actor, ct);
        if (chosen is not Outcome<Choice>.Accepted(var choice, _)) return Refused<Served>(chosen);
        if (choice.WaitsForAPerson)
        {
            await using var change = await _changes.BeginAsync(actor, ChangeOptions.Default, ct);
            var certificate = await change.Db.Certificates.SingleAsync(c => c.Id == choice.CertificateId, ct);
            (certificate.Problem, certificate.ProblemSince) = ($"Version {choice.Number} is ready and waits: {choice.Host} changes only when an administrator agrees. Look at it and deploy it.", certificate.ProblemSince ?? change.Now);
            await change.CommitAsync(ct);
            return new Outcome<Served>.Accepted(new Served(ServedState.WaitsForApproval, null, certificate.Problem, []), null);
        }
        var served = await _run.RunAsync(choice.HostId, new Dictionary<int, int> { [choice.CertificateId] = choice.Number }, string.Create(CultureInfo.InvariantCulture, $"{name} version {choice.Number}, valid until {choice.NotAfter.UtcDateTime:yyyy-MM-dd}."), actor, ct);
        return new Outcome<Served>.Accepted(served, null);
    }

    /// <summary>What deploying would do, open IMAP sessions included. Changes nothing.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Outcome<Plan>> PlanAsync(string name, int? version, Actor actor, CancellationToken ct) =>
        await ChooseAsync(name, version, Right.ReadCertificates, actor, ct) switch
        {
            Outcome<Choice>.Accepted(var choice, _) => new Outcome<Plan>.Accepted(await WarnedAsync(name, choice, await _run.PlanAsync(choice.HostId, new Dictionary<int, int> { [choice.CertificateId] = choice.Number }, ct), ct), null),
            var refused => Refused<Plan>(refused),
        };

    /// <summary>Asks every port what it serves, and stores the answer; a difference is a problem that the overview shows.</summary>
    /// <exception cref="HostException">The host is not known well enough to be asked.</exception>
    public async Task<Outcome<IReadOnlyList<ServedPort>>> VerifyAsync(string name, Actor actor, CancellationToken ct)
    {
        if (await ChooseAsync(name, null, Right.ReadCertificates, actor, ct) is var chosen && chosen is not Outcome<Choice>.Accepted) return Refused<IReadOnlyList<ServedPort>>(chosen);
        var choice = ((Outcome<Choice>.Accepted)chosen).Value;
        if (choice.Live is null) return new NotDeployed("name", name);
        var (_, ports) = await _run.AskAsync(choice.HostId, ct);
        await using var change = await _changes.BeginAsync(actor, ChangeOptions.Default, ct);
        foreach (var (id, seen) in ports)
        {
            var certificate = await change.Db.Certificates.SingleAsync(c => c.Id == id, ct);
            var had = certificate.Problem;
            ProofState.Note(certificate, seen, isNew: false, change.Now);
            if (certificate.Problem != had && certificate.Problem is { } problem) change.Audit("certificate.verify", certificate.Name, null, null, $"found: {problem}");
        }
        await change.CommitAsync(ct);
        return new Outcome<IReadOnlyList<ServedPort>>.Accepted(ports[choice.CertificateId], null);
    }

    /// <summary>Takes back what a crash left half done. Called at start.</summary>
    public Task RecoverAsync(CancellationToken ct) => _run.RecoverAsync(ct);

    /// <summary>Brings a host to what is live in the database, after a certificate was taken off it.</summary>
    internal Task<Served> RefreshAsync(int hostId, string sentence, Actor actor, CancellationToken ct) => _run.RunAsync(hostId, new Dictionary<int, int>(), sentence, actor, ct);

    private async Task<Plan> WarnedAsync(string name, Choice choice, Plan plan, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        var keys = await db.CertificateVersions.Where(v => v.CertificateId == choice.CertificateId && (v.Number == choice.Live || v.Number == choice.Number)).Select(v => new { v.Number, v.PublicKeys }).ToDictionaryAsync(v => v.Number, v => v.PublicKeys, ct);
        return choice.Live is { } live && keys.TryGetValue(live, out var now) && await _tlsa.WarningAsync(name, now, keys[choice.Number], ct) is { } warning ? plan with { Steps = [new PlanStep(PlanStepKind.Act, warning, "", null, null), .. plan.Steps] } : plan;
    }

    private async Task<Outcome<Choice>> ChooseAsync(string name, int? version, Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right) is { } no) return no;
        if (await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name, ct) is not { } certificate) return CertificateNames.Unknown(name);
        var versions = await db.CertificateVersions.AsNoTracking().Where(v => v.CertificateId == certificate.Id).Select(v => new { v.Number, v.NotAfter }).OrderByDescending(v => v.Number).ToListAsync(ct);
        if (versions.Count == 0) return new NotFound("version", null, $"{name} has no version yet.", "Import, order or watch one first.");
        if (versions.Find(v => version is null || v.Number == version) is not { } chosen) return new NotFound("version", $"{version}", $"{name} has no version {version}.", "See its history.");
        if (right == Right.ChangeCertificates && chosen.NotAfter <= _time.GetUtcNow()) return new Malformed("version", $"{chosen.Number}", $"Version {chosen.Number} of {name} expired on {chosen.NotAfter.UtcDateTime:yyyy-MM-dd}.", "Choose a version that is valid, or renew it.");
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == certificate.HostId, ct);
        return new Outcome<Choice>.Accepted(new Choice(certificate.Id, host.Id, host.Name, chosen.Number, chosen.NotAfter, certificate.LiveVersion, host.RequiresApproval && actor.Kind == ActorKind.Portal), null);
    }

    private static Outcome<T> Refused<T>(Outcome<Choice> outcome) => new Outcome<T>.Refused(((Outcome<Choice>.Refused)outcome).Reasons);

    private sealed record Choice(int CertificateId, int HostId, string Host, int Number, DateTimeOffset NotAfter, int? Live, bool WaitsForAPerson);
}

/// <summary>No version was ever served, so there is nothing to compare the ports with.</summary>
public sealed record NotDeployed(string Field, string? Value) : Refusal(Field, Value, $"{Value} was never deployed.", "Deploy it first.");
