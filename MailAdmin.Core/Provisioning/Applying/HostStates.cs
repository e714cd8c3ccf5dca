using System.Collections.Concurrent;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>What this process last saw of each host, for the dashboard. Empty after a start until something was seen.</summary>
public sealed class HostStates
{
    private readonly ConcurrentDictionary<int, HostState> _states = new();

    /// <summary>Raised after a host's state changed, with the host's id. Handlers must be quick.</summary>
    public event Action<int>? Changed;

    /// <summary>What was last seen; null before anything was.</summary>
    public HostState? Of(int hostId) => _states.GetValueOrDefault(hostId);

    internal void Set(int hostId, Func<HostState, HostState> change)
    {
        _states.AddOrUpdate(hostId, _ => change(new HostState()), (_, state) => change(state));
        Changed?.Invoke(hostId);
    }
}

/// <summary>What was last seen of a host.</summary>
public sealed record HostState
{
    /// <summary>When the daemons were last seen to serve the desired state (UTC); null when never since the start.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>When files were last looked through for hand edits (UTC); null when never since the start.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>Hand edits found then.</summary>
    public IReadOnlyList<PlanStep> Drift { get; init; } = [];

    /// <summary>Why the last run did not end well, or what it waits for; null when it did.</summary>
    public Served? Problem { get; init; }
}
