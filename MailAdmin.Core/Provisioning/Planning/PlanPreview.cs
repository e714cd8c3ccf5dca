using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Renders and plans inside the uncommitted change: what an administrator sees before deciding.</summary>
internal sealed class PlanPreview(IMailHosts hosts, DesiredStates desired, Planner planner) : IChangeObserver
{
    /// <summary>The plan; null when the change concerned no host.</summary>
    public Plan? Plan { get; private set; }

    /// <inheritdoc />
    public async Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct)
    {
        if (revision is not { } next) return;
        var host = await changed.Hosts.AsNoTracking().SingleAsync(h => h.Id == next.HostId, ct);
        var reach = hosts.Reach(host);
        Plan = (await planner.CompareAsync(reach, await desired.ReadAsync(changed, host, reach, whole: false, ct), ct)).Plan;
    }
}
