using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Compares what should be with what is.</summary>
public sealed class PlanService
{
    /// <summary>The whole plan of a host, drift included. <paramref name="host"/> is its name; null means the only host.</summary>
    public Task<Outcome<Plan>> PlanAsync(string? host, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>What a change would do, without making it: runs <paramref name="act"/> with a preview and gives its refusals or the plan.</summary>
    public Task<Outcome<Plan>> PreviewAsync<T>(Func<ChangeOptions, Task<Outcome<T>>> act, CancellationToken ct) => throw new NotImplementedException();
}
