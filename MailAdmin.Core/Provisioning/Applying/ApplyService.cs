using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Brings desired state to hosts and proves it. Runs for one host are coalesced; one at a time, also across processes.</summary>
public sealed class ApplyService
{
    /// <summary>Waits until the host serves this revision (running an apply when nobody does yet), or until it is known that it will not.</summary>
    public Task<Served> ServeAsync(HostRevision revision, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Applies whatever the whole plan says. Drift and the guard stop it unless decided here.</summary>
    public Task<Outcome<Served>> ApplyAsync(ApplyRequest request, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Approves and carries out a run that waits.</summary>
    public Task<Outcome<Served>> ApproveAsync(int generationId, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Finishes or undoes runs that a crash interrupted. Called at start and before each run.</summary>
    public Task RecoverAsync(CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>What to apply.</summary>
/// <param name="Host">The host's name; null means the only host.</param>
/// <param name="OverwriteDrift">True: hand edits shown in the plan are replaced.</param>
/// <param name="Confirmation">For the guard: the typed number of accounts that go; null when not confirmed.</param>
/// <param name="Reason">Why, in the person's words.</param>
public sealed record ApplyRequest(string? Host = null, bool OverwriteDrift = false, string? Confirmation = null, string? Reason = null);
