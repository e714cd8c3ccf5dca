using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Compares what should be with what is.</summary>
public sealed class PlanService
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly IMailHosts _hosts;
    private readonly DesiredStates _desired;
    private readonly Planner _planner;
    private readonly HostStates _states;
    private readonly TimeProvider _time;

    internal PlanService(IDbContextFactory<MailAdminContext> factory, IMailHosts hosts, DesiredStates desired, Planner planner, HostStates states, TimeProvider time) =>
        (_factory, _hosts, _desired, _planner, _states, _time) = (factory, hosts, desired, planner, states, time);

    /// <summary>The whole plan of a host, drift included. <paramref name="host"/> is its name; null means the only host.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    /// <exception cref="Rendering.UnrepresentableException">A record cannot be written to a file.</exception>
    public async Task<Outcome<Plan>> PlanAsync(string? host, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        await using var transaction = await DesiredStates.BeginReadAsync(db, ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } refusal) return refusal;
        if (await HostNames.FindAsync(db, host, ct) is not { } found) return HostNames.Unknown(host);
        var reach = _hosts.Reach(found);
        var plan = await _planner.CompareAsync(reach, await _desired.ReadAsync(db, found, reach, whole: true, ct), ct);
        _states.Set(found.Id, state => state with { ComparedAt = _time.GetUtcNow(), Drift = [.. plan.Changes.Where(c => c.IsDrift).Select(c => c.Step)] });
        return new Outcome<Plan>.Accepted(plan.Plan, null);
    }

    /// <summary>Looks for hand edits on a host. Only where there can be one everything is read and compared.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    /// <exception cref="Rendering.UnrepresentableException">A record cannot be written to a file.</exception>
    internal async Task LookForHandEditsAsync(Host host, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if (await HandEditLook.IsAsWrittenAsync(db, host, _hosts.Reach(host), ct)) _states.Set(host.Id, state => state with { ComparedAt = _time.GetUtcNow(), Drift = [] });
        else await PlanAsync(host.Name, Actor.Portal, ct);
    }

    /// <summary>What a change would do, without making it: runs <paramref name="act"/> with a preview and gives its refusals or the plan.</summary>
    /// <remarks>The right to make the change is the right to see what it would do; <paramref name="act"/> checks it.</remarks>
    public async Task<Outcome<Plan>> PreviewAsync<T>(Func<ChangeOptions, Task<Outcome<T>>> act, CancellationToken ct)
    {
        var preview = new PlanPreview(_hosts, _desired, _planner);
        switch (await act(new ChangeOptions(Preview: preview)))
        {
            case Outcome<T>.Accepted accepted:
                var plan = preview.Plan ?? await NothingAsync(accepted.Value, ct);
                // What the person would be told afterwards is told before as well.
                return new Outcome<Plan>.Accepted(plan with { Steps = [.. plan.Steps, .. accepted.Remarks.Select(remark => new PlanStep(PlanStepKind.Report, remark, "", null, null))] }, null);
            case Outcome<T>.Refused refused:
                return new Outcome<Plan>.Refused(refused.Reasons);
            default:
                throw new InvalidOperationException("An outcome is accepted or refused.");
        }
    }

    /// <summary>A plan that changes nothing, of the host that the object lives on; without a name when the change concerns no host, or many.</summary>
    private async Task<Plan> NothingAsync(object? changed, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        var hosts = db.Hosts.AsNoTracking();
        var domain = changed switch { MailboxView mailbox => mailbox.Domain, DomainView view => view.Name, AliasView alias => alias.Domain, _ => null };
        var host = domain is not null ? await hosts.Where(h => db.Domains.Any(d => d.HostId == h.Id && d.Name == domain)).SingleOrDefaultAsync(ct)
            : changed is int or GenerationView or GenerationDetails or HostView ? await HostNames.FindAsync(db, (changed as GenerationView ?? (changed as GenerationDetails)?.View)?.Host ?? (changed as HostView)?.Name, ct) : null;
        return new Plan(host?.Id ?? 0, host?.Name ?? "", host?.DesiredRevision ?? 0, [], null);
    }
}
